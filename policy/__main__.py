"""The pack's process: every rule in policy/rules/, served to the engine."""

import sys
from pathlib import Path


def main() -> None:
    """Serves until the engine ends it."""
    # The engine runs this folder, which puts it on the search path; the repository's root has to be there instead.
    sys.path[0] = str(Path(__file__).resolve().parents[1])
    from policy.catalogue import rules
    from policy.server import Pack, serve

    serve(Pack(rules()))


main()
