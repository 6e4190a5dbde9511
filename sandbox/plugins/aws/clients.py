"""One region's clients, and what every call needs to know of the account."""

import functools
import json
import os
import threading
from typing import Any

from sandbox.plugins.resource import ProviderError
from sandbox.plugins.wire import Properties


class Aws:
    """One region's clients, made when first used (importing boto3 takes longer than a whole preview)."""

    def __init__(self) -> None:
        self.region = os.environ.get("AWS_REGION", "")
        self.default_tags: dict[str, str] = {}
        self.cancelled = threading.Event()
        self._clients: dict[str, Any] = {}
        self._lock = threading.Lock()

    def configure(self, config: Properties) -> None:
        self.region = config.get("region") or self.region
        self.default_tags = (_parsed(config.get("defaultTags")) or {}).get("tags") or {}

    def client(self, service: str) -> Any:
        """The client of a service; credentials and endpoint come from the environment."""
        with self._lock:
            if service not in self._clients:
                import boto3
                from botocore.config import Config

                config = Config(
                    max_pool_connections=64,
                    retries={"mode": "standard", "max_attempts": 5},
                    s3={"addressing_style": "path"},
                )
                if not self.region:
                    raise ProviderError("no region: set aws:region in the stack's configuration")
                session: Any = boto3.Session(region_name=self.region)
                self._clients[service] = session.client(service, config=config)
            return self._clients[service]

    @functools.cached_property
    def account_id(self) -> str:
        return str(self.client("sts").get_caller_identity()["Account"])

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account_id}:{resource}"


def _parsed(value: Any) -> Any:
    """A nested provider setting, which the engine passes as JSON text."""
    return json.loads(value) if isinstance(value, str) else value
