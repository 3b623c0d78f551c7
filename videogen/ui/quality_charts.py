"""Charts of opinions as markup: each beside its figures, and named for those who cannot see it."""

from collections.abc import Sequence
from dataclasses import dataclass

from videogen.ui import markup

WORST, BEST = 1.0, 5.0
COUNT_FROM_SHARE = 0.07  # narrower parts have no room for their figure; the table has it


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A value with its interval on a scale; None: not known, and not drawn."""

    value: float | None
    low: float | None
    high: float | None
    start: float = WORST
    end: float = BEST
    mark: float | None = None  # a threshold, or the middle

    def percent(self, value: float) -> float:
        share = (value - self.start) / (self.end - self.start)
        return 100 * min(max(share, 0.0), 1.0)


def draw_line(line: Line, *, label: str, tone: str = "") -> str:
    parts = ['<i class="track"></i>']
    if line.mark is not None:
        parts.append(f'<i class="limit" style="left:{line.percent(line.mark):.1f}%"></i>')
    if line.low is not None and line.high is not None:
        left, right = line.percent(line.low), line.percent(line.high)
        parts.append(f'<i class="span" style="left:{left:.1f}%;width:{right - left:.1f}%"></i>')
    if line.value is not None:
        parts.append(f'<i class="dot" style="left:{line.percent(line.value):.1f}%"></i>')
    return (
        f'<div class="vg-bar vg-flat {tone}" role="img" aria-label="{markup.esc(label)}">'
        f"{''.join(parts)}</div>"
    )


def draw_stack(counts: Sequence[int], *, label: str) -> str:
    """How often each score was given, from bad on the left to excellent on the right."""
    total = sum(counts)
    if not total:
        return ""
    parts = "".join(
        f'<i class="vg-score-{place}" style="width:{100 * count / total:.2f}%">'
        f"{count if count / total >= COUNT_FROM_SHARE else ''}</i>"
        for place, count in enumerate(counts, start=1)
        if count
    )
    return f'<div class="vg-stackbar" role="img" aria-label="{markup.esc(label)}">{parts}</div>'


def legend(words: Sequence[str]) -> str:
    """What the parts of a stack stand for."""
    items = "".join(
        f'<span><i class="vg-score-{place}"></i>{markup.esc(word)}</span>'
        for place, word in enumerate(words, start=1)
    )
    return f'<p class="vg vg-legend">{items}</p>'
