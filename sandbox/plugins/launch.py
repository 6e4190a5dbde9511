"""Runs the plugin named by the first argument. Started by `bin/launch`, as a file."""

import sys
from importlib import import_module
from pathlib import Path

POLICY_PACK = "policy-pack"
"""No plugin of the engine's: how the language host starts the pack in the folder that is the last argument."""

MODULES = {
    "pulumi-language-python": "language",
    "pulumi-resource-aws": "aws",
    "pulumi-resource-command": "command",
    "pulumi-resource-kubernetes": "kubernetes.provider",
    "pulumi-resource-random": "random_values",
    "pulumi-resource-tls": "tls",
}


def main() -> None:
    """Runs the plugin until the engine ends it."""
    # The folder of this file must not be searched; the root of the repository must.
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    plugin, sys.argv = sys.argv[1], sys.argv[1:]
    if plugin == "pulumi-resource-pulumi-python":
        import runpy

        runpy.run_module("pulumi.dynamic", run_name="__main__", alter_sys=True)
        return
    if plugin == POLICY_PACK:
        # As `pulumi.policy` runs it, less half a second for a SDK of which a pack needs the protocol alone.
        import runpy

        import_module("sandbox.plugins.lean_sdk").register()
        runpy.run_path(sys.argv[-1], run_name="__main__")
        return
    import_module("sandbox.plugins.lean_sdk").register()
    import_module(f"sandbox.plugins.{MODULES[plugin]}").main()


if __name__ == "__main__":
    main()
