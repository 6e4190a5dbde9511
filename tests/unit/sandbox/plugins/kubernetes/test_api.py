"""Objects come from the API server whole, however they were asked for."""

from __future__ import annotations

import json

import httpx

from sandbox.plugins.kubernetes.api import KubernetesApi


def answer(request: httpx.Request) -> httpx.Response:
    pod = {"metadata": {"name": "a", "resourceVersion": "1"}}
    if "watch" in request.url.params:
        changed = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a", "resourceVersion": "2"}}
        events = [{"type": "MODIFIED", "object": changed}, {"type": "DELETED", "object": changed}]
        return httpx.Response(200, text="\n".join(map(json.dumps, events)))
    listed = {"apiVersion": "v1", "kind": "PodList", "metadata": {"resourceVersion": "1"}, "items": [pod]}
    return httpx.Response(200, json=listed)


def test_a_watch_tells_what_is_there_and_then_each_change() -> None:
    api = KubernetesApi.__new__(KubernetesApi)
    api.server = "https://cluster"
    api._http = httpx.Client(base_url=api.server, transport=httpx.MockTransport(answer))
    seen = list(api.watch("/api/v1/namespaces/default/pods", 30, fieldSelector="metadata.name=a"))
    assert [[one["metadata"]["resourceVersion"] for one in objects] for objects in seen] == [["1"], ["2"], []]
    assert (seen[0][0]["apiVersion"], seen[0][0]["kind"]) == ("v1", "Pod")
