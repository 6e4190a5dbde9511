"""`python -m sandbox VERB`: start, stop, reset and look at the region in a box."""

from __future__ import annotations

import argparse
import json
import shlex
import sys

from sandbox import verbs
from sandbox.paths import region_directory
from sandbox.record import StaleRecord


def main(arguments: list[str]) -> int:
    """Run one verb; a fault that the user can mend is one paragraph and exit code 1."""
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="verb", required=True)
    start = commands.add_parser("start", help="start the region unless it runs; prints one JSON line when ready")
    start.add_argument("--api-only", action="store_true", help="answer the AWS API, boot no machines")
    start.add_argument("--region", default="eu-central-1", help="name of the AWS region (default: %(default)s)")
    start.add_argument("--port", type=int, default=0, help="port of the API on 127.0.0.1 (default: any free one)")
    commands.add_parser("stop", help="power the machines off and end the region; its state ends with it")
    commands.add_parser("reset", help="remove everything that the region made, files included")
    for verb, text in (
        ("status", "whether the region runs, and its machines"),
        ("env", "variables for pulumi and boto3: eval $(python -m sandbox env)"),
        ("machines", "the machines of the region"),
    ):
        commands.add_parser(verb, help=text).add_argument("--json", action="store_true")
    shell = commands.add_parser("shell", help="a shell, or one command, in a machine")
    shell.add_argument("machine", help="instance id, Name tag or node name")
    shell.add_argument("command", nargs=argparse.REMAINDER, help="after --, a command to run instead of a shell")
    logs = commands.add_parser("logs", help="a machine's console, or the journal of one unit")
    logs.add_argument("machine", help="instance id, Name tag or node name")
    logs.add_argument("unit", nargs="?")
    options = parser.parse_args(arguments)
    directory = region_directory()
    try:
        if options.verb == "start":
            record = verbs.start(directory, options.region, options.port, options.api_only)
            print(json.dumps(verbs.summary(directory, record)))
        elif options.verb == "stop":
            verbs.stop(directory)
        elif options.verb == "reset":
            verbs.reset(directory)
        elif options.verb == "status":
            return verbs.status(directory, options.json)
        elif options.verb == "env":
            variables = verbs.environment(directory)
            lines = "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items())
            print(json.dumps(variables) if options.json else lines)
        elif options.verb == "machines":
            verbs.list_machines(directory, options.json)
        elif options.verb == "shell":
            return verbs.shell(directory, options.machine, [word for word in options.command if word != "--"])
        else:
            return verbs.logs(directory, options.machine, options.unit)
    except (verbs.SandboxError, StaleRecord) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
