"""The top level of an mp4 file: boxes of a size and a four-letter kind (ISO/IEC 14496-12)."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HEADER_BYTES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    kind: bytes
    start: int
    end: int  # as the box says: past the file's end where the file is cut off


def top_boxes(path: Path) -> Iterator[Box]:
    file_bytes = path.stat().st_size
    with path.open("rb") as file:
        start = 0
        while start + HEADER_BYTES <= file_bytes:
            file.seek(start)
            size_bytes, kind = struct.unpack(">I4s", file.read(HEADER_BYTES))
            if size_bytes == 1:  # the size follows in 64 bits
                size_bytes = int.from_bytes(file.read(8))
            if size_bytes < HEADER_BYTES:  # 0: up to the end of the file
                size_bytes = file_bytes - start
            yield Box(kind=kind, start=start, end=start + size_bytes)
            start += size_bytes


def inner_content(path: Path, names: Sequence[bytes]) -> bytes | None:
    """What stands in the first box found by going down these names; None: there is none."""
    for box in top_boxes(path):
        if box.kind == names[0]:
            with path.open("rb") as file:
                file.seek(box.start + HEADER_BYTES)
                return _content_in(file.read(box.end - box.start - HEADER_BYTES), names[1:])
    return None


def _content_in(content: bytes, names: Sequence[bytes]) -> bytes | None:
    if not names:
        return content
    start = 0
    while start + HEADER_BYTES <= len(content):
        size_bytes, kind = struct.unpack_from(">I4s", content, start)
        if kind == names[0]:
            return _content_in(content[start + HEADER_BYTES : start + size_bytes], names[1:])
        start += max(size_bytes, HEADER_BYTES)
    return None
