"""How the raters lean and how far they agree; none of it leaves anybody out."""

from collections.abc import Mapping

import streamlit as st

from videogen.analysis.agreement import ALPHA_RELY, ALPHA_TENTATIVE, Icc
from videogen.analysis.sos import sos_health
from videogen.evidence.opinions import Agreement, CampaignOpinions, RaterOpinion
from videogen.ui import formats, markup, quality_charts, quality_words, rater_names
from videogen.ui.language import t
from videogen.ui.quality_charts import Line

REACH_MIN = 1.0  # scores to either side, so that a small bias looks small
ICC_BANDS = ((0.5, "poor"), (0.75, "moderate"), (0.9, "good"))  # Koo & Li 2016


def show(opinions: CampaignOpinions, numbers: Mapping[str, int]) -> None:
    st.header(t("quality.raters"))
    st.html(_agreement(opinions.agreement))
    st.html(_table(opinions, numbers))
    st.caption(t("quality.raters_note"))


def _agreement(found: Agreement) -> str:
    health = sos_health(found.sos_parameter)
    facts = markup.facts(
        [
            (t("quality.icc"), _icc_figure(found.icc), _icc_meaning(found.icc)),
            (t("quality.alpha"), _figure(found.alpha), _alpha_meaning(found.alpha)),
            (
                t("quality.sos"),
                _figure(found.sos_parameter),
                t(f"quality.sos.{health.value}") if health else t("quality.too_few_ratings"),
            ),
        ]
    )
    return f'<div class="vg-agree">{facts}</div>'


def _icc_figure(icc: Icc | None) -> str:
    if icc is None:
        return formats.UNKNOWN
    if icc.low is None or icc.high is None:
        return _figure(icc.estimate)
    return t(
        "quality.icc_figure",
        estimate=_figure(icc.estimate),
        low=_figure(icc.low),
        high=_figure(icc.high),
    )


def _icc_meaning(icc: Icc | None) -> str:
    """By the lower bound: what the panel's mean can be relied on for."""
    if icc is None:
        return t("quality.too_few_ratings")
    low = icc.low if icc.low is not None else icc.estimate
    band = next((word for limit, word in ICC_BANDS if low < limit), "excellent")
    return t(f"quality.icc.{band}")


def _alpha_meaning(alpha: float | None) -> str:
    if alpha is None:
        return t("quality.too_few_ratings")
    if alpha >= ALPHA_RELY:
        return t("quality.alpha.rely")
    return t("quality.alpha.tentative" if alpha >= ALPHA_TENTATIVE else "quality.alpha.low")


def _table(opinions: CampaignOpinions, numbers: Mapping[str, int]) -> str:
    heads = [
        t("quality.rater"), t("quality.bias_chart"), t("quality.bias"), t("quality.inconsistency"),
        t("quality.n_head"), t("quality.by_rule"),
    ]  # fmt: skip
    known = [abs(one.bias) for one in opinions.raters if one.bias is not None]
    reach = max([REACH_MIN, *known])
    ordered = sorted(opinions.raters, key=lambda one: rater_names.place(one.name, numbers))
    rows = [_row(one, rater_names.one(one.name, numbers), reach) for one in ordered]
    return markup.table(heads, rows, numeric=(2, 3, 4))


def _row(one: RaterOpinion, name: str, reach: float) -> tuple[str, ...]:
    line = Line(value=one.bias, low=None, high=None, start=-reach, end=reach, mark=0.0)
    bias = quality_words.signed(one.bias)
    label = t("quality.bias_alt", name=name, bias=bias)
    return (
        f"<b>{markup.esc(name)}</b>",
        quality_charts.draw_line(line, label=label),
        bias,
        _figure(one.inconsistency),
        formats.count(one.n_ratings),
        markup.esc(_rejected(one)),
    )


def _rejected(one: RaterOpinion) -> str:
    rules = {"BT.500": one.is_rejected_bt500, "P.913": one.is_rejected_p913}
    if None in rules.values():
        return formats.UNKNOWN
    named = ", ".join(rule for rule, is_rejected in rules.items() if is_rejected)
    return t("quality.rejected", rules=named) if named else t("quality.not_rejected")


def _figure(value: float | None) -> str:
    return formats.UNKNOWN if value is None else f"{value:.2f}"
