"""`python -m hardway.artifacts fetch|list|lock ENV` and `engine`: the bare functions, one plain line a step."""

from __future__ import annotations

import argparse
import sys

from hardway.artifacts.cache import is_present
from hardway.artifacts.engine import find_engine
from hardway.artifacts.errors import ArtifactError
from hardway.artifacts.fetch import fetch, write_lock
from hardway.artifacts.lock import load_lock
from hardway.artifacts.progress import Phase


def _plain(name: str, phase: Phase, estimate_seconds: float) -> None:
    estimate = f" (about {estimate_seconds:.0f} s)" if estimate_seconds >= 1 else ""
    print(f"{name}: {phase}{estimate}", file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Run one verb; the exit code says whether it worked."""
    parser = argparse.ArgumentParser(prog="python -m hardway.artifacts")
    verbs = parser.add_subparsers(dest="verb", required=True)
    verbs.add_parser("engine", help="print the path of the Pulumi engine, built if need be")
    for verb, explanation in (
        ("fetch", "fill the cache with the environment's artifacts"),
        ("list", "print the environment's artifacts"),
        ("lock", "write the environment's lock from what this host builds"),
    ):
        command = verbs.add_parser(verb, help=explanation)
        command.add_argument("environment")
        if verb == "fetch":
            command.add_argument("names", nargs="*", help="only these")
        if verb == "lock":
            command.add_argument("--source", choices=("built", "upstream"), default="built")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.verb == "engine":
            print(find_engine(_plain).path)
        elif chosen.verb == "fetch":
            fetch(chosen.environment, chosen.names or None, _plain)
        elif chosen.verb == "lock":
            write_lock(chosen.environment, chosen.source, _plain)
        else:
            for artifact in load_lock(chosen.environment).artifacts:
                state = "cached" if is_present(artifact) else "missing"
                print(f"{artifact.name:26} {artifact.version:16} {artifact.size_bytes:>11} {state:8} {artifact.sha256}")
    except ArtifactError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
