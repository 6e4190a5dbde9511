"""The provider protocol over a `Provider`: gRPC in, resource calls out."""

import contextlib
import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata
from typing import Any, NoReturn

import grpc

from sandbox.plugins.protocol import (
    ProtobufAny,
    empty_pb2,
    plugin_pb2,
    provider_pb2,
    provider_pb2_grpc,
    status_pb2,
)
from sandbox.plugins.resource import PartialFailure, Provider, ProviderError, Resource
from sandbox.plugins.wire import Properties, is_unknown, pack, reveal, same, secret, unpack

DIFF = provider_pb2.PropertyDiff
#: How often a plugin looks whether its engine is still there.
ORPHANED_SECONDS = 0.2


class Servicer(provider_pb2_grpc.ResourceProviderServicer):
    """Serves one provider. Secrets arrive plain (the engine keeps their marks for properties of the same name)."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        # The version of the SDK package: the engine warns when a plugin is older than what the program was made for.
        self.version = metadata.version(f"pulumi-{provider.name}")

    def Handshake(self, request: Any, context: Any) -> Any:
        return provider_pb2.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=self.version)

    def GetSchema(self, request: Any, context: Any) -> Any:
        return provider_pb2.GetSchemaResponse(schema=f'{{"name": "{self.provider.name}", "version": "{self.version}"}}')

    def CheckConfig(self, request: Any, context: Any) -> Any:
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Any) -> Any:
        old, new = unpack(request.old_inputs or request.olds), unpack(request.news)
        changed = sorted(key for key in old.keys() | new.keys() if not same(old.get(key), new.get(key)))
        # Another region is another set of resources: as with the official provider, everything in it is replaced.
        replaces = [key for key in changed if key == "region"]
        changes = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=changes, diffs=changed, replaces=replaces)

    def Configure(self, request: Any, context: Any) -> Any:
        self.provider.configure(unpack(request.args))
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Cancel(self, request: Any, context: Any) -> Any:
        self.provider.cancelled.set()
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        with self._errors(context, f"invoking {request.tok}: "):
            function = self.provider.functions.get(request.tok)
            if function is None:
                raise ProviderError(f"the sandbox has no function {request.tok}")
            return provider_pb2.InvokeResponse(**{"return": pack(function(unpack(request.args)))})

    def Check(self, request: Any, context: Any) -> Any:
        with self._errors(context, ""):
            resource, name = self._resource(request.urn), request.urn.rsplit("::", 1)[-1]
            inputs = resource.check(name, unpack(request.olds), unpack(request.news), request.randomSeed)
            failures = [
                provider_pb2.CheckFailure(property=key, reason=f'Missing required argument. "{key}" must be set')
                for key in resource.required
                if inputs.get(key) is None
            ]
            return provider_pb2.CheckResponse(inputs=pack(inputs), failures=failures)

    def Diff(self, request: Any, context: Any) -> Any:
        with self._errors(context, ""):
            resource = self._resource(request.urn)
            old, new = unpack(request.old_inputs), unpack(request.news)
            state, changed = unpack(request.olds), resource.changed(old, new)
            outputs = resource.changed_outputs(state, new)
            replaces = sorted(key for key in changed if resource.must_replace(key, new))
            detailed: dict[str, Any] = {}
            for key in changed:
                _detail(key, old.get(key), new.get(key), key in replaces, detailed)
            inputs = set(detailed)
            for key in outputs:
                _detail(key, state.get(key), outputs[key], False, detailed)
            for path in detailed.keys() - inputs:
                detailed[path].inputDiff = False
            changed |= outputs.keys()
            unique = resource.name_input
            same_name = unique is not None and unique in old and same(old.get(unique), new.get(unique))
            return provider_pb2.DiffResponse(
                changes=provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE,
                diffs=sorted(changed),
                replaces=replaces,
                deleteBeforeReplace=bool(replaces) and (same_name or resource.exclusive),
                detailedDiff=detailed,
                hasDetailedDiff=True,
            )

    def Create(self, request: Any, context: Any) -> Any:
        with self._errors(context, "creating "):
            resource, inputs = self._resource(request.urn), unpack(request.properties)
            if request.preview:
                return provider_pb2.CreateResponse(id="", properties=self._pack(resource, resource.preview(inputs)))
            resource_id, outputs = resource.create(inputs)
            return provider_pb2.CreateResponse(id=resource_id, properties=self._pack(resource, outputs))

    def Read(self, request: Any, context: Any) -> Any:
        with self._errors(context, f"reading {request.id}: "):
            resource = self._resource(request.urn)
            state, inputs = unpack(request.properties), unpack(request.inputs)
            outputs = resource.read(request.id, state)
            if outputs is None:
                return provider_pb2.ReadResponse(id="")
            return provider_pb2.ReadResponse(
                id=outputs.get("id") or request.id,
                properties=self._pack(resource, {**state, **outputs}),
                inputs=pack(resource.inputs_from(outputs, inputs)),
            )

    def Update(self, request: Any, context: Any) -> Any:
        with self._errors(context, f"updating {request.id}: "):
            resource, state = self._resource(request.urn), unpack(request.olds)
            old, new = unpack(request.old_inputs), unpack(request.news)
            if request.preview or is_unknown(new):
                outputs = resource.preview_update(state, old, new)
            else:
                outputs = resource.update(request.id, state, old, new)
            return provider_pb2.UpdateResponse(properties=self._pack(resource, outputs))

    def Delete(self, request: Any, context: Any) -> Any:
        with self._errors(context, f"deleting {request.id}: "):
            self._resource(request.urn).delete(request.id, unpack(request.properties))
            return empty_pb2.Empty()

    def _resource(self, urn: str) -> Resource:
        token = urn.split("::")[2].rsplit("$", 1)[-1]
        resource = self.provider.resources.get(token)
        if resource is None:
            raise ProviderError(f"the sandbox has no resource type {token}")
        return resource

    def _pack(self, resource: Resource, outputs: Properties) -> Any:
        hidden = {key: secret(reveal(outputs[key])) for key in resource.secret_outputs if outputs.get(key) is not None}
        return pack({**outputs, **hidden})

    @contextlib.contextmanager
    def _errors(self, context: Any, doing: str) -> Any:
        """Turns exceptions into statuses; anything unforeseen also leaves its traceback in the log."""
        try:
            yield
        except PartialFailure as failure:
            _abort_initialization(context, failure)
        except Exception as error:
            if not isinstance(error, ProviderError) and type(error).__module__.partition(".")[0] != "botocore":
                traceback.print_exc(file=sys.stderr)
            context.abort(grpc.StatusCode.UNKNOWN, doing + self.provider.describe_error(error))


def _detail(path: str, old: Any, new: Any, replace: bool, into: dict[str, Any]) -> None:
    """Adds one entry per changed leaf below `path`."""
    if isinstance(old, dict) and isinstance(new, dict) and "4dabf18193072939515e22adb298388d" not in old:
        for key in sorted(old.keys() | new.keys()):
            if not same(old.get(key), new.get(key)):
                step = f".{key}" if key.replace("_", "a").isalnum() else f'["{key}"]'
                _detail(path + step, old.get(key), new.get(key), replace, into)
        if any(entry == path or entry.startswith((path + ".", path + "[")) for entry in into):
            return
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for index, (before, after) in enumerate(zip(old, new, strict=True)):
            if not same(before, after):
                _detail(f"{path}[{index}]", before, after, replace, into)
        if any(entry.startswith(path + "[") for entry in into):
            return
    if old is None:
        kind = DIFF.ADD_REPLACE if replace else DIFF.ADD
    elif new is None:
        kind = DIFF.DELETE_REPLACE if replace else DIFF.DELETE
    else:
        kind = DIFF.UPDATE_REPLACE if replace else DIFF.UPDATE
    into[path] = DIFF(kind=kind, inputDiff=True)


def _abort_initialization(context: Any, failure: PartialFailure) -> NoReturn:
    detail = ProtobufAny()
    detail.Pack(
        provider_pb2.ErrorResourceInitFailed(
            id=failure.resource_id, properties=pack(failure.properties), reasons=[str(failure)]
        ),
        type_url_prefix="type.googleapis.com",
    )
    code = grpc.StatusCode.UNKNOWN
    status = status_pb2.Status(code=code.value[0], message=str(failure), details=[detail])
    context.set_trailing_metadata((("grpc-status-details-bin", status.SerializeToString()),))
    context.abort(code, str(failure))
    raise AssertionError("abort does not return")


def serve(add_to_server: Callable[[grpc.Server], None], on_orphaned: Callable[[], None] = lambda: None) -> None:
    """Serves until the engine ends the process with SIGINT; the first line printed is the port.

    An engine that is killed ends nothing: then the process goes by itself, a second after `on_orphaned`.
    """
    engine = os.getppid()
    server = grpc.server(
        ThreadPoolExecutor(max_workers=64),
        options=[("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)],
    )
    add_to_server(server)
    port = server.add_insecure_port("127.0.0.1:0")
    for number in (signal.SIGINT, signal.SIGTERM):
        # The engine ends plugins this way and waits for them: leave at once, and quietly.
        signal.signal(number, lambda *_: os._exit(0))
    # What is imported by now stays: the collector need not look at it again and again.
    gc.freeze()
    server.start()
    print(port, flush=True)
    while os.getppid() == engine:
        time.sleep(ORPHANED_SECONDS)
    on_orphaned()
    time.sleep(1)
    os._exit(1)


def serve_provider(provider: Provider) -> None:
    """The provider's process."""
    servicer = Servicer(provider)
    serve(
        lambda server: provider_pb2_grpc.add_ResourceProviderServicer_to_server(servicer, server),
        on_orphaned=provider.cancelled.set,
    )
