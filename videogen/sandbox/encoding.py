from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from videogen.sandbox.clip_request import ClipRequest, Planes

_AUDIO_RATE_HZ = 48_000
_TONE_HZ = 220.0


def _video_stream(container: OutputContainer, request: ClipRequest) -> VideoStream:
    stream = container.add_stream("libx264", rate=request.fps)
    stream.width, stream.height = request.width_px, request.height_px
    # One thread: the same request gives the same bytes whatever the machine has.
    stream.thread_count = 1
    # 4:2:0 halves both sides, which a frame of odd size does not allow.
    stream.pix_fmt = "yuv420p" if request.width_px % 2 == request.height_px % 2 == 0 else "yuv444p"
    stream.options = {"preset": "ultrafast", "crf": "26"}
    stream.time_base = 1 / request.fps
    return stream


def _frame(planes: Planes, request: ClipRequest) -> av.VideoFrame:
    luma, blue, red = planes
    if request.width_px % 2 == request.height_px % 2 == 0:
        stacked = np.concatenate([luma.ravel(), blue.ravel(), red.ravel()])
        return av.VideoFrame.from_ndarray(stacked.reshape(-1, request.width_px), format="yuv420p")
    full = [luma, blue.repeat(2, 0).repeat(2, 1), red.repeat(2, 0).repeat(2, 1)]
    cut = np.stack([plane[: request.height_px, : request.width_px] for plane in full])
    return av.VideoFrame.from_ndarray(cut, format="yuv444p", channel_last=False)


def _add_tone(container: OutputContainer, stream: AudioStream, duration_s: Fraction) -> None:
    """A quiet sine as long as the video, so that a player shows there is sound."""
    n_samples = int(duration_s * _AUDIO_RATE_HZ)
    at_s = np.arange(n_samples) / _AUDIO_RATE_HZ
    wave = (0.05 * np.sin(2 * np.pi * _TONE_HZ * at_s)).astype(np.float32)
    _encode_wave(container, stream, wave)


def _add_voice(
    container: OutputContainer, stream: AudioStream, voice: Path, duration_s: Fraction
) -> None:
    """The voice from its beginning, as long as the video; silence where it has ended."""
    n_samples = int(duration_s * _AUDIO_RATE_HZ)
    wave = np.zeros(n_samples, np.float32)
    heard = 0
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=_AUDIO_RATE_HZ)
    with av.open(str(voice)) as read:
        for decoded in read.decode(audio=0):
            for frame in resampler.resample(decoded):
                part = frame.to_ndarray()[0][: n_samples - heard]
                wave[heard : heard + len(part)] = part
                heard += len(part)
            if heard >= n_samples:
                break
    _encode_wave(container, stream, wave)


def _encode_wave(
    container: OutputContainer, stream: AudioStream, wave: NDArray[np.float32]
) -> None:
    for start in range(0, len(wave), 1024):
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(wave[None, start : start + 1024]), format="fltp", layout="mono"
        )
        frame.sample_rate = _AUDIO_RATE_HZ
        frame.pts = start
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def still_jpeg(width_px: int, height_px: int, *, luma: int) -> bytes:
    """A plain grey JPEG."""
    codec = av.CodecContext.create("mjpeg", "w")
    assert isinstance(codec, av.VideoCodecContext)
    codec.width, codec.height, codec.pix_fmt = width_px, height_px, "yuvj420p"
    codec.time_base = Fraction(1, 25)
    planes = np.full((height_px * 3 // 2, width_px), 128, np.uint8)
    planes[:height_px] = luma
    frame = av.VideoFrame.from_ndarray(planes, format="yuvj420p")
    frame.pts = 0
    return b"".join(bytes(packet) for packet in [*codec.encode(frame), *codec.encode(None)])


def copy_without_sound(source: Path, target: Path) -> None:
    with av.open(str(source)) as read, av.open(str(target), "w", format="mp4") as written:
        video = read.streams.video[0]
        copy = written.add_stream_from_template(video)
        for packet in read.demux(video):
            if packet.dts is not None:
                packet.stream = copy
                written.mux(packet)


def encode_clip(request: ClipRequest, frames: Iterator[Planes], path: Path, comment: str) -> None:
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        if comment:
            container.metadata["comment"] = comment
        video = _video_stream(container, request)
        sound: AudioStream | None = None
        if request.audio:
            sound = container.add_stream("aac", rate=_AUDIO_RATE_HZ, layout="mono")
        for index, planes in enumerate(frames):
            frame = _frame(planes, request)
            frame.pts = index
            frame.time_base = 1 / request.fps
            container.mux(video.encode(frame))
        container.mux(video.encode(None))
        duration_s = request.frames / request.fps
        if sound is not None and request.voice is not None:
            _add_voice(container, sound, request.voice, duration_s)
        elif sound is not None:
            _add_tone(container, sound, duration_s)
