"""The daemon of a region: the API, and in a full region everything that follows it, in one process."""

from __future__ import annotations

import argparse
import gc
import logging
import os
import secrets
import signal
import sys
import tempfile
import threading
import time
from dataclasses import replace
from pathlib import Path

from sandbox import autoscaling, instance_refresh, moto_gaps, volumes
from sandbox.capabilities import why_not_full
from sandbox.followers import Followers
from sandbox.moto_app import Api, serve
from sandbox.paths import RegionDirectory
from sandbox.record import RegionRecord, own_start


def main(arguments: list[str]) -> int:
    """Run a region until it is told to end by SIGTERM; its record says when it is ready."""
    parser = argparse.ArgumentParser(prog="sandbox.region")
    parser.add_argument("directory", type=Path)
    parser.add_argument("--region", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--api-only", action="store_true")
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    directory = RegionDirectory(options.directory)
    # moto spills large objects into temporary files; they belong to the region.
    os.environ["TMPDIR"] = tempfile.tempdir = str(directory.objects)
    why_api_only = "asked for" if options.api_only else why_not_full()

    moto_gaps.install()
    autoscaling.install()
    instance_refresh.install()
    followers = None if why_api_only else Followers(directory, options.region)
    api = Api(
        directory.logs / "api.log", directory.objects, followers.changed if followers else lambda service, action: None
    )
    access_key, secret_key = api.create_operator()
    # What is imported by now stays: the collector need not look at it again and again.
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)
    server = serve(api, "127.0.0.1", options.port)
    record = RegionRecord(
        pid=os.getpid(),
        started_ticks=own_start(),
        endpoint=f"http://127.0.0.1:{server.port}",
        region=options.region,
        epoch=secrets.token_hex(8),
        api_only=followers is None,
        why_api_only=why_api_only,
        started=time.time(),
        access_key=access_key,
        secret_key=secret_key,
    )
    record.write(directory.record)

    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    if followers:
        volumes.keep_in_memory(directory.volume("x").parent)
        followers.start(api)
    replace(record, ready=True).write(directory.record)
    while not ended.wait(3600):
        pass
    if followers:
        followers.stop()
    server.shutdown()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
