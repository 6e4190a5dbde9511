"""The SDK's protocol code without the rest of it.

Importing `pulumi` costs a second of CPU without bytecode, half with; several plugins start for each preview and need
only its generated protobuf modules, and the language host no more than that until a program is run.
"""

import importlib
import importlib.util
import sys
import types
from pathlib import Path


def register() -> None:
    """`pulumi` and `pulumi.runtime` are packages whose `__init__` never ran. Only for processes that are plugins."""
    spec = importlib.util.find_spec("pulumi")
    root = Path(str(spec and spec.origin)).parent
    for name, folder in (("pulumi", root), ("pulumi.runtime", root / "runtime")):
        package = types.ModuleType(name)
        package.__path__ = [str(folder)]
        sys.modules[name] = package


def leave() -> None:
    """What imports `pulumi` from now on gets all of it. The protocol's modules stay those that are in use."""
    stand_in = sys.modules.get("pulumi.runtime")
    if stand_in is None or stand_in.__spec__ is not None:
        return
    del sys.modules["pulumi"], sys.modules["pulumi.runtime"]
    importlib.import_module("pulumi.runtime").__dict__.setdefault("proto", sys.modules["pulumi.runtime.proto"])
