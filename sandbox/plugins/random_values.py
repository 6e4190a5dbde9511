"""The `random` provider: values made once and kept."""

import base64
import secrets
import string
from typing import ClassVar

from sandbox.plugins.resource import Provider, ProviderError, Resource
from sandbox.plugins.server import serve_provider
from sandbox.plugins.wire import Properties


class RandomBytes(Resource):
    token = "random:index/randomBytes:RandomBytes"
    replace = frozenset({"keepers", "length"})
    required = ("length",)
    computed = ("base64", "hex")
    secret_outputs = frozenset({"base64", "hex"})

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        value = secrets.token_bytes(int(inputs["length"]))
        encoded = base64.b64encode(value).decode()
        return "none", {**inputs, "base64": encoded, "hex": value.hex()}


class RandomId(Resource):
    token = "random:index/randomId:RandomId"
    replace = frozenset({"byteLength", "keepers", "prefix"})
    required = ("byteLength",)
    computed = ("b64Std", "b64Url", "dec", "hex")

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        value, prefix = secrets.token_bytes(int(inputs["byteLength"])), inputs.get("prefix") or ""
        url_safe = base64.urlsafe_b64encode(value).decode().rstrip("=")
        return url_safe, {
            **inputs,
            "b64Std": prefix + base64.b64encode(value).decode(),
            "b64Url": prefix + url_safe,
            "dec": prefix + str(int.from_bytes(value, "big")),
            "hex": prefix + value.hex(),
        }


class RandomString(Resource):
    token = "random:index/randomString:RandomString"
    replace = frozenset({"*"})
    required = ("length",)
    computed: ClassVar[tuple[str, ...]] = ("result",)
    #: What an input's absence means, and the characters it stands for.
    classes: ClassVar = {
        "lower": string.ascii_lowercase,
        "upper": string.ascii_uppercase,
        "numeric": string.digits,
        "special": "!@#$%&*()-_=+[]{}<>:?",
    }

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        value = self._value(inputs)
        return value, {**self._echo(inputs), "result": value}

    def _echo(self, inputs: Properties) -> Properties:
        minimums = {"min" + name.capitalize(): 0 for name in self.classes}
        return {**dict.fromkeys(self.classes, True), **minimums, **inputs}

    def _value(self, inputs: Properties) -> str:
        length, alphabet, chosen = int(inputs["length"]), "", []
        for name, characters in self.classes.items():
            if name == "special" and inputs.get("overrideSpecial"):
                characters = inputs["overrideSpecial"]
            if inputs.get(name, inputs.get("number", True) if name == "numeric" else True):
                alphabet += characters
            chosen += [secrets.choice(characters) for _ in range(int(inputs.get("min" + name.capitalize()) or 0))]
        if len(chosen) > length or not alphabet:
            raise ProviderError(f"length {length} can't hold the characters asked for")
        chosen += [secrets.choice(alphabet) for _ in range(length - len(chosen))]
        secrets.SystemRandom().shuffle(chosen)
        return "".join(chosen)


class RandomPassword(RandomString):
    token = "random:index/randomPassword:RandomPassword"
    computed = ("result", "bcryptHash")
    secret_outputs = frozenset({"result", "bcryptHash"})

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        return "none", {**self._echo(inputs), "result": self._value(inputs)}


class RandomProvider(Provider):
    name = "random"

    def __init__(self) -> None:
        super().__init__()
        self.resources = {kind.token: kind() for kind in (RandomBytes, RandomId, RandomString, RandomPassword)}


def main() -> None:
    """The plugin's process."""
    serve_provider(RandomProvider())
