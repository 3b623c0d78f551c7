"""Whether bytes are a whole mp4, before they are taken for a clip."""

from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

HEADER_BYTES = 16
LARGE_SIZE = 1  # the size follows in 64 bits
TO_THE_END = 0


class ContainerFault(StrEnum):
    EMPTY = "no bytes"
    FOREIGN = "the bytes are no mp4"
    CUT = "the mp4 is cut off"


def container_fault(path: Path) -> ContainerFault | None:
    """None when its top-level boxes fill the file (ISO/IEC 14496-12, section 4.2)."""
    size = path.stat().st_size
    if size == 0:
        return ContainerFault.EMPTY
    kinds: set[bytes] = set()
    offset = 0
    with path.open("rb") as file:
        while offset < size:
            kind, length = _box(file, offset, size)
            if length is None:
                return ContainerFault.CUT if kinds else ContainerFault.FOREIGN
            if not kinds and kind != b"ftyp":
                return ContainerFault.FOREIGN
            kinds.add(kind)
            offset += length
    if offset > size:
        return ContainerFault.CUT
    return None if {b"moov", b"mdat"} <= kinds else ContainerFault.FOREIGN


def _box(file: BinaryIO, offset: int, size: int) -> tuple[bytes, int | None]:
    """Kind and length of the box at `offset`; no length where none can be read."""
    file.seek(offset)
    header = file.read(HEADER_BYTES)
    length, kind = int.from_bytes(header[:4]), header[4:8]
    if length == LARGE_SIZE:
        length = int.from_bytes(header[8:16])
    elif length == TO_THE_END:
        length = size - offset
    return kind, length if len(kind) == 4 and length >= 8 else None
