"""AWS' names and tags, and the provider's: the same ones, spelled differently."""

from collections.abc import Iterable, Mapping
from typing import Any


def camel(value: Any) -> Any:
    """An answer of AWS with the provider's names: `VpcId` is `vpcId`."""
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: camel(item) for key, item in value.items()}
    return [camel(item) for item in value] if isinstance(value, list) else value


def pascal(value: Any) -> Any:
    """Inputs with AWS' names: `vpcId` is `VpcId`. What is null is left out."""
    if isinstance(value, dict):
        return {key[:1].upper() + key[1:]: pascal(item) for key, item in value.items() if item is not None}
    return [pascal(item) for item in value] if isinstance(value, list) else value


def tag_list(tags: Mapping[str, Any]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": str(value)} for key, value in tags.items()]


def tag_map(tags: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """Tags from an answer, without those that AWS itself puts there."""
    return {tag["Key"]: tag["Value"] for tag in tags or [] if not tag["Key"].startswith("aws:")}
