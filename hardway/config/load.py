"""Reads a stack's values into a typed configuration, or says everything that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from hardway.config.base import Section
from hardway.config.checks import CHECKS
from hardway.config.environment import Environment
from hardway.config.management import Management
from hardway.config.secrets import SECRET_KEYS
from hardway.config.services import Services

Kind = TypeVar("Kind", bound=Section)


class ConfigError(ValueError):
    """The configuration of a stack is invalid; the text has one line per fault: `file: hardway:key: what`."""

    def __init__(self, file: str, faults: list[tuple[str, str]]) -> None:
        """Keep the faults as (key, what) and render them in the order found."""
        self.faults = faults
        super().__init__("\n".join(f"{file}: {key}: {message}" for key, message in faults))


def load_environment(stack: str, values: Mapping[str, object], file: str) -> Environment:
    """The environment that `stack` describes.

    `values` maps the full keys of the stack file (`aws:region`, `hardway:network`) to parsed values; secret keys
    may be among them and are left out. Raises ConfigError with every fault of `file`.
    """
    built, faults = _build(Environment, {"name": stack, **_own_sections(values), **_region(values)})
    partial = Environment.model_construct(**built)
    for check, needed in CHECKS.items():
        if all(section in built for section in needed):
            faults += [(_key(path), message) for path, message in check(partial)]
    if faults:
        raise ConfigError(file, faults)
    return Environment(**built)


def load_services(stack: str, values: Mapping[str, object], file: str) -> Services:
    """The services stack that `stack` describes; errors as load_environment."""
    built, faults = _build(Services, {"name": stack, **_own_sections(values)})
    if faults:
        raise ConfigError(file, faults)
    return Services(**built)


def load_management(stack: str, values: Mapping[str, object], file: str) -> Management:
    """The management stack that `stack` describes; errors as load_environment."""
    built, faults = _build(Management, {"name": stack, **_own_sections(values), **_region(values)})
    if faults:
        raise ConfigError(file, faults)
    return Management(**built)


def kind_of(values: Mapping[str, object], file: str) -> str:
    """The stack's kind; ConfigError if it is missing or unknown."""
    kind = values.get("hardway:kind")
    if kind not in ("management", "environment", "services"):
        raise ConfigError(file, [("hardway:kind", f"is {kind!r}; must be management, environment or services")])
    return str(kind)


def _own_sections(values: Mapping[str, object]) -> dict[str, object]:
    own = {key.removeprefix("hardway:"): value for key, value in values.items() if key.startswith("hardway:")}
    return {key: value for key, value in own.items() if key not in SECRET_KEYS}


def _region(values: Mapping[str, object]) -> dict[str, object]:
    region = values.get("aws:region")
    return {} if region is None else {"region": region}


def _build(model: type[Kind], sections: Mapping[str, object]) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Validate section by section, so that one bad section hides no fault of another."""
    built: dict[str, Any] = {}
    faults = [
        (_key(name), _unknown(name, list(model.model_fields))) for name in sections if name not in model.model_fields
    ]
    for name, field in model.model_fields.items():
        if name not in sections:
            if field.is_required():
                faults.append((_key(name), "is missing"))
            else:
                built[name] = field.get_default(call_default_factory=True)
            continue
        try:
            built[name] = TypeAdapter(field.rebuild_annotation()).validate_python(sections[name])
        except ValidationError as error:
            faults += [_fault(name, detail) for detail in error.errors()]
    return built, faults


def _fault(section: str, detail: Any) -> tuple[str, str]:
    path = ".".join([section, *(str(part) for part in detail["loc"] if part != "[key]")])
    if detail["type"] == "extra_forbidden":
        return _key(path), "is not a known key"
    if detail["type"] == "missing":
        return _key(path), "is missing"
    return _key(path), detail["msg"].removeprefix("Value error, ")


def _unknown(name: str, known: list[str]) -> str:
    return f"is not a known key; known are {', '.join(sorted(set(known) - {'name', 'region'}))}"


def _key(path: str) -> str:
    if path == "name":
        return "stack name"
    return "aws:region" if path == "region" else f"hardway:{path}"
