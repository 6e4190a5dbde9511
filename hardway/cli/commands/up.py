"""`./hw up ENV`: from nothing, or from whatever is there, to a cluster whose nodes are all Ready."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hardway.cli import workbench
from hardway.cli.consoles import Consoles, explained_by
from hardway.cli.failure import Failure
from hardway.cli.gating import ReleaseOption, require_known
from hardway.cli.policy import policy_flags
from hardway.cli.recovering import recover
from hardway.cli.region_control import Region
from hardway.cli.report import Phase, Report
from hardway.cli.reports import Wanted
from hardway.cli.target import Target, target
from hardway.cli.updating import Updates, held_plan
from hardway.cli.vanished import forget_vanished

if TYPE_CHECKING:
    from hardway.cli.cluster import Cluster, Node
    from hardway.cli.engine import Stack
    from hardway.config.environment import Environment

# A boot gives up on what it waits for after 600 s and says why: that has to come first.
API_DEADLINE_SECONDS = 900
NODES_DEADLINE_SECONDS = 900


def up(
    env: Annotated[str, typer.Argument(metavar="ENV", help="Environment to bring up, as in stacks/Pulumi.<ENV>.yaml.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing. A sandbox never asks.")] = False,
    release: ReleaseOption = None,
    plan: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Do what `preview --save-plan FILE` showed; refuse if that is no longer so."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as JSON on stdout.")] = False,
    policy: Annotated[
        bool | None,
        typer.Option("--policy/--no-policy", help="Judge the change by the policy pack; a sandbox's only when asked."),
    ] = None,
) -> None:
    """Bring an environment up, or up to date, and wait until all its nodes are Ready.

    What is there already is previewed first; what is not lost by accident is held back until it is released by name.
    """
    environment_target = target(env)
    require_known(release or ())
    # Judging takes seconds of an up that is thrown away: a sandbox is judged by ./hw preview, or when asked.
    judged = policy if policy is not None else not environment_target.is_sandbox
    flags = policy_flags(environment_target) if judged else []
    wanted = Wanted(target=environment_target, phases=Report(), flags=flags, releases=release or ())
    with held_plan(plan, env) as held:
        _bring_up(Updates(wanted, ask=not yes and not environment_target.is_sandbox, held=held), as_json)


def _bring_up(updates: Updates, as_json: bool) -> None:
    environment_target, report = updates.wanted.target, updates.wanted.phases
    environment, env = environment_target.configuration(), environment_target.name
    with report.phase("Engine") as phase:
        _precheck(environment_target)
        engine = workbench.engine_binary(environment_target, phase)
    with report.phase("Artifacts") as phase:
        workbench.fetch_artifacts(env, phase)
    region: dict[str, Any] = {}
    if environment_target.is_sandbox:
        with report.phase("Region") as phase:
            region = Region(environment_target.directory).start(environment.region, on_line=phase.say)
    variables = workbench.variables(environment_target)
    stack = workbench.stack(environment_target, engine=engine, extra=variables)
    beneath = _management_first(updates, engine, variables, meanwhile=partial(_ensure, environment_target, stack))
    services: Stack | None = None
    if environment_target.services is not None:
        services = workbench.stack(environment_target.services, engine=engine, extra=variables)
        if not environment_target.is_sandbox:
            workbench.ensure_stack(environment_target.services, services)
    for one in filter(None, (stack, services)):
        recover(one, environment.region, report)
    forget_vanished(stack, environment.region, report)
    updates.review([*beneath, stack, *_reachable(environment_target, stack, services)])
    for one in beneath:
        updates.update(one, "Management")
    # Making a sandbox's stack takes the engine a second or two, which the environment's update does not notice.
    beside = partial(_ensure_services, environment_target, services)
    with _meanwhile(beside):
        updates.update(stack, "Environment")
    if region.get("api_only"):
        report.note(f"This region is API only ({region.get('why_api_only')}): no machines boot, no cluster forms.")
        _summary({"environment": env, "seconds": report.seconds, "total_seconds": report.total_seconds}, as_json)
        return
    with report.phase("Access"):
        workbench.save_kubeconfig(environment_target, stack)
        cluster = workbench.cluster(environment_target, stack)
    consoles = Consoles(env, environment.region, variables, slow=not environment_target.is_sandbox)
    with explained_by(consoles, env):
        with report.phase("API") as phase:
            cluster.wait_for_api(
                time.monotonic() + API_DEADLINE_SECONDS, lambda reason: phase.say(reason, consoles.lines(phase))
            )
        if services is not None:
            # Needs the API only: it installs while nodes are still coming, and waits for its pods by itself.
            updates.update(services, "Services")
        with report.phase("Nodes") as phase:
            nodes = _wait_for_nodes(cluster, environment, phase, consoles)
    _summary(
        {
            "environment": env,
            "api": cluster.url,
            "kubeconfig": str(environment_target.kubeconfig),
            "nodes": [{"name": node.name, "address": node.address, "version": node.version} for node in nodes],
            "seconds": report.seconds,
            "total_seconds": report.total_seconds,
        },
        as_json,
    )


def _ensure(environment_target: Target, stack: Stack) -> None:
    workbench.ensure_stack(environment_target, stack)


def _management_first(
    updates: Updates, engine: Path, variables: Mapping[str, str], meanwhile: Callable[[], None]
) -> list[Stack]:
    """The management stack if it is there already: it is reviewed and updated with the rest.

    One that is not there is made at once: without it the environment cannot even be previewed. `meanwhile` is done
    beside that, or now.
    """
    beneath = updates.wanted.target.management
    if beneath is None:
        meanwhile()
        return []
    stack = workbench.stack(beneath, engine=engine, extra=variables)
    with _meanwhile(meanwhile):
        workbench.ensure_stack(beneath, stack)
        recover(stack, updates.wanted.target.configuration().region, updates.wanted.phases)
        if not stack.is_empty():
            return [stack]
        updates.review([stack])
        updates.update(stack, "Management")
    return []


def _precheck(environment_target: Target) -> None:
    if not environment_target.is_sandbox:
        return
    from hardway.cli.requirements import missing_for_sandbox, short_for_sandbox

    lacking = missing_for_sandbox()
    if lacking:
        names = ", ".join(requirement.name for requirement in lacking)
        raise Failure(
            f"this computer lacks {names} for a sandbox. See ./hw doctor; ./hw doctor --fix installs packages."
        )
    short = short_for_sandbox()
    # What runs already has taken its part.
    if short and not Region(environment_target.directory).running():
        found = "; ".join(f"{one.name}: {one.look().found} ({one.fix})" for one in short)
        raise Failure(f"this computer is short of what a sandbox takes, so none was begun. {found}.")


def _ensure_services(environment_target: Target, services: Stack | None) -> None:
    if services is not None and environment_target.services is not None and environment_target.is_sandbox:
        workbench.ensure_stack(environment_target.services, services)


def _reachable(environment_target: Target, stack: Stack, services: Stack | None) -> list[Stack]:
    """The services, if there are any and their cluster answers: then they are reviewed before anything is touched."""
    if services is None or services.is_empty() or stack.is_empty():
        return []
    try:
        unready = workbench.cluster(environment_target, stack).api_reason()
    except Failure as failure:
        unready = str(failure)
    return [services] if unready is None else []


@contextmanager
def _meanwhile(action: Callable[[], None]) -> Iterator[None]:
    """Run `action` beside the block and wait for it; what fails in either, or in both, is told."""
    with ThreadPoolExecutor(max_workers=1) as executor:
        running = executor.submit(action)
        try:
            yield
        except Failure as failure:
            if (other := running.exception()) is not None:
                raise Failure(f"{failure}\n{other}") from failure
            raise
        running.result()


def _wait_for_nodes(cluster: Cluster, environment: Environment, phase: Phase, consoles: Consoles) -> list[Node]:
    """The nodes, once as many as are planned, and all that there are, are Ready."""
    count = len(environment.control_plane.members) + sum(pool.min for pool in environment.pools.values())
    return cluster.wait_for_nodes(
        count,
        time.monotonic() + NODES_DEADLINE_SECONDS,
        lambda nodes: phase.say(f"{sum(node.ready for node in nodes)} of {count} Ready", consoles.lines(phase)),
    )


def _summary(facts: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print(json.dumps(facts, indent=2))
        return
    print(f"\n{facts['environment']} is up after {facts['total_seconds']} s.")
    if "api" in facts:
        print(f"  API         {facts['api']}")
        print(f"  kubeconfig  {facts['kubeconfig']}")
        for node in facts["nodes"]:
            print(f"  node        {node['name']:<22} {node['address']:<15} {node['version']}")
    for title, seconds in facts["seconds"].items():
        print(f"  {seconds:>7.1f} s   {title}")
