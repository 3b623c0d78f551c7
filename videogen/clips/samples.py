"""Equal sample sizes: what a container says of a blind copy follows from its length alone (ADR 7).

Each frame's coded picture is led by an SEI message (H.264 annex D, user_data_unregistered) that
decoders skip, of just the length that brings the sample to the size which all copies of a campaign
have at that place.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np

from videogen.clips.boxes import inner_content, top_boxes
from videogen.clips.files import keep_whole

_STSZ = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsz")
_LENGTH_BYTES = 4  # before each NAL unit, as libavformat writes them
_SEI, _KIND_MASK = 6, 0x1F
_STOP = b"\x80"
_UNREGISTERED = 5
_LARGEST_CODE = 3  # of the bytes that two zeros may not stand before
# A full message is 256 bytes long, and its two header bytes occur nowhere else in it: so every
# byte value is as frequent as in arithmetic code, and a histogram cannot tell filling from picture.
_FULL_PAYLOAD_BYTES = 254
_MESSAGE_HEADER_BYTES = 2
_FULL_MESSAGE_BYTES = _MESSAGE_HEADER_BYTES + _FULL_PAYLOAD_BYTES
_LEAST_MESSAGE_BYTES = _MESSAGE_HEADER_BYTES + 16  # its UUID must be whole
_FRAME_BYTES = _LENGTH_BYTES + 1 + len(_STOP)
LEAST_FILLING_BYTES = _FRAME_BYTES + _LEAST_MESSAGE_BYTES
_PAYLOAD_VALUES = np.array(
    [value for value in range(256) if value not in (_UNREGISTERED, _FULL_PAYLOAD_BYTES)], np.uint8
)
_KEPT_BITS = 4  # steps of a sixteenth to an eighth: a later clip seldom raises the whole set


def sample_sizes(path: Path) -> list[int]:
    """The size of each frame's bytes, in order, as the file's `stsz` box lists them.

    Raises: ValueError: the file has no such list.
    """
    found = inner_content(path, _STSZ)
    if found is None:
        raise ValueError(f"{path.name} lists no samples")
    table = np.frombuffer(found, ">u4")
    one_size, n_samples = int(table[1]), int(table[2])
    return [one_size] * n_samples if one_size else [int(size) for size in table[3 : 3 + n_samples]]


def common_sizes(sizes: Iterable[Sequence[int]]) -> list[int]:
    """For each place the size that all files can be brought to; stable when asked again."""
    return [_step_up(max(at_place)) for at_place in zip_longest(*sizes, fillvalue=0)]


def fill_samples(path: Path, sizes: Sequence[int], trailing_bytes: int) -> None:
    """Rewrite a copy with the given sizes and a `free` box behind it; the pictures stay as coded.

    The file is replaced when the new one is whole.
    """
    import av

    part = path.with_name(f"{path.stem}.filling.part")
    options = {"movflags": "+faststart", "fflags": "+bitexact"}
    try:
        with (
            av.open(str(path)) as bytes_in,
            av.open(str(part), "w", format="mp4", options=options) as bytes_out,
        ):
            source = bytes_in.streams.video[0]
            stream = bytes_out.add_stream_from_template(source)
            packets = (packet for packet in bytes_in.demux(source) if packet.size)
            for packet, size_bytes in zip(packets, sizes, strict=False):
                filled = av.Packet(_filled(bytes(packet), size_bytes))
                filled.pts, filled.dts = packet.pts, packet.dts
                filled.time_base, filled.duration = packet.time_base, packet.duration
                filled.is_keyframe, filled.stream = packet.is_keyframe, stream
                bytes_out.mux(filled)
        with part.open("ab") as file:
            file.write((trailing_bytes - part.stat().st_size).to_bytes(4) + b"free")
            file.truncate(trailing_bytes)
        keep_whole(part, path)
    finally:
        part.unlink(missing_ok=True)


def is_filled(path: Path) -> bool:
    """Whether `fill_samples` has been here: only its files end in a `free` box."""
    kinds = [box.kind for box in top_boxes(path)]
    return kinds[-1:] == [b"free"]


def _step_up(size_bytes: int) -> int:
    """The next number with few significant bits."""
    step = 1 << max(0, size_bytes.bit_length() - _KEPT_BITS)
    return -(-size_bytes // step) * step


def _filled(sample: bytes, size_bytes: int) -> bytes:
    """The sample without its old SEI units, led by one of the length that is wanting."""
    pictures = b"".join(unit for unit in _units(sample) if unit[_LENGTH_BYTES] & _KIND_MASK != _SEI)
    return _sei_unit(size_bytes - len(pictures)) + pictures


def _units(sample: bytes) -> Iterator[bytes]:
    """NAL units, each with its length before it."""
    start = 0
    while start < len(sample):
        end = start + _LENGTH_BYTES + int.from_bytes(sample[start : start + _LENGTH_BYTES])
        yield sample[start:end]
        start = end


def _sei_unit(size_bytes: int) -> bytes:
    """One SEI unit of just this size. Raises: ValueError: too small to be one."""
    if size_bytes < LEAST_FILLING_BYTES:
        raise ValueError(f"no SEI unit is {size_bytes} bytes long")
    unit = bytes([_SEI]) + _messages(size_bytes - _FRAME_BYTES) + _STOP
    return len(unit).to_bytes(_LENGTH_BYTES) + unit


def _messages(size_bytes: int) -> bytes:
    """Messages that fill just this much, with bytes that nobody can foretell."""
    drawn = np.random.default_rng().integers(len(_PAYLOAD_VALUES), size=size_bytes, dtype=np.uint8)
    filling = _PAYLOAD_VALUES[drawn]
    for start, payload_bytes in _parted(size_bytes):
        filling[start], filling[start + 1] = _UNREGISTERED, payload_bytes
    # Two zero bytes before a small one would need an escape (7.4.1.1), and change the length.
    is_code = (filling[:-2] == 0) & (filling[1:-1] == 0) & (filling[2:] <= _LARGEST_CODE)
    filling[2:][is_code] |= 0x40
    return filling.tobytes()


def _parted(size_bytes: int) -> Iterator[tuple[int, int]]:
    """(where a message starts, the size of its payload)."""
    start = 0
    while start < size_bytes:
        left = size_bytes - start
        taken = min(_FULL_MESSAGE_BYTES, left)
        if 0 < left - taken < _LEAST_MESSAGE_BYTES:  # what is left must still make a message
            taken = left - _LEAST_MESSAGE_BYTES
        yield start, taken - _MESSAGE_HEADER_BYTES
        start += taken
