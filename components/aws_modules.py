"""Loads the resources of pulumi-aws that are used, one by one, and not whole services.

`from pulumi_aws import ec2` runs 180 modules for the 14 that we use, and s3, autoscaling and cloudwatch are alike:
more than half of the program's start, in every preview. With this, a service is a package that finds each name
in the one module that defines it. Nothing else changes; without it everything works, more slowly.
"""

from __future__ import annotations

import importlib
import re
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pulumi_aws

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
    """`pulumi_aws.<service>` is such a package for every service in SERVICES."""
    for service in SERVICES:
        name = f"pulumi_aws.{service}"
        folder = str(Path(pulumi_aws.__path__[0]) / service)
        module = _Service(name)
        module.__spec__ = ModuleSpec(name, loader=None, is_package=True)
        module.__spec__.submodule_search_locations = [folder]
        module.__path__ = [folder]
        module.__package__ = name
        sys.modules[name] = module
        setattr(pulumi_aws, service, module)
