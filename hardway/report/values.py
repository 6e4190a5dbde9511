"""Property values as a report may hold them: secrets masked before anything else sees them, special values as such.

The engine seals secrets in its event log already ("[secret]" inside an object that carries its secret signature). What
it does not know to be secret is masked here: properties that always hold keys, and texts that look like keys.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fnmatch import fnmatchcase
from typing import Any, Final

from hardway.report.key_texts import without_keys

# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
_SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
_SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"
_ASSET: Final = "c44067f5952c0a294b673a41bacd8c17"
_ARCHIVE: Final = "0def7320c3a5731c473e5ecbe6d01bc7"
_RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
_OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"

# https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
_UNKNOWN: Final = frozenset(
    {
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # a boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # a number
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # a string
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # a list
        "030794c1-ac77-496b-92df-f27374a8bd58",  # an asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # an archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # an object
    }
)


class Special(Enum):
    """What stands for a value that is not shown or not there. Its text is what reports print."""

    SECRET = "[secret]"
    UNKNOWN = "[not known yet]"
    ABSENT = "[absent]"


@dataclass(frozen=True)
class FileReference:
    """A file or archive that the engine sends along: its hash only, the path is this computer's."""

    sha256: str


Value = Any
"""None, bool, int, float, str, `Special`, `FileReference`, or lists and mappings of values."""

_ALWAYS_SECRET: Final[Sequence[tuple[str, frozenset[str]]]] = (
    ("kubernetes:core/v1:Secret", frozenset({"data", "stringData"})),
    ("aws:secretsmanager/secretVersion:SecretVersion", frozenset({"secretString", "secretBinary"})),
    ("tls:*", frozenset({"privateKeyPem", "privateKeyOpenssh", "privateKeyPemPkcs8", "caPrivateKeyPem"})),
    ("random:index/randomPassword:RandomPassword", frozenset({"result", "bcryptHash"})),
    ("random:index/randomBytes:RandomBytes", frozenset({"base64", "hex"})),
    ("aws:iam/accessKey:AccessKey", frozenset({"secret", "sesSmtpPasswordV4"})),
)
"""Properties that hold keys whatever the provider says: some providers forget to mark old or input values."""

# kubectl's copy of a whole object, a Secret's data included.
_LAST_APPLIED: Final = "kubectl.kubernetes.io/last-applied-configuration"

# Public, but unreadable: what matters is whether it is another one.
_PEM: Final = re.compile(r"-----BEGIN ([A-Z ]+)-----.*?-----END \1-----\n?", re.S)


def read_properties(resource_type: str, properties: Mapping[str, Any] | None) -> dict[str, Value]:
    """The properties of one resource, masked. Names that start with two underscores are the provider's own."""
    hidden: frozenset[str] = frozenset()
    for pattern, names in _ALWAYS_SECRET:
        if fnmatchcase(resource_type, pattern):
            hidden |= names
    return {
        name: _masked(value) if name in hidden else read_value(value)
        for name, value in (properties or {}).items()
        if not name.startswith("__")
    }


def read_value(raw: Any) -> Value:
    """One value of the event log without secrets and without marks that only the engine understands."""
    if isinstance(raw, str):
        return Special.UNKNOWN if raw in _UNKNOWN else redacted(raw)
    if isinstance(raw, Mapping):
        if (signature := raw.get(_SIGNATURE)) is not None:
            return _signed(signature, raw)
        return {
            key: Special.SECRET if key == _LAST_APPLIED else read_value(value)
            for key, value in raw.items()
            if not key.startswith("__")
        }
    if isinstance(raw, Sequence):
        return [read_value(value) for value in raw]
    return raw


def redacted(text: str) -> str:
    """`text` with everything that looks like a private key, an access key, a token or a password in a URL masked,
    and with certificates and public keys as what they are and a digest."""
    text = without_keys(text, Special.SECRET.value)
    return _PEM.sub(_digested, text) if "-----BEGIN" in text else text


def holds(value: Value, special: Special) -> bool:
    """Whether the value is, or has anywhere inside, that special value."""
    if isinstance(value, Mapping):
        return any(holds(each, special) for each in value.values())
    if isinstance(value, list):
        return any(holds(each, special) for each in value)
    return value is special


def veiled(value: Value, *others: Value) -> Value:
    """`value`, secret wherever one of the others is: the old side of a value that became secret, and the new side of
    one that stopped being so, are as secret as ever."""
    others = tuple(each for each in others if each is not Special.ABSENT)
    if any(each is Special.SECRET for each in others):
        return value if value is Special.ABSENT or value is Special.UNKNOWN else Special.SECRET
    if isinstance(value, Mapping):
        maps = [each for each in others if isinstance(each, Mapping)]
        return {key: veiled(each, *(other[key] for other in maps if key in other)) for key, each in value.items()}
    if isinstance(value, list):
        lists = [each for each in others if isinstance(each, list)]
        if any(len(each) != len(value) and holds(each, Special.SECRET) for each in lists):
            return Special.SECRET
        return [veiled(each, *(other[at] for other in lists if at < len(other))) for at, each in enumerate(value)]
    # A text that was a structure with secrets on the other side may hold them, too.
    if isinstance(value, str) and any(
        isinstance(each, Mapping | list) and holds(each, Special.SECRET) for each in others
    ):
        return Special.SECRET
    return value


def plain(value: Value) -> Any:
    """The value as JSON can hold it: special values as their text."""
    if isinstance(value, Special):
        return value.value
    if isinstance(value, FileReference):
        return f"file sha256:{value.sha256}"
    if isinstance(value, Mapping):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


def _digested(block: re.Match[str]) -> str:
    return f"[{block[1].lower()} {hashlib.sha256(block[0].strip().encode()).hexdigest()[:12]}]"


def _signed(signature: Any, raw: Mapping[str, Any]) -> Value:
    if signature in (_ASSET, _ARCHIVE):
        return FileReference(str(raw.get("hash", "")))
    if signature == _RESOURCE:
        return str(raw.get("urn", "")).rsplit("::", 1)[-1]
    if signature == _OUTPUT:
        if raw.get("secret"):
            return Special.SECRET
        return read_value(raw["value"]) if "value" in raw else Special.UNKNOWN
    # A secret; or a mark of a later engine, which is not to be read for sure.
    return Special.SECRET


def _masked(raw: Any) -> Value:
    """A secret property: names of its parts may be read, values may not."""
    if isinstance(raw, Mapping) and _SIGNATURE not in raw:
        return {key: Special.SECRET for key in raw}
    if isinstance(raw, str) and raw in _UNKNOWN:
        return Special.UNKNOWN
    return Special.SECRET
