"""Builds from source, each kept under a key: the same sources, flags and compilers are never built twice.

Without cgo the bytes depend on nothing but the sources, go.mod, go.sum, the flags and the Go version, all pinned, so
that two hosts agree. runc and flanneld (cgo) and pause (C) also take in this host's gcc and C libraries, and runc its
libseccomp: on another distribution they may come out different from the lock, and `fetch` then says which differs.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from hardway.artifacts.cache import cache_root, scratch
from hardway.artifacts.catalog import TOOLCHAIN_DIRECTORY, CProgram, GoModule
from hardway.artifacts.compression import ZSTD_VERSION
from hardway.artifacts.errors import ArtifactError
from hardway.artifacts.go import Go, find_go
from hardway.artifacts.lock import BuiltWith

STRIP: Final = "-s -w -buildid="
STATIC: Final = "-linkmode external -extldflags '-static -Wl,--build-id=none'"
TAIL_LINES: Final = 15


@dataclass(frozen=True, kw_only=True)
class Order:
    """What one build is to yield: the flags with versions filled in, and programs by name."""

    recipe: GoModule | CProgram
    flags: tuple[str, ...]
    programs: Mapping[str, str]
    """Name to Go package (or, for C, to nothing that matters)."""


class Runner(Protocol):
    """Runs the compiler; tests give one that only writes files."""

    def __call__(self, order: Order, built_with: BuiltWith, target: Path) -> None:
        """`target` then holds one file for each of the order's programs."""


def build(order: Order, built_with: BuiltWith, started: Callable[[], None], runner: Runner | None = None) -> Path:
    """The folder with the order's programs, built now (after calling `started`) unless they were built before."""
    if done := built_before(order, built_with):
        return done
    folder = _folder(order, built_with)
    started()
    with scratch() as work:
        target = work / "out"
        target.mkdir()
        (runner or compile_programs)(order, built_with, target)
        if missing := [name for name in order.programs if not (target / name).is_file()]:
            raise ArtifactError(f"{order.recipe.module}: the build ended well but left no {', '.join(missing)}.")
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        target.rename(folder)
    return folder


def built_before(order: Order, built_with: BuiltWith) -> Path | None:
    """The folder with the order's programs, if it is there."""
    folder = _folder(order, built_with)
    return folder if all((folder / name).is_file() for name in order.programs) else None


def order_key(order: Order, built_with: BuiltWith) -> str:
    """Differs whenever the bytes could."""
    directory = TOOLCHAIN_DIRECTORY / order.recipe.directory
    needs_c = isinstance(order.recipe, CProgram) or order.recipe.cgo
    sources = [directory / "go.mod", directory / "go.sum", *sorted(directory.glob("*.go"))]
    facts = {
        "sources": {source.name: source.read_text(encoding="utf-8") for source in sources},
        "recipe": order.recipe.model_dump(mode="json"),
        "flags": order.flags,
        "programs": dict(sorted(order.programs.items())),
        "go": built_with.go,
        "c": [built_with.gcc, built_with.libseccomp] if needs_c else [],
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:32]


def here() -> BuiltWith:
    """The compilers of this host."""
    return BuiltWith(
        go=find_go().version,
        gcc=_first_line(["gcc", "--version"]),
        libseccomp=_first_line(["pkg-config", "--modversion", "libseccomp"]),
        zstd=ZSTD_VERSION,
    )


def compile_programs(order: Order, built_with: BuiltWith, target: Path) -> None:
    """Run the real compiler."""
    go = find_go()
    if isinstance(order.recipe, CProgram):
        _compile_c(order, order.recipe, go, target)
    else:
        _compile_go(order, order.recipe, go, target)


def _folder(order: Order, built_with: BuiltWith) -> Path:
    return cache_root() / "builds" / order_key(order, built_with)


def _compile_go(order: Order, recipe: GoModule, go: Go, target: Path) -> None:
    ldflags = " ".join([STRIP, *([STATIC] if recipe.cgo else []), *order.flags])
    command = [str(go.path), "build", "-ldflags", ldflags, "-o", f"{target}/"]
    if recipe.tags:
        command += ["-tags", ",".join(recipe.tags)]
    _run([*command, *order.programs.values()], recipe.directory, go.environment(cgo=recipe.cgo))
    for name, package in order.programs.items():
        (target / _default_name(package)).rename(target / name)


def _compile_c(order: Order, recipe: CProgram, go: Go, target: Path) -> None:
    environment = go.environment(cgo=True)
    _run([str(go.path), "mod", "download", recipe.module], recipe.directory, environment)
    listed = _run([str(go.path), "list", "-m", "-f", "{{.Dir}}", recipe.module], recipe.directory, environment)
    source = Path(listed.strip()) / recipe.file
    for name in order.programs:
        output = str(target / name)
        flags = [*order.flags, "-s", "-Wl,--build-id=none"]
        _run(["gcc", *flags, "-o", output, source.name], str(source.parent), environment)


def _run(command: list[str], directory: str, environment: Mapping[str, str]) -> str:
    folder = TOOLCHAIN_DIRECTORY / directory
    try:
        answer = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise ArtifactError(f"{command[0]} is not installed; on Debian: apt-get install gcc libc6-dev.") from None
    if answer.returncode != 0:
        tail = "\n".join(answer.stderr.strip().splitlines()[-TAIL_LINES:])
        hint = " Is libseccomp-dev installed?" if "seccomp" in tail else ""
        raise ArtifactError(f"{directory}: `{' '.join(command[:3])} …` failed.{hint}\n{tail}")
    return answer.stdout


def _default_name(package: str) -> str:
    """What `go build` calls a program: the last element of its path that is not a major version."""
    return next(part for part in reversed(package.split("/")) if not re.fullmatch(r"v\d+", part))


def _first_line(command: list[str]) -> str:
    if not shutil.which(command[0]):
        return "absent"
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    return answer.stdout.splitlines()[0] if answer.returncode == 0 and answer.stdout else "absent"
