"""What every command that touches an environment needs first: engine, binaries, region, stacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from hardway.cli.cluster import Cluster, ca_of
from hardway.cli.engine import Stack
from hardway.cli.failure import Failure
from hardway.cli.paths import write_private
from hardway.cli.region_control import Region
from hardway.cli.target import Target

if TYPE_CHECKING:
    from hardway.artifacts import progress as artifact_progress
    from hardway.artifacts.progress import Progress
    from hardway.cli.report import Phase


def engine_binary(target: Target | None, phase: Phase | None = None) -> Path:
    """Path of the `pulumi` command; built once if this computer has none. Without a target, for a region in a box."""
    from hardway.artifacts.engine import find_engine

    engine = find_engine(progress=_progress(phase))
    if target is not None and not target.is_sandbox and not engine.official:
        raise Failure(
            f"{target.name} lives on AWS and takes the official Pulumi CLI with its plugins, which is not installed"
            f" here (found: {engine.path}). Install it: https://www.pulumi.com/docs/install/. ./hw preview"
            f" {target.name} --offline works without."
        )
    return engine.path


def kubectl_binary(environment: str) -> Path:
    """Path of the `kubectl` command that fits the environment's cluster."""
    from hardway.artifacts.engine import kubectl_path

    return kubectl_path(environment)


def fetch_artifacts(environment: str, phase: Phase, names: Sequence[str] | None = None) -> None:
    """Have the objects of the environment's lock in the cache."""
    from hardway.artifacts.fetch import fetch

    fetch(environment, names=names or None, progress=_progress(phase))


def lock_artifacts(environment: str, source: Literal["built", "upstream"], phase: Phase) -> None:
    """Write the environment's lock from what is built or downloaded."""
    from hardway.artifacts.fetch import write_lock

    write_lock(environment, source, progress=_progress(phase))


def variables(target: Target) -> Mapping[str, str]:
    """Environment variables for the engine and AWS clients: the region's for a sandbox, nothing extra for AWS."""
    return Region(target.directory).variables() if target.is_sandbox else {}


def require_region(target: Target) -> None:
    """Failure if the target is a sandbox whose region does not run."""
    if target.is_sandbox and not Region(target.directory).running():
        raise Failure(f"the region of {target.name} is not running. Start it with ./hw up {target.name}.")


def stack(target: Target, *, engine: Path, extra: Mapping[str, str]) -> Stack:
    """The stack of that target under these environment variables."""
    return Stack(name=target.name, binary=engine, variables=extra, logs=target.directory / "logs")


def ensure_stack(target: Target, wanted: Stack) -> None:
    """Make a sandbox's stack if there is none; elsewhere, who keeps state and seals secrets is not ours to choose."""
    if wanted.exists():
        return
    if not target.is_sandbox:
        raise Failure(
            f"the state backend has no stack {wanted.name} yet. Make it once, with the key that is to seal its secrets:"
            f" pulumi stack init {wanted.name} --secrets-provider awskms://alias/KEY (docs/how-to/state.md)."
        )
    wanted.create()


def save_kubeconfig(target: Target, environment_stack: Stack) -> Path:
    """Write the operator's kubeconfig from the stack's outputs, mode 0600; its path."""
    outputs = environment_stack.outputs()
    if not outputs.get("kubeconfig"):
        raise Failure(f"stack {target.name} has no output `kubeconfig`: it is not up yet. Run ./hw up {target.name}.")
    return write_private(target.kubeconfig, outputs["kubeconfig"])


def cluster(target: Target, environment_stack: Stack | None = None) -> Cluster:
    """The target's cluster; takes the kubeconfig from the stack when this computer has none yet."""
    if not target.kubeconfig.is_file():
        if environment_stack is None:
            require_region(target)
            environment_stack = stack(target, engine=engine_binary(target), extra=variables(target))
        save_kubeconfig(target, environment_stack)
    url, ca_pem = ca_of(target.kubeconfig.read_text())
    return Cluster(kubectl=kubectl_binary(target.name), kubeconfig=target.kubeconfig, url=url, ca_pem=ca_pem)


def _progress(shown_in: Phase | None) -> Progress:
    """Shows what the builder of binaries tells."""

    def tell(name: str, phase: artifact_progress.Phase, estimate_seconds: float) -> None:
        if shown_in is not None:
            estimate = f", about {estimate_seconds:.0f} s" if estimate_seconds >= 1 else ""
            shown_in.say(f"{phase} {name}{estimate}")

    return tell
