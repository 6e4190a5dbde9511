"""What all types of the EC2 API share: calls that are named alike for all of them."""

from collections.abc import Mapping
from typing import Any, ClassVar

from sandbox.plugins.aws.base import AwsResource
from sandbox.plugins.aws.spelling import tag_list, tag_map
from sandbox.plugins.wire import Properties


class Ec2Resource(AwsResource):
    """A type of the EC2 API, whose calls are named alike for all of them."""

    service = "ec2"
    noun: ClassVar[str]
    id_name: ClassVar[str]
    #: The member of answers; the nouns of most types give it.
    member: ClassVar[str] = ""
    arn_kind: ClassVar[str] = ""

    @property
    def kind(self) -> str:
        return self.noun.replace("_", "-")

    @property
    def shape(self) -> str:
        return self.member or "".join(word.capitalize() for word in self.noun.split("_"))

    def tag_specifications(self, inputs: Properties, kind: str = "") -> list[dict[str, Any]]:
        tags = self.all_tags(inputs)
        return [{"ResourceType": kind or self.kind, "Tags": tag_list(tags)}] if tags else []

    def make(self, inputs: Properties) -> str:
        call = getattr(self.api, f"create_{self.noun}")
        answer = call(**self.request(inputs), TagSpecifications=self.tag_specifications(inputs))
        return str(answer.get(self.shape, answer)[self.id_name])

    def find(self, resource_id: str) -> Any:
        """AWS' description, or None."""
        call = getattr(self.api, f"describe_{self.noun}s")
        found = call(**{self.id_name + "s": [resource_id]})[self.shape + "s"]
        return found[0] if found else None

    def look(self, resource_id: str, state: Properties) -> Properties | None:
        found = self.find(resource_id)
        if found is None or found.get("State") in ("deleted", "deleting"):
            return None
        arn = {"arn": self.aws.arn("ec2", f"{self.arn_kind or self.kind}/{resource_id}")}
        return {**arn, **self.state_of(found), "ownerId": found.get("OwnerId"), "tags": tag_map(found.get("Tags"))}

    def retag(self, resource_id: str, state: Properties, put: Mapping[str, str], remove: list[str]) -> None:
        if remove:
            self.api.delete_tags(Resources=[resource_id], Tags=[{"Key": key} for key in remove])
        if put:
            self.api.create_tags(Resources=[resource_id], Tags=tag_list(put))

    def drop(self, resource_id: str, state: Properties) -> None:
        getattr(self.api, f"delete_{self.noun}")(**{self.id_name: resource_id})
