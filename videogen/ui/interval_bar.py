"""One criterion as a line: its interval, its estimate, and the threshold that it must clear."""

from dataclasses import dataclass

from videogen.domain.decision import Criteria, CriterionName, CriterionResult
from videogen.evidence.criterion_words import threshold
from videogen.ui import markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What the line runs over, in the criterion's own unit."""

    low: float
    high: float
    threshold: float

    def percent(self, value: float) -> float:
        """Where a value stands on the line, 0 at its left end."""
        share = (value - self.low) / (self.high - self.low)
        return 100 * min(max(share, 0.0), 1.0)


def scale_of(name: CriterionName, result: CriterionResult, criteria: Criteria) -> Scale:
    """Fixed where the unit has ends; else as far as a third past the threshold, or the figures."""
    limit = threshold(name, criteria)
    known = [value for value in (result.estimate, result.low, result.high) if value is not None]
    if name is CriterionName.QUALITY:
        return Scale(low=1.0, high=5.0, threshold=limit)
    if name is CriterionName.SUCCESS:
        return Scale(low=min(0.5, *known) if known else 0.5, high=1.0, threshold=limit)
    return Scale(low=0.0, high=max(limit * 4 / 3, *known) if known else limit * 4 / 3,
                 threshold=limit)  # fmt: skip


def draw(result: CriterionResult, scale: Scale, limit_label: str, *, label: str) -> str:
    """A line that a screen reader hears as `label`; its colour is the card's."""
    limit = scale.percent(scale.threshold)
    parts = ['<i class="track"></i>']
    if result.low is not None or result.high is not None:
        left = 0.0 if result.low is None else scale.percent(result.low)
        right = 100.0 if result.high is None else scale.percent(result.high)
        parts.append(f'<i class="span" style="left:{left:.1f}%;width:{right - left:.1f}%"></i>')
    parts.append(f'<i class="limit" style="left:{limit:.1f}%"></i>')
    if result.estimate is not None:
        place = scale.percent(result.estimate)
        parts.append(f'<i class="dot" style="left:{place:.1f}%"></i>')
    side = "end" if limit > 70 else "start" if limit < 30 else "middle"
    parts.append(f'<b class="{side}" style="left:{limit:.1f}%">{markup.esc(limit_label)}</b>')
    return f'<div class="vg-bar" role="img" aria-label="{markup.esc(label)}">{"".join(parts)}</div>'
