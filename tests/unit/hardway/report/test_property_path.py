from __future__ import annotations

import pytest

from hardway.report.property_path import look_up, split
from hardway.report.values import Special


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("size", ("size",)),
        ("tags.Name", ("tags", "Name")),
        ('tags["hardway:role"]', ("tags", "hardway:role")),
        ('tags["a \\"quoted\\" one"].b', ("tags", 'a "quoted" one', "b")),
        ("targets[0].id", ("targets", 0, "id")),
        ("[0][1]", (0, 1)),
        ("tags[", ("tags[",)),
    ],
)
def test_paths_are_split_as_the_engine_writes_them(path: str, parts: tuple[str | int, ...]) -> None:
    assert split(path) == parts


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("a", 1, "b"), 2),
        (("a", 7), Special.ABSENT),
        (("a", "b"), Special.ABSENT),
        (("gone",), Special.ABSENT),
        (("sealed", "inside"), Special.SECRET),
        (("later", 0), Special.UNKNOWN),
    ],
)
def test_a_path_leads_to_a_value_or_to_what_hides_it(path: tuple[str | int, ...], value: object) -> None:
    properties = {"a": [0, {"b": 2}], "sealed": Special.SECRET, "later": Special.UNKNOWN}
    assert look_up(properties, path) == value
