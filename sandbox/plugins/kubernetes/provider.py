"""The provider: every kind of object is one resource type, known by its apiVersion and kind."""

from typing import Any

from sandbox.plugins.kubernetes.api import ApiError, KubernetesApi
from sandbox.plugins.kubernetes.readiness import JUDGES, Failed, endpoints
from sandbox.plugins.protocol import provider_pb2, provider_pb2_grpc
from sandbox.plugins.rehearsal import rehearsing
from sandbox.plugins.resource import PartialFailure, Provider, ProviderError, Resource
from sandbox.plugins.server import Servicer, serve
from sandbox.plugins.wire import Properties, is_unknown, reveal, same, unpack

DEADLINE_SECONDS = 300
IMMUTABLE: dict[str, tuple[tuple[str, ...], ...]] = {
    "Deployment": (("spec", "selector"),),
    "DaemonSet": (("spec", "selector"),),
    "StatefulSet": (("spec", "selector"), ("spec", "serviceName"), ("spec", "volumeClaimTemplates")),
    "Job": (("spec", "selector"), ("spec", "template")),
    "Service": (("spec", "clusterIP"),),
    "ClusterRoleBinding": (("roleRef",),),
    "RoleBinding": (("roleRef",),),
    "StorageClass": (("provisioner",), ("parameters",)),
    "PriorityClass": (("value",),),
}
IDENTITY = (("apiVersion",), ("kind",), ("metadata", "name"), ("metadata", "namespace"))


class KubernetesObject(Resource):
    """Any object: applied server-side, waited for, read back, deleted."""

    computed = ("status",)
    exclusive = True

    def __init__(self, provider: "Kubernetes") -> None:
        """An object of the provider's cluster."""
        self.provider = provider

    def check(self, name: str, old_inputs: Properties, inputs: Properties, seed: bytes) -> Properties:
        """The manifest with a name: its own, the old one, or one made from the logical name."""
        metadata = dict(inputs.get("metadata") or {})
        if metadata.get("name") is None:
            old = (old_inputs.get("metadata") or {}).get("name")
            metadata["name"] = old or f"{name}-{seed.hex()[:8]}"
        return {**inputs, "metadata": metadata}

    def changed(self, old: Properties, new: Properties) -> set[str]:
        """Keys that differ, those with an immutable part marked for replacement."""
        return {key for key in old.keys() | new.keys() if not same(old.get(key), new.get(key))}

    def create(self, inputs: Properties) -> tuple[str, Properties]:
        """The object exists and is ready."""
        api = self.provider.api()
        live = api.apply(inputs)
        return object_id(inputs), self._ready(inputs, live)

    def read(self, resource_id: str, state: Properties) -> Properties | None:
        """The live object."""
        return self.provider.api().get(state)

    def inputs_from(self, outputs: Properties, inputs: Properties) -> Properties:
        """What was asked for, as it is now: only fields that were set count as drift."""
        projected: Properties = _project(inputs, outputs)
        return projected

    def update(self, resource_id: str, state: Properties, old: Properties, new: Properties) -> Properties:
        """The object is as `new` says and ready."""
        return self._ready(new, self.provider.api().apply(new))

    def delete(self, resource_id: str, state: Properties) -> None:
        """The object is gone."""
        api = self.provider.api()
        api.delete(state)
        name = state["metadata"]["name"]
        path = api.path(state, collection=True)
        for live in api.watch(path, DEADLINE_SECONDS, fieldSelector=f"metadata.name={name}"):
            if not live:
                return
        raise ProviderError(f"{object_id(state)} is still there after {DEADLINE_SECONDS} s; finalizers may hold it")

    def _ready(self, manifest: Properties, live: Properties) -> Properties:
        annotations = manifest["metadata"].get("annotations") or {}
        if annotations.get("pulumi.com/skipAwait") == "true":
            return live
        try:
            return self._wait(manifest, live)
        except (Failed, ApiError) as error:
            raise PartialFailure(object_id(manifest), live, str(error)) from error

    def _wait(self, manifest: Properties, live: Properties) -> Properties:
        api, name, reason = self.provider.api(), manifest["metadata"]["name"], "nothing was seen"
        judge = JUDGES.get(manifest["kind"])
        if judge is not None:
            path = api.path(manifest, collection=True)
            for found in api.watch(path, DEADLINE_SECONDS, fieldSelector=f"metadata.name={name}"):
                reason = (judge(found[0]) or "") if found else "it was deleted by somebody else"
                if found and not reason:
                    return found[0]
                if self.provider.cancelled.is_set():
                    raise Failed(f"cancelled; {reason}")
            raise Failed(f"not ready after {DEADLINE_SECONDS} s: {reason}")
        if manifest["kind"] == "Service" and (manifest.get("spec") or {}).get("selector"):
            slices = {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "metadata": manifest["metadata"]}
            path = api.path(slices, collection=True)
            for found in api.watch(path, DEADLINE_SECONDS, labelSelector=f"kubernetes.io/service-name={name}"):
                if endpoints(found) is None:
                    return live
            raise Failed(f"no ready endpoint after {DEADLINE_SECONDS} s")
        return live


class AnyKind(dict[str, Resource]):
    """Every token names a kind of object; the API server decides which exist."""

    def __init__(self, everything: KubernetesObject) -> None:
        """Answer for all tokens with the one generic type."""
        super().__init__()
        self.everything = everything

    def get(self, key: str, default: Any = None) -> Any:
        """The generic type."""
        return self.everything


class Kubernetes(Provider):
    """One cluster."""

    name = "kubernetes"

    def __init__(self) -> None:
        """Not connected until the first call."""
        super().__init__()
        if rehearsing():
            from sandbox.plugins.kubernetes.rehearsed import RehearsedObject

            self.resources = AnyKind(RehearsedObject(self))
        else:
            self.resources = AnyKind(KubernetesObject(self))
        self._kubeconfig: str | None = None
        self._api: KubernetesApi | None = None

    def configure(self, config: Properties) -> None:
        """Remember the kubeconfig: at preview there may be none yet."""
        kubeconfig = reveal(config.get("kubeconfig"))
        self._kubeconfig = None if is_unknown(kubeconfig) else kubeconfig

    def api(self) -> KubernetesApi:
        """The cluster; an error when the provider was given no kubeconfig."""
        if self._api is None:
            if not self._kubeconfig:
                raise ProviderError("the kubernetes provider has no kubeconfig")
            self._api = KubernetesApi(self._kubeconfig)
        return self._api


class KubernetesServicer(Servicer):
    """The protocol with the two differences that this provider makes from the others."""

    def DiffConfig(self, request: Any, context: Any) -> Any:
        """Only another cluster replaces what is in it: https://github.com/pulumi/pulumi-kubernetes/pull/2745."""
        old, new = unpack(request.old_inputs or request.olds), unpack(request.news)
        changed = sorted(key for key in old.keys() | new.keys() if not same(old.get(key), new.get(key)))
        replaces = [key for key in changed if key == "clusterIdentifier"]
        changes = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=changes, diffs=changed, replaces=replaces)

    def Diff(self, request: Any, context: Any) -> Any:
        """Immutable fields lie below the top level here."""
        response = super().Diff(request, context)
        old, new = unpack(request.old_inputs), unpack(request.news)
        paths = (*IDENTITY, *IMMUTABLE.get(new.get("kind", ""), ()))
        replaced = sorted({".".join(path) for path in paths if not same(_at(old, path), _at(new, path))})
        if replaced:
            response.replaces.extend(replaced)
            response.deleteBeforeReplace = same(_at(old, IDENTITY[2]), _at(new, IDENTITY[2]))
            for path in replaced:
                for key, detail in response.detailedDiff.items():
                    if key == path or key.startswith((path + ".", path + "[")):
                        detail.kind = _REPLACING[detail.kind]
        return response


_KINDS = provider_pb2.PropertyDiff
_REPLACING = {
    _KINDS.ADD: _KINDS.ADD_REPLACE,
    _KINDS.DELETE: _KINDS.DELETE_REPLACE,
    _KINDS.UPDATE: _KINDS.UPDATE_REPLACE,
}


def object_id(manifest: Properties) -> str:
    """Namespace and name, as the provider writes them."""
    metadata = manifest["metadata"]
    return f"{metadata['namespace']}/{metadata['name']}" if metadata.get("namespace") else str(metadata["name"])


def _at(value: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _project(asked: Any, live: Any) -> Any:
    """`live` cut down to the shape of `asked`."""
    if isinstance(asked, dict) and isinstance(live, dict):
        return {key: _project(value, live[key]) for key, value in asked.items() if key in live}
    if isinstance(asked, list) and isinstance(live, list) and len(asked) == len(live):
        return [_project(one, other) for one, other in zip(asked, live, strict=True)]
    return live


def main() -> None:
    """Serve until the engine ends the process."""
    servicer = KubernetesServicer(Kubernetes())
    serve(lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server))


if __name__ == "__main__":
    main()
