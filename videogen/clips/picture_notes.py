"""A picture's bytes without what somebody wrote into them or hung on to their end."""

import re

_SOI_BYTES = 2
_EOI, _SOS, _APP2 = 0xD9, 0xDA, 0xE2
_JPEG_NOTES = frozenset({0xE1, 0xED, 0xFE})  # APP1: EXIF and XMP; APP13: IPTC; COM
_NEXT_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # T.81, B.1.1.2: what scans may not hold
MAX_SEGMENTS = 20_000  # a picture of 50 million pixels in restart-free scans has some hundred
_PNG_HEAD_BYTES = 8
_PNG_NOTES = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})


def jpeg_without_notes(jpeg: bytes) -> bytes:
    """The same picture without its EXIF, XMP, IPTC, further pictures, and what follows its end.

    A photo tells where and by whom it was taken, and a vendor gets all that is kept; a telephone
    writes the same into the pictures behind the first. Segments of ITU-T T.81, section B.1.1.4.
    Raises: ValueError: more segments or filling than any program writes.
    """
    kept, at = bytearray(jpeg[:_SOI_BYTES]), _SOI_BYTES
    for _ in range(MAX_SEGMENTS):
        if at + 1 >= len(jpeg) or jpeg[at] != 0xFF:
            return bytes(kept + jpeg[at:])
        marker = jpeg[at + 1]
        if marker == 0xFF:  # a fill byte
            at += 1
            continue
        if marker == _EOI:
            return bytes(kept + jpeg[at : at + 2])
        end = at + 2 + int.from_bytes(jpeg[at + 2 : at + 4])
        if marker == _SOS:
            following = _NEXT_MARKER.search(jpeg, end)
            end = following.start() if following else len(jpeg)
        if not _is_note(marker, jpeg, at):
            kept += jpeg[at:end]
        at = end
    raise ValueError("too many segments")


def png_without_notes(png: bytes) -> bytes:
    """Without texts, EXIF and times, and nothing behind the picture's end (PNG, section 5)."""
    kept, at = bytearray(png[:_PNG_HEAD_BYTES]), _PNG_HEAD_BYTES
    while at < len(png):
        name = png[at + 4 : at + 8]
        end = at + 12 + int.from_bytes(png[at : at + 4])
        if name not in _PNG_NOTES:
            kept += png[at:end]
        if name == b"IEND":
            break
        at = end
    return bytes(kept)


def _is_note(marker: int, jpeg: bytes, at: int) -> bool:
    is_index = marker == _APP2 and jpeg[at + 4 : at + 8] == b"MPF\0"  # of the further pictures
    return marker in _JPEG_NOTES or is_index
