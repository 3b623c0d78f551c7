"""Equal sample sizes: what a container says of a blind copy follows from its length alone (ADR 7).

Each frame's coded picture is led by SEI messages (H.264 annex D, user_data_unregistered) that
decoders skip, of just the length that brings the sample to the size which all copies of a campaign
have at that place.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

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
LEAST_UNIT_BYTES = _FRAME_BYTES + _LEAST_MESSAGE_BYTES
_OWN_PART = 8  # of a sample: the largest part that a file fills in its own way
_FILLING_PART = 6  # of a picture: the least that is added, so that every file has that part
_N_LOW_VALUES, _LOW_VALUES_WEIGHT_MAX = 4, 64.0
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


def least_sizes(pictures: Iterable[int]) -> list[int]:
    """What samples of these sizes become at least."""
    return [size + size // _FILLING_PART + 2 * LEAST_UNIT_BYTES for size in pictures]


def common_sizes(sizes: Iterable[Sequence[int]]) -> list[int]:
    """For each place the size that all files can be brought to; stable when asked again."""
    return [_step_up(max(at_place)) for at_place in zip_longest(*sizes, fillvalue=0)]


def fill_samples(path: Path, sizes: Sequence[int], trailing_bytes: int) -> None:
    """Rewrite a copy with the given sizes and a `free` box behind it; the pictures stay as coded.

    The file is replaced when the new one is whole.
    """
    import av

    part = path.with_name(f"{path.stem}.filling.part")
    filler = _Filler()
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
                filled = av.Packet(filler.filled(bytes(packet), size_bytes))
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


class _Filler:
    """What leads the pictures of one file.

    Coded pictures are not quite like noise: repeated frames pack well, and their lengths hold many
    zeros. So a part of the filling, as large in every file, packs well or badly by chance, and
    what the pictures do to a file's packed size and its histogram is lost in that.
    """

    def __init__(self) -> None:
        self._random = np.random.default_rng()
        self._run_share = self._random.uniform()
        self._run_value = self._random.integers(_LARGEST_CODE + 1, 256)
        weights = self._random.gamma(10 ** self._random.uniform(-0.5, 1.5), size=256)
        weights[:_N_LOW_VALUES] *= self._random.uniform(0, _LOW_VALUES_WEIGHT_MAX, _N_LOW_VALUES)
        weights[[_UNREGISTERED, _FULL_PAYLOAD_BYTES]] = 0
        share = (np.arange(2**16) + 0.5) / 2**16
        self._own = np.searchsorted(np.cumsum(weights / weights.sum()), share).astype(np.uint8)

    def filled(self, sample: bytes, size_bytes: int) -> bytes:
        """The sample at a new size: its old SEI units go, two new ones lead it."""
        units = [one for one in _units(sample) if one[_LENGTH_BYTES] & _KIND_MASK != _SEI]
        pictures = b"".join(units)
        # Of a length by chance, so that the second one's length stands at no known place.
        least, most = LEAST_UNIT_BYTES, max(LEAST_UNIT_BYTES, size_bytes // _OWN_PART)
        own_bytes = int(self._random.integers(max(least, most // 2), most + 1))
        even_bytes = size_bytes - len(pictures) - own_bytes
        own = self._own[self._random.integers(2**16, size=own_bytes, dtype=np.uint16)]
        own[: int(own_bytes * self._run_share)] = self._run_value
        even = self._random.integers(len(_PAYLOAD_VALUES), size=max(0, even_bytes), dtype=np.uint8)
        return _sei_unit(own) + _sei_unit(_PAYLOAD_VALUES[even]) + pictures


def _units(sample: bytes) -> Iterator[bytes]:
    """NAL units, each with its length before it."""
    start = 0
    while start < len(sample):
        end = start + _LENGTH_BYTES + int.from_bytes(sample[start : start + _LENGTH_BYTES])
        yield sample[start:end]
        start = end


def _sei_unit(noise: NDArray[np.uint8]) -> bytes:
    """One unit with as many bytes as there are in `noise`, made of most of them."""
    if len(noise) < LEAST_UNIT_BYTES:
        raise ValueError(f"no SEI unit is {len(noise)} bytes long")
    body = noise[: len(noise) - _FRAME_BYTES]
    for start, payload_bytes in _parted(len(body)):
        body[start], body[start + 1] = _UNREGISTERED, payload_bytes
    # Two zero bytes before a small one would need an escape (7.4.1.1), and change the length.
    is_code = (body[:-2] == 0) & (body[1:-1] == 0) & (body[2:] <= _LARGEST_CODE)
    body[2:][is_code] |= 0x40
    unit = bytes([_SEI]) + body.tobytes() + _STOP
    return len(unit).to_bytes(_LENGTH_BYTES) + unit


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
