"""Entries of the secret store that belong to no single machine."""

from __future__ import annotations

from functools import cache

import pulumi

from components.cluster_secrets import cluster_secrets
from tests.unit.components.conftest import NAMING
from tests.unit.components.harness import Recording, is_secret, run


@cache
def declare(*pools: str) -> Recording:
    return run(
        lambda: dict(
            cluster_secrets(
                naming=NAMING,
                pools=pools,
                key_arn="arn:key",
                break_glass=pulumi.Output.secret("kubeconfig"),
                deletion_protection=True,
            )
        )
    )


def test_break_glass_and_join_tokens_are_entries_of_their_own() -> None:
    names = {one.inputs["name"] for one in declare("general", "batch").of("Secret")}
    assert names == {f"hardway/sandbox/{path}" for path in ("break-glass", "join/general", "join/batch")}


def test_only_break_glass_has_its_value_from_here() -> None:
    # Control planes write the tokens: another `up` must not put an old one back.
    (version,) = declare("general", "batch").of("SecretVersion")
    assert (version.name, is_secret(version.inputs["secretString"])) == ("break-glass", True)


def test_pools_are_handed_their_join_tokens_and_nobody_the_break_glass() -> None:
    declared = declare("general", "batch")
    prefix = "arn:aws:secretsmanager:eu-central-1:123456789012"
    assert declared.outputs == {pool: f"{prefix}:join-{pool}" for pool in ("general", "batch")}


def test_a_role_may_tell_break_glass_from_what_workers_read() -> None:
    roles = {one.name: one.inputs["tags"]["hardway:role"] for one in declare("general").of("Secret")}
    assert roles == {"break-glass": "break-glass", "join-general": "worker"}


def test_removing_a_pool_touches_no_other() -> None:
    gone = declare("general", "middle", "last").keys - declare("general", "last").keys
    assert {name for _, name in gone} == {"join-middle"}
