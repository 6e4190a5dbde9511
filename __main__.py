"""Reads the stack's configuration and runs the program of its kind."""

from __future__ import annotations

import json

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env

from hardway.config.load import ConfigError, kind_of, load_environment, load_management, load_services


def _parsed(text: str) -> object:
    # The engine hands over structured values, numbers and booleans as JSON, and texts as they are.
    try:
        parsed: object = json.loads(text)
    except ValueError:
        return text
    return parsed


def main() -> None:
    """Every resource of the stack is declared; a fault in its file is an error without a stack trace."""
    stack = pulumi.get_stack()
    file = f"stacks/Pulumi.{stack}.yaml"
    values = {key: _parsed(text) for key, text in {**get_config_env(), **CONFIG.get()}.items()}
    try:
        kind = kind_of(values, file)
        if kind == "management":
            from stacks.management import management_stack

            management_stack(load_management(stack, values, file))
        elif kind == "environment":
            from stacks.environment import environment_stack

            environment_stack(load_environment(stack, values, file))
        else:
            from stacks.services import services_stack

            services_stack(load_services(stack, values, file))
    except ConfigError as error:
        raise pulumi.RunError(str(error)) from None


main()
