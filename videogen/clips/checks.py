"""The weight-free guards: they make a run succeed or fail and are never a quality score.

Limits: measured on synthetic clips of 512 x 288 x 81 (pure noise 36.6 against 0.16 for a clean
clip; flicker 77.6 against 0.2 to 0.6 for pans; a cut 74.6 against 7.5 for a pan). VBench's
temporal_flickering rewards frozen and black clips with 1.000, so it is not among them.
"""

from dataclasses import dataclass

from videogen.clips.measures import Measures
from videogen.domain.clip import CheckVerdict, ClipCheck, ClipProbe

DURATION_LIMIT_FRAMES = 1
FPS_LIMIT = 0.01  # relative
FLAT_LIMIT = 0.05  # share of frames
FROZEN_FAIL = 0.90  # share of neighbouring pairs
FROZEN_WARN = 0.25
NOISE_LIMIT = 15.0  # luma levels of 255
FLICKER_LIMIT = 5.0  # luma levels of 255
CUT_LIMIT = 40.0  # luma levels of 255


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedClip:
    """What was asked for; `allow_flat` is for the server check, whose clip is one colour.

    `allow_noise` is for weights that are no model, to try a graph with: they draw noise.

    A clip that `keeps_image_shape` is as large as asked for, in the shape of its start image.
    With `is_as_long_as_its_voice` the frames asked for are the most that its voice may last; the
    sampler makes whole windows of `window_frames`, and the last one goes on after the voice.
    """

    width_px: int
    height_px: int
    n_frames: int
    fps: float
    allow_flat: bool = False
    allow_noise: bool = False
    keeps_image_shape: bool = False
    is_as_long_as_its_voice: bool = False
    window_frames: int = 1


def judge(
    probe: ClipProbe,
    measures: Measures,
    expected: ExpectedClip | None,
    *,
    allow_flat: bool | None = None,
) -> tuple[ClipCheck, ...]:
    """Every guard's verdict.

    Without `expected` length, rate and size go unjudged, and so does flatness, unless
    `allow_flat` says otherwise: nobody knows what a user's own graph is meant to draw.
    """
    if allow_flat is None:
        allow_flat = expected is None or expected.allow_flat
    noisy = CheckVerdict.WARN if expected and expected.allow_noise else CheckVerdict.FAIL
    return (
        _check("decodes", float(probe.n_frames), 1.0, CheckVerdict.PASS),
        *(_against(probe, expected) if expected else ()),
        _flat(measures, allow_flat=allow_flat),
        _frozen(measures, allow_flat=allow_flat),
        _upper("noise", measures.noise, NOISE_LIMIT, noisy),
        _upper("flicker", measures.flicker, FLICKER_LIMIT, CheckVerdict.WARN),
        _upper("cut", measures.largest_difference, CUT_LIMIT, CheckVerdict.WARN),
    )


def first_failure(checks: tuple[ClipCheck, ...]) -> ClipCheck | None:
    return next((check for check in checks if check.verdict is CheckVerdict.FAIL), None)


def _against(probe: ClipProbe, expected: ExpectedClip) -> tuple[ClipCheck, ...]:
    longer = probe.n_frames - expected.n_frames
    beyond_window = max(0, longer - (expected.window_frames - 1))
    frames_off = float(beyond_window if expected.is_as_long_as_its_voice else abs(longer))
    fps_off = abs(probe.fps - expected.fps) / expected.fps
    size_off = float(
        abs(probe.width_px - expected.width_px) + abs(probe.height_px - expected.height_px)
    )
    as_asked = (
        _upper("duration", frames_off, DURATION_LIMIT_FRAMES, CheckVerdict.FAIL),
        _upper("fps", fps_off, FPS_LIMIT, CheckVerdict.FAIL),
    )
    if expected.keeps_image_shape:
        return as_asked
    return (*as_asked, _upper("size", size_off, 0.0, CheckVerdict.FAIL))


def _flat(measures: Measures, *, allow_flat: bool) -> ClipCheck:
    share = measures.flat_share
    fails = share >= FLAT_LIMIT and not allow_flat
    return _check("flat", share, FLAT_LIMIT, CheckVerdict.FAIL if fails else CheckVerdict.PASS)


def _frozen(measures: Measures, *, allow_flat: bool) -> ClipCheck:
    share = measures.frozen_share
    if share is None or allow_flat or share < FROZEN_WARN:
        return _check("frozen", share, FROZEN_FAIL, CheckVerdict.PASS)
    fails = share >= FROZEN_FAIL
    return _check("frozen", share, FROZEN_FAIL, CheckVerdict.FAIL if fails else CheckVerdict.WARN)


def _upper(name: str, value: float | None, limit: float, beyond: CheckVerdict) -> ClipCheck:
    passes = value is None or value <= limit
    return _check(name, value, limit, CheckVerdict.PASS if passes else beyond)


def _check(name: str, value: float | None, limit: float, verdict: CheckVerdict) -> ClipCheck:
    return ClipCheck(name=name, verdict=verdict, value=value, limit=limit)
