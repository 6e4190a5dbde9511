"""The light packages of pulumi-aws: the same classes under the same names, and nothing else loaded."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from components.aws_modules import SERVICES, module_of

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("Vpc", "vpc"),
        ("VpcEndpoint", "vpc_endpoint"),
        ("BucketObjectv2", "bucket_objectv2"),
        ("SecurityGroupIngressRule", "security_group_ingress_rule"),
        ("get_ami_output", "get_ami"),
        ("outputs", "outputs"),
    ],
)
def test_a_name_is_found_where_it_is_defined(name: str, module: str) -> None:
    assert module_of(name) == module


def test_an_unknown_name_is_an_attribute_error() -> None:
    from pulumi_aws import ec2

    assert not hasattr(ec2, "NoSuchThing")


def test_every_service_that_a_component_imports_is_light() -> None:
    found: set[str] = set()
    for path in [*(ROOT / "components").rglob("*.py"), ROOT / "stacks" / "environment.py"]:
        for names in re.findall(r"^from pulumi_aws import (.+)$", path.read_text(), re.MULTILINE):
            found |= {name.strip() for name in names.split(",")}
    assert found == set(SERVICES)


def test_using_one_resource_loads_no_other() -> None:
    program = "import sys, components; from pulumi_aws import ec2; ec2.Vpc; print('pulumi_aws.ec2.eip' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout == "False\n"
