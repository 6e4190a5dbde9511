"""Objects of a cluster that is not there: each is what was asked for, at once."""

from sandbox.plugins.kubernetes.provider import KubernetesObject, object_id
from sandbox.plugins.wire import Properties


class RehearsedObject(KubernetesObject):
    """An object that no API server has seen. Names, differences and replacements are as with one."""

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """The manifest, as if it were live."""
        return object_id(inputs), dict(inputs)

    def read(self, resource_id: str, state: Properties) -> Properties | None:
        """The manifest of the state."""
        return state

    def update(self, resource_id: str, state: Properties, old: Properties, new: Properties) -> Properties:
        """The new manifest."""
        return dict(new)

    def delete(self, resource_id: str, state: Properties) -> None:
        """Nothing is to be deleted."""
