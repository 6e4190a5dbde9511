"""What machines write about backups, and how two clusters are compared."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from hardway.backups.documents import BUMP, Digest, Manifest, differences
from tests.unit.hardway.backups.conftest import manifest


def test_a_restored_cluster_holds_the_backup_at_a_revision_above_all_that_were() -> None:
    assert Manifest.model_validate(manifest(revision=700)).restored_revision == 700 + BUMP


def test_what_a_newer_machine_says_besides_is_passed_over_but_another_format_is_not() -> None:
    assert Manifest.model_validate_json(json.dumps(manifest(mood="fine"))).revision == 700
    with pytest.raises(ValidationError, match="format"):
        Manifest.model_validate(manifest(format=2))


def test_equal_clusters_do_not_differ() -> None:
    digests = Manifest.model_validate(manifest()).digests
    assert differences(digests, dict(digests)) == []


def test_each_prefix_that_differs_is_told_with_how_many_there_were() -> None:
    before = {name: Digest(count=3, sha256="aa") for name in ("/registry/pods", "/registry/leases", "/registry/lost")}
    after = {
        "/registry/pods": Digest(count=3, sha256="ab"),
        "/registry/leases": Digest(count=3, sha256="aa"),
        "/registry/new": Digest(count=1, sha256="cc"),
    }
    assert differences(before, after) == [
        "/registry/lost: 3 objects before, 0 now",
        "/registry/new: 0 objects before, 1 now",
        "/registry/pods: 3 objects before, 3 now, with other content",
    ]
