"""The HTML report in a real browser: what it shows, what its controls do, and that it fetches and complains nothing."""

from __future__ import annotations

import struct
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardway.report.html import render
from tests.engine.browser import Browser, browser
from tests.fixtures.events.reports import large, recorded

SHOWN = "[...document.querySelectorAll('.resource')].filter((each) => each.checkVisibility())"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests."""
    with browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture
def folder(page: Browser, tmp_path: Path) -> Path:
    """The folder with the reports; the browser has noted nothing yet."""
    page.requested.clear()
    page.complaints.clear()
    page.blocked.clear()
    for name in ("replace-one-control-plane", "destroy", "policy-failure"):
        (tmp_path / f"{name}.html").write_text(render(recorded(name)))
    return tmp_path


def pixels(path: Path) -> Counter[tuple[int, ...]]:
    """How often each colour is in a PNG as Chromium writes it: eight bits a channel, not interlaced."""
    data = path.read_bytes()
    width, height, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert depth == 8
    channels = {2: 3, 6: 4}[kind]
    packed, at = b"", 8
    while at < len(data):
        (size,) = struct.unpack(">I", data[at : at + 4])
        packed += data[at + 8 : at + 8 + size] if data[at + 4 : at + 8] == b"IDAT" else b""
        at += size + 12
    raw, stride = zlib.decompress(packed), width * channels
    above = bytearray(stride)
    found: Counter[tuple[int, ...]] = Counter()
    for row in range(height):
        start = row * (stride + 1)
        line = bytearray(raw[start + 1 : start + 1 + stride])
        _unfilter(raw[start], line, above, channels)
        found.update(tuple(line[x : x + 3]) for x in range(0, stride, channels))
        above = line
    return found


def _unfilter(kind: int, line: bytearray, above: bytearray, step: int) -> None:
    """Undo the filter of one row: https://www.w3.org/TR/png-3/#9Filters."""
    for x in range(len(line)):
        left = line[x - step] if x >= step else 0
        corner = above[x - step] if x >= step else 0
        up = above[x]
        if kind == 4:
            guess = left + up - corner
            near = min((abs(guess - each), place) for place, each in enumerate((left, up, corner)))[1]
            add = (left, up, corner)[near]
        else:
            add = (0, left, up, (left + up) // 2)[kind]
        line[x] = (line[x] + add) & 0xFF


def test_the_page_shows_what_is_lost_first_and_unfolded(page: Browser, folder: Path) -> None:
    page.open(folder / "replace-one-control-plane.html")
    assert page.ask("document.querySelector('h1').innerText") == "Replaces 3 resources"
    assert page.ask("document.querySelector('main h2').innerText") == "Deleted or replaced 4"
    assert page.ask("document.querySelector('.resource .name').innerText") == "control-plane-1"
    assert page.ask("document.querySelector('.resource').open") is True
    added = page.ask(
        "[...document.querySelectorAll('.resource')[0].querySelectorAll('.add')].map((each) => each.innerText)"
    )
    assert [line.strip() for line in added if line.startswith("+ETCD")] == ["+ETCD_QUOTA_BACKEND_BYTES=8589934592"]
    colour = "getComputedStyle(document.querySelector('.diff .add')).backgroundColor"
    assert page.ask(colour) != page.ask(colour.replace(".add", ".remove"))


def test_nothing_is_fetched_run_or_complained_of(page: Browser, folder: Path) -> None:
    path = folder / "replace-one-control-plane.html"
    page.open(path)
    assert page.requested == [path.as_uri()]
    assert page.complaints == []
    # The text that a machine's file holds in the recording is a script, and is only shown.
    assert "<script>alert(1)</script>" in page.ask("document.body.innerText")
    assert page.ask("document.scripts.length") == 1


def test_a_script_that_got_in_would_not_run(page: Browser, folder: Path) -> None:
    path = folder / "tampered.html"
    text = (folder / "destroy.html").read_text()
    path.write_text(
        text.replace("</main>", "<script>window.taken = true</script><img src='https://x.invalid/a'></main>")
    )
    page.open(path)
    assert page.ask("window.taken === undefined") is True
    assert any("Content Security Policy" in each for each in page.complaints)
    assert page.blocked == ["csp"]


def test_operations_are_filtered(page: Browser, folder: Path) -> None:
    page.open(folder / "destroy.html")
    assert page.ask(f"{SHOWN}.length") == 18
    page.ask("document.querySelector('[data-filter=delete]').click()")
    assert page.ask(f"{SHOWN}.map((each) => each.dataset.operation)") == ["forget"]
    assert page.ask("document.querySelector('[data-filter=delete]').getAttribute('aria-pressed')") == "false"
    page.ask("document.querySelector('[data-filter=forget]').click()")
    assert page.ask(f"{SHOWN}.length") == 0
    assert page.ask("document.getElementById('nothing').checkVisibility()") is True
    page.ask("document.querySelectorAll('[data-filter]').forEach((each) => each.click())")
    assert page.ask(f"{SHOWN}.length") == 18


def test_names_and_types_are_found(page: Browser, folder: Path) -> None:
    page.open(folder / "destroy.html")
    page.ask("search.value = 'VOLUME'; search.dispatchEvent(new Event('input'))")
    assert page.ask(f"{SHOWN}.map((each) => each.querySelector('.name').innerText)") == [
        "control-plane-1-etcd",
        "control-plane-2-etcd",
    ]


def test_everything_folds_and_unfolds(page: Browser, folder: Path) -> None:
    page.open(folder / "replace-one-control-plane.html")
    opened = "document.querySelectorAll('details[open]').length"
    page.ask("document.getElementById('fold').click()")
    assert page.ask(opened) == 0
    page.ask("document.getElementById('unfold').click()")
    assert page.ask(opened) == page.ask("document.querySelectorAll('details').length")


def test_light_and_dark_follow_the_user_until_the_button_is_pressed(page: Browser, folder: Path) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    page.open(folder / "policy-failure.html")
    page.colours("light")
    light = page.ask(ground)
    page.colours("dark")
    dark = page.ask(ground)
    assert (light, dark) == ("rgb(246, 247, 249)", "rgb(15, 19, 23)")
    page.ask("document.getElementById('theme').click()")
    assert page.ask(ground) == light
    page.ask("document.getElementById('theme').click()")
    assert page.ask(ground) == dark


@pytest.mark.parametrize(("scheme", "ground"), [("light", (246, 247, 249)), ("dark", (15, 19, 23))])
def test_a_picture_of_the_page_has_its_colours(
    page: Browser, folder: Path, scheme: str, ground: tuple[int, ...]
) -> None:
    page.open(folder / "replace-one-control-plane.html")
    page.colours(scheme)
    seen = pixels(page.picture(folder / f"{scheme}.png", width=700, height=600))
    assert sum(seen.values()) == 700 * 600
    assert seen[ground] > 700 * 10
    added, removed = {
        "light": ((227, 246, 232), (253, 234, 234)),
        "dark": ((18, 49, 29), (61, 26, 28)),
    }[scheme]
    assert seen[added] > 300
    assert seen[removed] > 300


def test_nothing_is_wider_than_a_telephone(page: Browser, folder: Path) -> None:
    page.open(folder / "policy-failure.html")
    page.picture(folder / "narrow.png", width=390, height=800)
    assert page.ask("document.documentElement.scrollWidth") <= 390


def test_a_thousand_resources_can_be_filtered(page: Browser, folder: Path) -> None:
    (folder / "large.html").write_text(render(large()))
    page.open(folder / "large.html")
    assert page.ask(f"{SHOWN}.length") == 900
    page.ask("document.querySelector('[data-filter=create]').click()")
    assert page.ask(f"{SHOWN}.length") == 600
