"""The command tree. Modules of commands import what is heavy inside their functions, so that help is instant."""

from __future__ import annotations

import typer

from hardway.cli.commands import (
    access,
    artifacts,
    backups,
    comment,
    destroy,
    doctor,
    drift,
    drill,
    machine,
    preview,
    region,
    replace,
    restore,
    status,
    suites,
    up,
)
from hardway.cli.sections import Sections

ENVIRONMENTS = "Environments"
MACHINES = "Clusters and machines"
WORKSHOP = "This computer and this repository"

FORWARDING = {"allow_extra_args": True, "ignore_unknown_options": True}

app = typer.Typer(
    name="hw",
    cls=Sections,
    help="Kubernetes the hard way, done for you: one Pulumi program from empty machines to a cluster.\n\n"
    "Begin with `./hw up sandbox`: a whole environment on this computer, no cloud account needed.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command(rich_help_panel=ENVIRONMENTS)(up.up)
app.command(rich_help_panel=ENVIRONMENTS)(preview.preview)
app.command(cls=drift.Look, rich_help_panel=ENVIRONMENTS)(drift.drift)
app.command(rich_help_panel=ENVIRONMENTS)(destroy.destroy)
app.command(rich_help_panel=ENVIRONMENTS)(status.status)
app.command(rich_help_panel=MACHINES)(access.kubeconfig)
app.command(rich_help_panel=MACHINES, context_settings=FORWARDING)(access.kubectl)
app.command(rich_help_panel=MACHINES)(machine.logs)
app.command(rich_help_panel=MACHINES, context_settings=FORWARDING)(machine.shell)
app.command(rich_help_panel=MACHINES)(replace.replace)
app.command(rich_help_panel=MACHINES)(backups.backups)
app.add_typer(drill.app, name="drill", rich_help_panel=MACHINES)
app.command(rich_help_panel=MACHINES)(restore.restore)
app.add_typer(artifacts.app, name="artifacts", rich_help_panel=WORKSHOP)
app.add_typer(region.app, name="sandbox", rich_help_panel=WORKSHOP)
app.command(rich_help_panel=WORKSHOP)(comment.comment)
app.command(rich_help_panel=WORKSHOP)(doctor.doctor)
app.command(name="test", rich_help_panel=WORKSHOP)(suites.run)
