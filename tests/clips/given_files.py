"""Real files as people give them: pictures, voices, videos, and what is none of these."""

import io
import struct
import wave
import zlib
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image

RATE_HZ = 16_000


def picture(
    mode: str = "RGB", kind: str = "PNG", *, size: tuple[int, int] = (96, 64), **options: Any
) -> bytes:
    """Noise: nothing in it compresses away."""
    shades = np.random.default_rng(3).integers(0, 255, (size[1], size[0], 3), np.uint8)
    file = io.BytesIO()
    Image.fromarray(shades).convert(mode).save(file, kind, **options)
    return file.getvalue()


def moving_picture(kind: str) -> bytes:
    """Two frames."""
    second = Image.new("RGB", (96, 64), (200, 10, 10))
    return picture(kind=kind, save_all=True, append_images=[second])


def turned_photo() -> bytes:
    """As a telephone held upright writes it: lying, with a note that it is turned (EXIF 6)."""
    exif = Image.Exif()
    exif[0x0112] = 6
    return picture(kind="JPEG", exif=exif)


def bomb() -> bytes:
    """A few bytes that claim 3.6 billion pixels."""

    def chunk(name: bytes, content: bytes) -> bytes:
        checked = name + content
        return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    pixels = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        [chunk(b"IHDR", header), chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    )


def voice(seconds: float = 1.0) -> bytes:
    """A WAV of one channel."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE_HZ)
        out.writeframes(b"\x10\x20" * int(seconds * RATE_HZ))
    return file.getvalue()


def song(container: str, codec: str, rate_hz: int = 48_000) -> bytes:
    """A second of sound through this codec."""
    tone = (np.sin(np.arange(rate_hz) / 20) * 8000).astype(np.int16)[None]
    file = io.BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate_hz, layout="mono")
        assert isinstance(stream, av.AudioStream)
        frame = av.AudioFrame.from_ndarray(tone, format="s16", layout="mono")
        frame.sample_rate, frame.pts = rate_hz, 0
        resampler = av.AudioResampler(
            format=stream.format, layout="mono", rate=rate_hz, frame_size=stream.frame_size
        )
        for piece in [*resampler.resample(frame), *resampler.resample(None), None]:
            out.mux(stream.encode(piece))
    return file.getvalue()


def written(folder: Path, content: bytes, name: str = "given") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path
