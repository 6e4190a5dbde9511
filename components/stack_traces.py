"""Leaves Python call stacks out of the state.

The SDK sends the whole call stack of every resource to the engine, which keeps it: a third of an environment's
state, written anew after each step, with the paths of whoever's machine it was, and a tenth of the program's time.
No option turns it off. An exception in the program has its own trace, so nothing that helps is lost.
"""

from __future__ import annotations

from pulumi.runtime import resource as registration
from pulumi.runtime.proto import source_pb2


def omit() -> None:
    """Resources are registered without the call stack that led to them."""
    registration._get_stack_trace = lambda: source_pb2.StackTrace()
