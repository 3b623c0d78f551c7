"""How figures of opinions are said, wherever they stand: intervals, differences, a small panel."""

from videogen.analysis import PanelMean
from videogen.analysis.panel_report import N_RATERS_FORMAL
from videogen.ui import formats, markup
from videogen.ui.language import t

# An interval of two or three people is wide enough to say nothing, or narrow by chance.
N_RATERS_INTERVAL = 4
Bounds = tuple[float | None, float | None]


def signed(value: float | None) -> str:
    """A difference in scores; a true minus, so that the digits align."""
    return formats.UNKNOWN if value is None else f"{value:+.2f}".replace("-", "\N{MINUS SIGN}")


def bounds_of(panel: PanelMean | None) -> Bounds:
    """The two-sided 95 % interval; None where there is none, or too few raters to show it."""
    if panel is None or panel.n_raters < N_RATERS_INTERVAL:
        return None, None
    return panel.bounds(0.95) or (None, None)


def interval_of(panel: PanelMean | None) -> str:
    low, high = bounds_of(panel)
    return interval(low, high, n_raters=panel.n_raters if panel else 0)


def interval(low: float | None, high: float | None, *, n_raters: int) -> str:
    """Between two scores, or why that is not said."""
    if 0 < n_raters < N_RATERS_INTERVAL:
        return counted("quality.too_few_raters", n_raters)
    if low is None or high is None:
        return t("quality.no_interval")
    if low == high:
        return t("decision.unanimous")  # an interval of 0 would claim certainty
    return f"{formats.score(low)} – {formats.score(high)}"


def counted(key: str, n: int) -> str:
    return t(f"{key}_one") if n == 1 else t(key, n=n)


def informal_chip(n_raters: int) -> str:
    """Empty for a panel that is large enough."""
    if n_raters >= N_RATERS_FORMAL:
        return ""
    return markup.chip(t("quality.informal", n=n_raters), "warn", icon_name="warn")
