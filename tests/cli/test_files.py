"""Reading what a person named on the command line."""

import errno
import io
import os
import sys
from pathlib import Path
from typing import BinaryIO

import pytest

from videogen.catalogue.graph_file import read_graph
from videogen.cli import files
from videogen.errors import InvalidInputError


@pytest.mark.parametrize(
    ("piped", "problem"),
    [(b"x" * 11, "file_too_large"), (b"\xff\xfe{}", "file_not_text")],
)
def test_what_is_piped_in_is_bounded_and_text(
    monkeypatch: pytest.MonkeyPatch, piped: bytes, problem: str
) -> None:
    monkeypatch.setattr(files, "MAX_BYTES", 10)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(piped)))

    with pytest.raises(InvalidInputError) as caught:
        files.read_text("-")

    assert caught.value.problem == problem


def test_a_pipe_is_no_workflow_file_and_nobody_waits_for_it(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")

    with pytest.raises(InvalidInputError) as caught:
        read_graph(tmp_path / "pipe.json")

    assert caught.value.problem == "file_missing"


def test_a_name_that_no_file_can_have_is_bad_input() -> None:
    with pytest.raises(InvalidInputError) as caught:
        files.read_text("n" * 300)

    assert caught.value.field == "file"


def test_a_file_that_the_disk_does_not_take_leaves_nothing_half_written(tmp_path: Path) -> None:
    def full(target: BinaryIO) -> None:
        target.write(b"half")
        raise OSError(errno.ENOSPC, "full")

    with pytest.raises(InvalidInputError) as caught:
        files.write_out(tmp_path / "clip.mp4", full)

    assert (caught.value.problem, caught.value.field) == ("out_not_written", "out")
    assert list(tmp_path.iterdir()) == []
