"""Charts as SVG of our own: vectors in every format, coloured by classes, told in words as well."""

import html
import math
from collections.abc import Sequence
from dataclasses import dataclass

from videogen.reports.document import shown

WIDTH = 640.0
_ROW = 40.0
_RIGHT = 16.0
_TIME_STEPS_S = (10, 20, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 36000)
_LABEL_LETTERS = 26
_LETTER = 7.6  # mean width of a letter at the charts' 13 px, to keep labels apart


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One condition between cost and quality; bounds are those of the 90 % intervals."""

    name: str
    is_candidate: bool
    cost_usd: float
    quality: float
    cost_bounds_usd: tuple[float | None, float | None]
    quality_bounds: tuple[float | None, float | None]
    clips_per_hour: float | None  # its area; None: drawn small and open


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A median with how far the slow ones reach; None: not known, and not drawn."""

    name: str
    is_candidate: bool
    value: float | None
    reach: float | None
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Money per month against clips per month."""

    name: str
    is_candidate: bool
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """How often each score was given, from bad to excellent."""

    name: str
    counts: tuple[int, ...]
    said: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A chart's name and what it shows, for those who hear it."""

    title: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scale:
    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return self.start + min(max(share, 0.0), 1.0) * (self.end - self.start)


def quality_cost(
    bubbles: Sequence[Bubble],
    *,
    quality_min: float,
    cost_usd_max: float,
    axes: tuple[str, str],
    said: Said,
) -> str:
    """Higher is better, left is cheaper, larger is faster; the lines are the two thresholds."""
    height = 396.0
    far = max([cost_usd_max * 1.2, *(one.cost_bounds_usd[1] or one.cost_usd for one in bubbles)])
    across = _Scale(low=0.0, high=far * 1.12, start=56.0, end=WIDTH - _RIGHT)
    up = _Scale(low=1.0, high=5.0, start=height - 52.0, end=34.0)
    parts = [_line(across.start, up.at(score), across.end, up.at(score), "grid")
             + _text(across.start - 10, up.at(score) + 4, f"{score:.0f}", "end")
             for score in (1.0, 2.0, 3.0, 4.0, 5.0)]  # fmt: skip
    parts += [_text(across.at(tick), up.start + 20, _money(tick), "middle")
              for tick in ticks(across.high)]  # fmt: skip
    parts += [
        _line(across.start, up.at(quality_min), across.end, up.at(quality_min), "limit"),
        _line(across.at(cost_usd_max), up.start, across.at(cost_usd_max), up.end, "limit"),
        _text(across.end, up.start + 42, axes[0], "end", "soft"),
        _text(4, 14, axes[1], "start", "soft"),
    ]
    fastest = max((one.clips_per_hour or 0.0 for one in bubbles), default=0.0)
    parts += [_bubble(one, across, up, fastest) for one in bubbles]
    parts += _labels(bubbles, across, up, fastest)
    return _svg("".join(parts), height, said)


def wall_times(bars: Sequence[Bar], *, axis: str, said: Sequence[str], about: Said) -> str:
    """Medians as bars, whiskers to the 95th percentile; `said` are the ticks of the axis in words.

    Args: said: words for `time_ticks(longest)`, in that order.
    """
    longest = max((one.reach or one.value or 0.0 for one in bars), default=0.0) or 1.0
    left = 24 + max(_wide(_short(one.name)) for one in bars)
    across = _Scale(low=0.0, high=longest * 1.3, start=left, end=WIDTH - _RIGHT)
    height = len(bars) * _ROW + 52
    parts = [
        _line(across.at(tick), 6, across.at(tick), height - 46, "grid")
        + _text(across.at(tick), height - 28, word, "middle")
        for tick, word in zip(time_ticks(longest), said, strict=True)
    ]
    parts.append(_text(WIDTH - _RIGHT, height - 8, axis, "end", "soft"))
    for place, one in enumerate(bars):
        parts.append(_bar(one, across, 8 + place * _ROW))
    return _svg("".join(parts), height, about)


def monthly_costs(
    curves: Sequence[Curve], *, axes: tuple[str, str], chosen: float, said: Said
) -> str:
    """A line a condition; the upright line is the volume that the tables are told of."""
    height = 340.0
    points = [point for one in curves for point in one.points]
    most, dearest = max(x for x, _ in points), max(y for _, y in points) or 1.0
    right = 24 + max(_wide(_short(one.name)) for one in curves)
    across = _Scale(low=0.0, high=most, start=72.0, end=WIDTH - right)
    up = _Scale(low=0.0, high=dearest * 1.05, start=height - 52.0, end=34.0)
    parts = [_line(across.start, up.at(tick), across.end, up.at(tick), "grid")
             + _text(across.start - 8, up.at(tick) + 4, _money(tick), "end")
             for tick in (0.0, *ticks(up.high))]  # fmt: skip
    parts += [_text(across.at(tick), up.start + 20, f"{tick:,.0f}", "middle")
              for tick in ticks(most)]  # fmt: skip
    parts += [
        _line(across.at(chosen), up.start, across.at(chosen), up.end, "limit"),
        _text(across.end, up.start + 42, axes[0], "end", "soft"),
        _text(4, 14, axes[1], "start", "soft"),
    ]
    for one in curves:
        path = " ".join(f"{across.at(x):.1f},{up.at(y):.1f}" for x, y in one.points)
        parts.append(f'<polyline class="curve {_tone(one.is_candidate)}" points="{path}"/>')
    ends = [(up.at(one.points[-1][1]), one) for one in curves]
    for y, one in _spread(sorted(ends, key=lambda pair: pair[0])):
        parts.append(
            _text(across.end + 8, y + 4, _short(one.name), "start", _tone(one.is_candidate))
        )
    return _svg("".join(parts), height, said)


def score_shares(stacks: Sequence[Stack], *, words: Sequence[str], said: Said) -> str:
    """Every bar is the whole of a condition's ratings; the counts are written where they fit."""
    left = 24 + max(_wide(_short(one.name)) for one in stacks)
    right = 20 + max(_wide(one.said) for one in stacks)
    across = _Scale(low=0.0, high=1.0, start=left, end=WIDTH - right)
    height = len(stacks) * _ROW + 48
    parts = []
    for place, one in enumerate(stacks):
        parts.append(_stack(one, across, 8 + place * _ROW))
    x, foot = 10.0, height - 28
    for place, word in enumerate(words, start=1):
        parts += [
            f'<rect class="s{place}" x="{x:.1f}" y="{foot:.1f}" width="12" height="12"/>',
            _text(x + 17, foot + 11, word, "start", "soft"),
        ]
        x += 34 + _wide(word)
    return _svg("".join(parts), height, said)


def ticks(highest: float) -> tuple[float, ...]:
    """One to five round numbers above 0, up to `highest`."""
    if highest <= 0:
        return ()
    power = 10.0 ** math.floor(math.log10(highest))
    step = next(power * part for part in (0.2, 0.5, 1.0, 2.0) if highest / (power * part) < 6)
    return tuple(step * place for place in range(1, int(highest / step + 1e-9) + 1))


def time_ticks(longest_s: float) -> tuple[float, ...]:
    """As `ticks`, round as people count time."""
    step_s = next((step for step in _TIME_STEPS_S if longest_s / step < 5), None)
    if step_s is None or longest_s < _TIME_STEPS_S[0]:
        return ticks(longest_s)
    return tuple(float(step_s * place) for place in range(1, int(longest_s / step_s + 1e-9) + 1))


def _bubble(one: Bubble, across: _Scale, up: _Scale, fastest: float) -> str:
    x, y = across.at(one.cost_usd), up.at(one.quality)
    tone = _tone(one.is_candidate)
    low, high = one.cost_bounds_usd
    worst, best = one.quality_bounds
    parts = []
    if low is not None and high is not None:
        parts.append(_line(across.at(low), y, across.at(high), y, f"error {tone}"))
    if worst is not None and best is not None:
        parts.append(_line(x, up.at(worst), x, up.at(best), f"error {tone}"))
    kind = "unknown" if one.clips_per_hour is None else "bubble"
    radius = _radius(one, fastest)
    parts.append(f'<circle class="{kind} {tone}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>')
    return "".join(parts)


def _radius(one: Bubble, fastest: float) -> float:
    if one.clips_per_hour is None or not fastest:
        return 5.0
    return max(4.0, 18.0 * math.sqrt(one.clips_per_hour / fastest))


def _labels(bubbles: Sequence[Bubble], across: _Scale, up: _Scale, fastest: float) -> list[str]:
    """Beside each bubble, on its left where the right has no room, moved down off another."""
    drawn: list[tuple[float, float, float]] = []
    parts = []
    for one in sorted(bubbles, key=lambda bubble: -bubble.quality):
        gap, width = _radius(one, fastest) + 6, _wide(_short(one.name))
        x, y = across.at(one.cost_usd), up.at(one.quality) - 8
        is_left = x + gap + width > across.end
        start = x - gap - width if is_left else x + gap
        while any(abs(y - top) < 16 and start < end and start + width > begin
                  for begin, end, top in drawn):  # fmt: skip
            y += 4
        drawn.append((start, start + width, y))
        parts.append(
            _text(start, y + 4, _short(one.name), "start", f"strong {_tone(one.is_candidate)}")
        )
    return parts


def _bar(one: Bar, across: _Scale, y: float) -> str:
    middle = y + 14
    parts = [_text(across.start - 10, middle + 5, _short(one.name), "end", "strong")]
    end = across.start
    if one.value is not None:
        end = across.at(one.value)
        parts.append(f'<rect class="bar {_tone(one.is_candidate)}" x="{across.start:.1f}" '
                     f'y="{y + 4:.1f}" width="{end - across.start:.1f}" height="20"/>')  # fmt: skip
    if one.value is not None and one.reach is not None and one.reach > one.value:
        parts.append(_line(end, middle, across.at(one.reach), middle, "error ink"))
        end = across.at(one.reach)
    parts.append(_text(end + 8, middle + 5, one.said, "start"))
    return "".join(parts)


def _stack(one: Stack, across: _Scale, y: float) -> str:
    total = sum(one.counts)
    parts = [_text(across.start - 10, y + 19, _short(one.name), "end", "strong")]
    before = 0
    for place, count in enumerate(one.counts, start=1):
        if count:
            x, end = across.at(before / total), across.at((before + count) / total)
            parts.append(f'<rect class="s{place}" x="{x:.1f}" y="{y + 4:.1f}" '
                         f'width="{end - x:.1f}" height="22"/>')  # fmt: skip
            if end - x > 6 + _LETTER * len(str(count)):
                tone = "on-dark" if place > 3 else "on-light"
                parts.append(_text((x + end) / 2, y + 20, str(count), "middle", tone))
        before += count
    parts.append(_text(across.end + 8, y + 19, one.said, "start", "soft"))
    return "".join(parts)


def _spread(ends: list[tuple[float, Curve]]) -> list[tuple[float, Curve]]:
    """From the top down, each label at least a line below the one before."""
    placed: list[tuple[float, Curve]] = []
    for y, one in ends:
        placed.append((max(y, placed[-1][0] + 16) if placed else y, one))
    return placed


def _svg(content: str, height: float, said: Said) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" '
        f'role="img"><title>{_esc(said.title)}</title><desc>{_esc(said.description)}</desc>'
        f"{content}</svg>"
    )


def _text(x: float, y: float, text: str, anchor: str, tone: str = "ink") -> str:
    return (
        f'<text class="{tone}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{_esc(text)}</text>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, tone: str) -> str:
    return f'<line class="{tone}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def _tone(is_candidate: bool) -> str:
    return "candidate" if is_candidate else "baseline"


def _short(name: str) -> str:
    """A label that leaves room for the picture; the tables have the whole name."""
    return name if len(name) <= _LABEL_LETTERS else f"{name[: _LABEL_LETTERS - 1]}…"


def _wide(text: str) -> float:
    """About how wide a label is; Thai vowels and tone marks above and below take no width."""
    marks = sum(letter in "ัิีึืฺุู็่้๊๋์ํ๎" for letter in text)
    return _LETTER * (len(text) - marks)


def _money(value_usd: float) -> str:
    whole = value_usd >= 10 or value_usd == 0
    return f"${value_usd:,.0f}" if whole else f"${value_usd:.2f}"


def _esc(text: str) -> str:
    return html.escape(shown(text), quote=True)
