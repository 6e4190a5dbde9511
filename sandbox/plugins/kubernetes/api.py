"""The API server as the provider needs it: discovery, server-side apply, get, delete, watch."""

import base64
import json
import os
import ssl
from collections.abc import Iterator
from typing import Any

import httpx
import yaml

from sandbox.plugins.resource import ProviderError

FIELD_MANAGER = "pulumi-kubernetes"


class ApiError(ProviderError):
    """The API server refused: `status` is its HTTP status, the text its own message."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


class KubernetesApi:
    """One cluster, reached as a kubeconfig's current context says."""

    def __init__(self, kubeconfig: str) -> None:
        """Read the kubeconfig's text; nothing is sent yet."""
        parsed = yaml.safe_load(kubeconfig)
        context = _named(parsed["contexts"], parsed["current-context"], "context")
        cluster = _named(parsed["clusters"], context["cluster"], "cluster")
        user = _named(parsed["users"], context["user"], "user")
        self.server = cluster["server"]
        authority = base64.b64decode(cluster["certificate-authority-data"]).decode()
        tls = ssl.create_default_context(cadata=authority)
        with _memory_file(user["client-certificate-data"]) as cert, _memory_file(user["client-key-data"]) as key:
            tls.load_cert_chain(f"/proc/self/fd/{cert.fileno()}", f"/proc/self/fd/{key.fileno()}")
        self._http = httpx.Client(base_url=self.server, verify=tls, timeout=30)
        self._kinds: dict[tuple[str, str], tuple[str, bool]] = {}

    def path(self, manifest: dict[str, Any], *, collection: bool = False) -> str:
        """Path of the object that the manifest describes, or of the collection it is in."""
        plural, namespaced = self._kind(manifest["apiVersion"], manifest["kind"])
        metadata = manifest["metadata"]
        place = f"/namespaces/{metadata.get('namespace', 'default')}" if namespaced else ""
        path = f"{_root(manifest['apiVersion'])}{place}/{plural}"
        return path if collection else f"{path}/{metadata['name']}"

    def apply(self, manifest: dict[str, Any]) -> dict[str, Any]:
        """The live object after server-side apply."""
        return self._call(
            "PATCH",
            self.path(manifest),
            params={"fieldManager": FIELD_MANAGER},
            content=json.dumps(manifest),
            headers={"Content-Type": "application/apply-patch+yaml"},
        )

    def get(self, manifest: dict[str, Any]) -> dict[str, Any] | None:
        """The live object; None when it does not exist."""
        try:
            return self._call("GET", self.path(manifest))
        except ApiError as error:
            if error.status == 404:
                return None
            raise

    def delete(self, manifest: dict[str, Any]) -> None:
        """The object is on its way out; also when it was gone."""
        try:
            self._call("DELETE", self.path(manifest), params={"propagationPolicy": "Background"})
        except ApiError as error:
            if error.status != 404:
                raise

    def watch(self, path: str, seconds: int, **selector: str) -> Iterator[list[dict[str, Any]]]:
        """The selected objects of a collection: as they are now, then again after each change."""
        listed = self._call("GET", path, params=selector)
        # Items of a list do not say what they are; the list does.
        what = {"apiVersion": listed["apiVersion"], "kind": listed["kind"].removesuffix("List")}
        live = {item["metadata"]["name"]: {**what, **item} for item in listed["items"]}
        yield list(live.values())
        query = {
            **selector,
            "watch": "1",
            "resourceVersion": listed["metadata"]["resourceVersion"],
            "timeoutSeconds": str(seconds),
        }
        with self._http.stream("GET", path, params=query, timeout=seconds + 5) as response:
            for line in response.iter_lines():
                event = json.loads(line)
                item = event["object"]
                if event["type"] == "ERROR":
                    raise ApiError(item.get("code", 500), item.get("message", "the watch failed"))
                if event["type"] == "DELETED":
                    live.pop(item["metadata"]["name"], None)
                else:
                    live[item["metadata"]["name"]] = item
                yield list(live.values())

    def _kind(self, api_version: str, kind: str) -> tuple[str, bool]:
        """Plural and whether it is namespaced, from discovery."""
        if (api_version, kind) not in self._kinds:
            for resource in self._call("GET", _root(api_version))["resources"]:
                if "/" not in resource["name"]:
                    self._kinds[api_version, resource["kind"]] = (resource["name"], resource["namespaced"])
        try:
            return self._kinds[api_version, kind]
        except KeyError:
            raise ProviderError(f'no matches for kind "{kind}" in version "{api_version}"') from None

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            response = self._http.request(method, path, **options)
        except httpx.TransportError as error:
            raise ProviderError(f"configured Kubernetes cluster is unreachable: {self.server}: {error}") from error
        body: dict[str, Any] = response.json() if response.content[:1] == b"{" else {"message": response.text}
        if response.status_code >= 400:
            raise ApiError(response.status_code, body.get("message", response.reason_phrase))
        return body


def _root(api_version: str) -> str:
    return f"/apis/{api_version}" if "/" in api_version else f"/api/{api_version}"


def _named(entries: list[dict[str, Any]], name: str, key: str) -> dict[str, Any]:
    found: dict[str, Any] = next(entry[key] for entry in entries if entry["name"] == name)
    return found


def _memory_file(encoded: str) -> Any:
    """A file that exists in memory only: ssl wants a path, and a key belongs on no disk."""
    file = os.fdopen(os.memfd_create("kubeconfig", os.MFD_CLOEXEC), "w+b")
    file.write(base64.b64decode(encoded))
    file.flush()
    return file
