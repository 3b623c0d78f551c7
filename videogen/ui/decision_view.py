"""Is it GO? The sentence, the four cards of a candidate, the matrix and what stands behind."""

from collections.abc import Callable, Mapping

import streamlit as st

from videogen.domain.campaign import Campaign
from videogen.domain.decision import ConditionDecision, Verdict
from videogen.ui import (
    assumptions_form,
    blinding,
    cards,
    decision_loaders,
    decision_words,
    formats,
    freeze_view,
    insight_view,
    language,
    markup,
    matrix_table,
    notices,
    parts,
    phase_view,
    rater_names,
    report_view,
    risk_view,
    scenario_view,
    welcome,
)
from videogen.ui.decision_loaders import Judged
from videogen.ui.language import t

REFRESH_S = 5
PAINT_S = 0.5
PAINT = "decision_paint"  # of this visit: begun, then done
MONTHLY_VOLUMES = (100, 300, 1000, 3000, 10000)
VOLUME = "n"  # in the address, as the Costs page reads it
Section = Callable[[Judged], None]
# Under the matrix, one at a time and drawn only when it is chosen; each name has its word in
# texts (decision.section.*). Order: scenarios, risks, insights, plan.
SECTIONS: Mapping[str, Section] = {
    "scenarios": scenario_view.show,
    "risks": risk_view.show,
    "insights": insight_view.show,
    "plan": phase_view.show,
}
# At the end of the page, always drawn. Order: freeze, report.
ENDING: tuple[Section, ...] = (freeze_view.show, report_view.show)


def show(campaign: Campaign) -> None:
    """While its runs go on the page draws itself anew, so that figures come in as they are made."""
    blinding.stop_if_rating(campaign.campaign_id)
    if _is_going_on(campaign):
        parts.fragment(_follow, run_every=REFRESH_S)(campaign)
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
    """The sentence and the cards are on the screen before anything that takes longer is begun."""
    judged = decision_loaders.judged(campaign.campaign_id)
    if judged.found.is_sandbox:
        notices.show_sandbox_note()
    _verdict(campaign, judged)
    if refused := assumptions_form.refusal():
        st.html(refused)
    parts.fragment(_cards)(judged)
    if _has_painted():
        _rest(campaign, judged)
    else:
        parts.fragment(_wait_for_paint, run_every=PAINT_S)()


def _has_painted() -> bool:
    """Only a browser paints, and only on its first page: later ones find all code loaded."""
    is_browser = bool(st.context.headers.get("User-Agent"))
    return not is_browser or st.session_state.get(PAINT) == "done"


def _wait_for_paint() -> None:
    """Charts sent along would keep the cards waiting in the browser; it asks once it has them."""
    if st.session_state.get(PAINT) == "begun":
        st.session_state[PAINT] = "done"
        st.rerun()
    st.session_state[PAINT] = "begun"


def _rest(campaign: Campaign, judged: Judged) -> None:
    below = decision_words.below_cards(judged)
    if below:
        st.html(below)
    st.header(t("decision.chart"))
    _chart(judged)
    st.header(t("decision.matrix"))
    parts.fragment(_matrix)(campaign)
    if SECTIONS:
        st.header(t("decision.sections"))
        parts.fragment(_section)(judged)
    for show_end in ENDING:
        show_end(judged)


def _verdict(campaign: Campaign, judged: Judged) -> None:
    spoken = language.current()
    provisional = judged.decision.provisional_verdict
    aside = None
    if provisional is not None and provisional is not Verdict.NOT_YET:
        aside = t("decision.provisionally", verdict=t(f"verdict.{provisional.value}"))
    names = ", ".join(decision_loaders.label(one.name) for one in judged.candidates)
    st.html(
        cards.verdict_banner(
            judged.decision.verdict,
            decision_words.sentence(judged),
            eyebrow=t("decision.eyebrow", campaign=campaign.name, candidates=names),
            language=spoken,
            provisional=aside,
            step=decision_words.cheapest_step(judged),
            sure=decision_words.how_sure(judged),
        )
    )


def _cards(judged: Judged) -> None:
    candidates = {one.name: one for one in judged.candidates}
    chosen = next(iter(candidates))
    if len(candidates) > 1:
        words = {name: _candidate_label(one) for name, one in candidates.items()}
        picked = st.segmented_control(
            t("decision.candidate"),
            list(candidates),
            default=chosen,
            required=True,
            format_func=words.__getitem__,
            label_visibility="collapsed",
            key=f"decision_candidate_{judged.found.campaign.campaign_id}",
        )
        chosen = picked if picked in candidates else chosen
    found = judged.found
    query = {
        "campaign": found.campaign.campaign_id,
        "condition": found.conditions[chosen].condition_id,
    }
    deck = cards.Deck(
        criteria=found.evidence.criteria,
        language=language.current(),
        runs_query=query,
        turns=decision_words.turns(judged, chosen),
    )
    told = rater_names.decision(candidates[chosen], found.rater_numbers)
    # The choice is not printed, so that the cards say on paper whose they are.
    whose = f'<p class="vg vg-onpaper">{markup.esc(_candidate_label(candidates[chosen]))}</p>'
    st.html(whose + cards.criterion_cards(told, deck))


def _candidate_label(candidate: ConditionDecision) -> str:
    word = t(f"verdict.{candidate.verdict.value}")
    return f"{decision_loaders.label(candidate.name)} · {word}"


def _chart(judged: Judged) -> None:
    # Plotly takes a second to load, and the cards must not wait for it.
    from videogen.ui import quality_cost

    quality_cost.show(judged.case.rows, judged.found.evidence.criteria)


def _matrix(campaign: Campaign) -> None:
    """At the volume of this visitor's assumptions; another one is theirs on every page."""
    judged = decision_loaders.judged(campaign.campaign_id)
    assumed = judged.case.assumptions
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _ask_volume(assumed.n_videos_month)
        st.caption(markup.as_text(matrix_table.note(judged.case.rows)))
    st.html(matrix_table.draw(judged.case))


def _ask_volume(n_videos_month: int) -> None:
    volumes = sorted({*MONTHLY_VOLUMES, n_videos_month})
    key = "decision_volume"
    st.session_state[key] = n_videos_month

    def write() -> None:
        st.query_params[VOLUME] = str(st.session_state[key])

    st.selectbox(
        t("decision.monthly"),
        volumes,
        format_func=formats.count,
        key=key,
        on_change=write,
        width=180,
    )


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
