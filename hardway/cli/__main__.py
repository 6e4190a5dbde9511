"""Entry point: runs the command line and turns a failure into one paragraph and an exit code."""

from __future__ import annotations

import signal
import sys

from hardway.artifacts.errors import ArtifactError
from hardway.cli.app import app
from hardway.cli.failure import Failure


def main() -> None:
    """Run `./hw`; exit 1 when something failed, 2 when what was asked for makes no sense, 130 on Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        app(prog_name="hw")
    except Failure as failure:
        print(f"hw: {failure}", file=sys.stderr)
        sys.exit(failure.exit_code)
    except ArtifactError as error:
        print(f"hw: {error}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        print("hw: interrupted", file=sys.stderr)
        sys.exit(130)


if __name__ == "__main__":
    main()
