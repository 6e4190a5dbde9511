from __future__ import annotations

from typing import Any

import pytest

from hardway.report import wording
from hardway.report.model import Edit, PropertyChange
from hardway.report.values import FileReference, Special


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        ("a b", '"a b"'),
        ({"a": [Special.SECRET, 1]}, '{"a": ["[secret]", 1]}'),
        (Special.UNKNOWN, "[not known yet]"),
        (FileReference("0123456789abcdef"), "file 0123456789ab"),
        ("x" * 300, '"' + "x" * 159 + "… (302 characters)"),
        ("line\n" * 100, "a text of 100 lines"),
        ("\x1b[0m\N{RIGHT-TO-LEFT OVERRIDE}ü", '"\\u001b[0m\\u202eü"'),
    ],
)
def test_values_are_one_line(value: Any, text: str) -> None:
    assert wording.value_text(value) == text


@pytest.mark.parametrize(
    ("resource_type", "text"),
    [
        ("aws:ec2/instance:Instance", "aws:ec2:Instance"),
        ("tls:index/privateKey:PrivateKey", "tls:PrivateKey"),
        ("kubernetes:core/v1:Namespace", "kubernetes:core:Namespace"),
        ("pulumi:providers:aws", "pulumi:providers:aws"),
        ("hardway:network:Network", "hardway:network:Network"),
        ("odd", "odd"),
    ],
)
def test_types_are_named_as_the_engine_names_them(resource_type: str, text: str) -> None:
    assert wording.type_text(resource_type) == text


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (PropertyChange(path="a", edit=Edit.CHANGE, old=1, new=2), "a: 1 → 2"),
        (PropertyChange(path="a", edit=Edit.ADD, old=Special.ABSENT, new=2), "a: 2"),
        (PropertyChange(path="a", edit=Edit.REMOVE, old=1, new=Special.ABSENT), "a: 1 is removed"),
        (
            PropertyChange(path="a", edit=Edit.CHANGE, old=Special.SECRET, new=Special.SECRET),
            "a: [secret] → another [secret]",
        ),
    ],
)
def test_a_property_is_one_sentence(change: PropertyChange, text: str) -> None:
    assert wording.property_text(change) == text
