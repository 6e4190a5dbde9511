"""Nobody talks to a bucket in clear text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from policy.buckets import finding, without
from policy.iam_document import Statement, statements
from policy.provider_values import texts
from policy.rule import Finding, Resource, Settings, Severity, StackRule, is_known


def _refuses(statement: Statement) -> bool:
    """Whether the statement denies everybody everything, in the bucket and on it, unless TLS is used."""
    asked = statement.conditions.get("Bool")
    secure = asked.get("aws:SecureTransport") if isinstance(asked, Mapping) else None
    objects = {resource for resource in statement.resources if resource == "*" or resource.endswith("/*")}
    return (
        statement.effect == "Deny"
        and "*" in statement.principals
        and bool({"*", "s3:*"} & set(statement.actions))
        and len(statement.conditions) == 1
        and (secure is False or "false" in set(texts(secure)))
        and bool(objects)
        and ("*" in objects or bool(set(statement.resources) - objects))
    )


def _requires_tls(resource: Resource) -> bool:
    document = resource.at("policy")
    return not is_known(document) or any(_refuses(one) for one in statements(document, "policy"))


def _check(resources: Sequence[Resource], settings: Settings) -> Iterator[Finding]:
    for bucket in without(resources, "BucketPolicy", _requires_tls):
        yield finding(
            bucket,
            "no BucketPolicy of it denies s3:* to everybody while aws:SecureTransport is false, for the bucket and"
            " its objects: add that statement.",
        )


RULE = StackRule(
    name="bucket-without-tls",
    what="Every bucket refuses requests that do not come over TLS.",
    why="S3 answers plain HTTP, too: whoever is on the way reads what machines boot, and signed requests with it.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    fix="Add a BucketPolicy that denies s3:* on the bucket and its objects if aws:SecureTransport is false.",
    severity=Severity.MEDIUM,
    reference="CIS AWS 3.0.0: 2.1.1",
    check=_check,
)
