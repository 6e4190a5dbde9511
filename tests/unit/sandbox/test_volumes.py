from __future__ import annotations

from pathlib import Path

from sandbox import volumes


def test_an_image_takes_no_space_until_it_is_written(tmp_path: Path) -> None:
    image = tmp_path / "volumes/vol-1.img"
    volumes.create(image, 20)
    assert image.stat().st_size == 20 * 2**30
    assert image.stat().st_blocks == 0


def test_creating_again_keeps_the_content_and_never_shrinks(tmp_path: Path) -> None:
    image = tmp_path / "vol-1.img"
    volumes.create(image, 2)
    with open(image, "r+b") as file:
        file.write(b"data")
    volumes.create(image, 1)
    assert image.stat().st_size == 2 * 2**30
    volumes.create(image, 3)
    assert image.stat().st_size == 3 * 2**30
    with open(image, "rb") as file:
        assert file.read(4) == b"data"
