"""Loads the resources of pulumi-aws that are used, one by one, and not whole services.

`from pulumi_aws import ec2` runs 180 modules for the 14 that we use, and s3, autoscaling and cloudwatch are alike:
more than half of the program's start, in every preview. With this, a service is a package that finds each name
in the one module that defines it. Nothing else changes; without it everything works, more slowly.
"""

from __future__ import annotations

import importlib
import re
import sys
from types import ModuleType
from typing import Any, Final

import pulumi_aws  # noqa: F401 - makes the stand-ins that are changed here

SERVICES: Final = (
    "autoscaling",
    "cloudwatch",
    "ebs",
    "ec2",
    "iam",
    "kms",
    "lb",
    "route53",
    "s3",
    "secretsmanager",
    "vpc",
)
"""Every service that a component imports."""


class _Service(ModuleType):
    """A service's package whose names are loaded when they are first used."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            module = importlib.import_module(f"{self.__name__}.{module_of(name)}")
        except ModuleNotFoundError:
            raise AttributeError(f"{self.__name__} has no {name}") from None
        # A package is also asked for its modules by their own names, as `outputs`.
        value = getattr(module, name, module)
        setattr(self, name, value)
        return value


def module_of(name: str) -> str:
    """The module that defines a class or function: `VpcEndpoint` is in vpc_endpoint, `get_ami_output` in get_ami."""
    if name.islower():
        return name.removesuffix("_output")
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def install() -> None:
    """Every service in SERVICES that nobody has used yet is such a package."""
    for service in SERVICES:
        module = sys.modules.get(f"pulumi_aws.{service}")
        # pulumi_aws puts a stand-in for each service in place, which loads all of it when it is first used.
        # It is changed and not exchanged: somebody may hold it already.
        if module is not None and type(module) is not ModuleType:
            module.__class__ = _Service
