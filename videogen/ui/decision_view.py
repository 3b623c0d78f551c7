"""Is it GO? The sentence, the four cards of a candidate, the matrix and what stands behind."""

from collections.abc import Callable, Mapping

import streamlit as st

from videogen.domain.campaign import Campaign
from videogen.domain.decision import ConditionDecision, Verdict
from videogen.evidence import MatrixRow, Role
from videogen.ui import (
    blinding,
    cards,
    charts,
    decision_loaders,
    formats,
    language,
    markup,
    matrix_table,
    notices,
    screening_words,
    welcome,
)
from videogen.ui.charts import QualityCostPoint
from videogen.ui.decision_loaders import Judged
from videogen.ui.language import t

REFRESH_S = 5
MONTHLY_VOLUMES = (100, 300, 1000, 3000, 10000)
USUAL_VOLUME = 1000
Section = Callable[[Judged], None]
# Under the matrix, one at a time and drawn only when it is chosen; each name has its word in
# texts (decision.section.*). Order: scenarios, risks, insights, plan.
SECTIONS: Mapping[str, Section] = {}
# At the end of the page, always drawn. Order: freeze, report.
ENDING: tuple[Section, ...] = ()


def ask_campaign(campaigns: list[Campaign]) -> Campaign:
    """A picker only where there is a choice; the address may name one."""
    named = {one.campaign_id: one for one in campaigns}
    asked = st.query_params.get("campaign")
    first = asked if asked in named else campaigns[0].campaign_id
    if len(campaigns) == 1:
        return campaigns[0]
    chosen = st.selectbox(
        t("decision.campaign"),
        list(named),
        index=list(named).index(first),
        format_func=lambda key: named[key].name,
        label_visibility="collapsed",
        key="decision_campaign",
        width=320,
    )
    return named[chosen or first]


def show(campaign: Campaign) -> None:
    """While its runs go on the page draws itself anew, so that figures come in as they are made."""
    blinding.stop_if_rating(campaign.campaign_id)
    if _is_going_on(campaign):
        st.fragment(_follow, run_every=REFRESH_S)(campaign)
    else:
        _draw(campaign)


def _follow(campaign: Campaign) -> None:
    if not _is_going_on(campaign) or blinding.is_rating(campaign.campaign_id):
        st.rerun()
    _draw(campaign)


def _is_going_on(campaign: Campaign) -> bool:
    """A trial's campaign stands before its first run does, and its raters come after the last."""
    return welcome.is_open() or decision_loaders.has_open_runs(campaign.campaign_id)


def _draw(campaign: Campaign) -> None:
    judged = decision_loaders.judged(campaign.campaign_id)
    if judged.found.is_sandbox:
        notices.show_sandbox_note()
    _verdict(campaign, judged)
    _cards(judged)
    _left_out(judged)
    st.header(t("decision.matrix"))
    rows = _matrix(campaign)
    _chart(judged, rows)
    if SECTIONS:
        st.fragment(_section)(judged)
    for show_end in ENDING:
        show_end(judged)


def _section(judged: Judged) -> None:
    """Only the chosen one is worked out, and a choice draws nothing else of the page."""
    words = {name: t(f"decision.section.{name}") for name in SECTIONS}
    chosen = st.segmented_control(
        t("decision.sections"),
        list(SECTIONS),
        default=next(iter(SECTIONS)),
        required=True,
        format_func=words.__getitem__,
        label_visibility="collapsed",
        key="decision_section",
    )
    SECTIONS[chosen or next(iter(SECTIONS))](judged)


def _verdict(campaign: Campaign, judged: Judged) -> None:
    spoken = language.current()
    sentence = " ".join(decision_loaders.said(one, spoken) for one in judged.sentences)
    provisional = judged.decision.provisional_verdict
    note = None
    if provisional is not None and provisional is not Verdict.NOT_YET:
        note = t("decision.provisional", verdict=t(f"verdict.{provisional.value}"))
    names = ", ".join(decision_loaders.label(one.name) for one in judged.candidates)
    st.html(
        cards.verdict_banner(
            judged.decision.verdict,
            sentence,
            eyebrow=t("decision.eyebrow", campaign=campaign.name, candidates=names),
            language=spoken,
            note=note,
        )
    )


def _left_out(judged: Judged) -> None:
    """Who of the panel does not count, and by which rule."""
    gone = judged.found.raters_left_out
    if not gone:
        return
    who = ", ".join(
        f"{one.name} ({', '.join(screening_words.short(finding) for finding in one.findings)})"
        for one in gone
    )
    said = t(f"decision.left_out{'_one' if len(gone) == 1 else ''}", n=len(gone), who=who)
    link = markup.link(
        "panel", t("decision.left_out_link"), campaign=judged.found.campaign.campaign_id
    )
    st.html(f'<p class="vg vg-small vg-soft">{markup.esc(said)} {link}</p>')


def _cards(judged: Judged) -> None:
    candidates = {one.name: one for one in judged.candidates}
    chosen = next(iter(candidates))
    if len(candidates) > 1:
        picked = st.segmented_control(
            t("decision.candidate"),
            list(candidates),
            default=chosen,
            required=True,
            format_func=lambda name: _candidate_label(candidates[name]),
            label_visibility="collapsed",
            key=f"decision_candidate_{judged.found.campaign.campaign_id}",
        )
        chosen = picked if picked in candidates else chosen
    found = judged.found
    query = {
        "campaign": found.campaign.campaign_id,
        "condition": found.conditions[chosen].condition_id,
    }
    drawn = cards.criterion_cards(
        candidates[chosen], found.evidence.criteria, language.current(), runs_query=query
    )
    st.html(drawn)


def _candidate_label(candidate: ConditionDecision) -> str:
    word = t(f"verdict.{candidate.verdict.value}")
    return f"{decision_loaders.label(candidate.name)} · {word}"


def _matrix(campaign: Campaign) -> list[MatrixRow]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        volume = st.selectbox(
            t("decision.monthly"),
            MONTHLY_VOLUMES,
            index=MONTHLY_VOLUMES.index(USUAL_VOLUME),
            format_func=formats.count,
            key="decision_volume",
            width=180,
        )
        st.caption(t("decision.matrix_note"))
    n_videos_month = volume or USUAL_VOLUME
    rows = decision_loaders.matrix(campaign.campaign_id, n_videos_month)
    drawn = matrix_table.draw(rows, campaign_id=campaign.campaign_id, n_videos_month=n_videos_month)
    st.html(drawn)
    return rows


def _chart(judged: Judged, rows: list[MatrixRow]) -> None:
    st.header(t("decision.chart"))
    points = [point for point in map(_point, rows) if point is not None]
    if not points:
        st.caption(t("decision.chart_empty"))
        return
    criteria = judged.found.evidence.criteria
    figure = charts.quality_cost(
        points,
        quality_min=criteria.quality_min,
        cost_usd_max=criteria.cost_usd_max,
        words={name: t(f"decision.axis.{name}") for name in ("cost", "quality")},
    )
    st.plotly_chart(figure, key="quality_cost", config=charts.QUIET, alt=t("decision.chart_alt"))
    st.caption(t("decision.chart_note"))


def _point(row: MatrixRow) -> QualityCostPoint | None:
    if row.quality.estimate is None or row.cost_usd.estimate is None:
        return None
    return QualityCostPoint(
        name=decision_loaders.label(row.condition),
        is_candidate=row.role is Role.CANDIDATE,
        cost_usd=row.cost_usd.estimate,
        quality=row.quality.estimate,
        cost_bounds_usd=(row.cost_usd.low, row.cost_usd.high),
        quality_bounds=(row.quality.low, row.quality.high),
        note=" · ".join(
            [t("matrix.n_quality", n=row.quality.n), t("matrix.n_runs", n=row.cost_usd.n)]
        ),
    )
