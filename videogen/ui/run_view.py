"""One run's page: what came out, what it took, how it went, and what can be done now."""

from decimal import Decimal

import streamlit as st

from videogen.domain.access import Permission
from videogen.domain.clip import Clip
from videogen.domain.condition import Location
from videogen.domain.event import Event
from videogen.domain.run import Attempt, Run, RunStatus
from videogen.errors import VideogenError
from videogen.runs.uncertain import Resolution
from videogen.ui import (
    attempt_facts,
    blinding,
    feedback_view,
    formats,
    inputs_view,
    language,
    links,
    live,
    loaders,
    markup,
    media,
    notices,
    resolution,
    run_facts,
    run_loaders,
    trace_chart,
    who,
)
from videogen.ui.language import t
from videogen.ui.run_loaders import RunDetail


def show(run_id: str) -> None:
    st.html(f'<p class="vg vg-small">← {links.link("runs", t("run.back"))}</p>')
    detail = run_loaders.detail(run_id)
    if detail is None:
        st.warning(t("run.not_found"))
        return
    blinding.stop_if_rating(detail.run.campaign_id)
    _head(detail)
    if not detail.run.status.is_final:
        live.follow(run_id)
    left, right = st.columns([3, 2], gap="medium")
    with left:
        _failure(detail)
        _clip(detail)
        feedback_view.show(detail)
    with right:
        st.html(run_facts.how_made(detail) + run_facts.measurements(detail))
        st.html(run_facts.circumstances(detail))
        _actions(detail)
    _memory(detail)
    if detail.clip is not None:
        _checks(detail.clip)
    _attempts(detail)
    _events(detail.events)


def _head(detail: RunDetail) -> None:
    run = detail.run
    chips = " ".join(
        (run_facts.status_chip(run), run_facts.degraded_chip(run), run_facts.origin_chip(run))
    )
    again = ""
    if run.requeued_from:
        again = f" · {links.link('runs', t('run.requeued_from'), run=run.requeued_from)}"
    if run.campaign_id:
        again += f" · {_compare_link(run)}"
    if run.strip_id:
        again += f" · {links.link('create', t('strip.link'), strip=run.strip_id)}"
    gloss = detail.prompt.gloss_th if language.current() == "th" else None
    under = f'<p class="vg-small vg-soft">{markup.esc(gloss)}</p>' if gloss else ""
    st.html(
        f'<div class="vg"><p>{chips}<span class="vg-small vg-soft">{again}</span></p>'
        f'<p class="vg-prompt">{markup.esc(detail.prompt.text)}</p>{under}'
        f"{inputs_view.used(run.inputs)}</div>"
    )


def _compare_link(run: Run) -> str:
    return links.link(
        "compare",
        t("compare.from_run"),
        campaign=run.campaign_id,
        prompt=run.prompt_id,
        seed=run.seed,
    )


def _clip(detail: RunDetail) -> None:
    if detail.clip is None:
        if detail.run.status.is_final and detail.run.failure_class is None:
            st.html(f'<div class="vg vg-noclip">{markup.esc(t("run.no_clip"))}</div>')
        return
    st.html(media.clip_player(detail.clip, alt=detail.prompt.text))


def _actions(detail: RunDetail) -> None:
    run = detail.run
    if not run.status.is_final:
        live.cancel_button(run)
        return
    if who.may(Permission.OPERATE):
        _offer_to_settle(detail)
    if run.status is not RunStatus.UNCERTAIN and who.may_act_on_run(run.owner):
        _offer_requeue(run)


def _offer_to_settle(detail: RunDetail) -> None:
    run = detail.run
    if run.status is RunStatus.UNCERTAIN:
        resolution.ask(run)
        return
    if run_loaders.held_usd(run.run_id) is not None:
        resolution.ask(run)  # it ended, and what of it was billed is not known
    if detail.can_fetch_again:
        resolution.offer_fetch(run)


def _offer_requeue(run: Run) -> None:
    if not st.button(
        t("run.requeue"), icon=":material/replay:", help=t("run.requeue_note"), key="requeue"
    ):
        return
    try:
        st.query_params["run"] = run_loaders.requeue(run.run_id).run_id
    except VideogenError as error:
        notices.show_error(error)
    else:
        st.rerun()


def _failure(detail: RunDetail) -> None:
    """What happened and what to do, then the back end's own words."""
    run, attempt = detail.run, detail.last_attempt
    if run.failure_class is None:
        return
    settled = run_loaders.settlement(detail)
    if settled is not None:
        st.info(markup.as_text(settlement_sentence(settled)), icon=":material/fact_check:")
        return
    code = run.failure_class.value
    happened = notices.failure_sentence(code, "message", attempt)
    hint = notices.failure_sentence(code, "hint", attempt)
    st.error(
        f"{markup.as_text(happened)}\n\n{markup.as_text(hint)}",
        title=t(f"failure.{code}"),
        icon=":material/error:",
    )
    words = run.failure_detail or (attempt.failure_detail if attempt else None)
    if words and words not in happened:
        with st.expander(t("run.detail")):
            st.code(words, language=None, wrap_lines=True)


def settlement_sentence(settled: Event) -> str:
    """Who found out what; the vendor's console need not be looked at again."""
    who, why = settled.data.get("who"), settled.data.get("why")
    if settled.data.get("how") == Resolution.NOT_MADE:
        return t("run.settled_not_made", who=who, why=why)
    billed_usd = Decimal(settled.data["billed_usd"])
    return t("run.settled_billed", who=who, why=why, cost=formats.usd(billed_usd))


def _memory(detail: RunDetail) -> None:
    attempt = detail.last_attempt
    if attempt is None or detail.condition.location is Location.CLOUD:
        return
    st.subheader(t("run.vram"))
    if attempt.ordinal > 1:  # the figures above are of all attempts
        key = "run.attempt_smaller" if attempt.degraded else "run.attempt_one"
        st.caption(t(key, ordinal=attempt.ordinal))
    trace = detail.trace
    if trace is None or not trace.samples:
        known = trace.reason if trace is not None else attempt.vram_reason
        st.caption(notices.memory_reason(known))
        return
    trace_chart.show(trace, limit_mib=loaders.criteria().peak_vram_mib_max)


def _checks(clip: Clip) -> None:
    with st.expander(t("run.checks")):
        rows = [
            (
                markup.esc(language.t_or(f"clips.check.{check.name}.label", check.name)),
                markup.chip(t(f"check_verdict.{check.verdict.value}"), check.verdict.value),
                _plain(check.value),
                _plain(check.limit),
            )
            for check in clip.checks
        ]
        heads = [t("run.check"), "", t("run.check_value"), t("run.check_limit")]
        st.html(markup.table(heads, rows, numeric=(2, 3)))


def _attempts(detail: RunDetail) -> None:
    for attempt in detail.attempts:
        title = t("run.attempt", ordinal=attempt.ordinal, backend=attempt.backend)
        with st.expander(markup.as_text(f"{title} · {t(f'stage.{attempt.state.value}')}")):
            st.html(_timeline(attempt))
            if attempt.phases:
                st.html(_phases(attempt))
            before = detail.attempts[attempt.ordinal - 2] if attempt.degraded else None
            if before is not None:
                st.html(attempt_facts.made_smaller(attempt, before))
            circumstances = attempt_facts.circumstances(attempt)
            if circumstances:
                st.html(circumstances)


def _timeline(attempt: Attempt) -> str:
    moments = [
        (attempt.intended_at, t("stage.intended")),
        (attempt.submitted_at, t("stage.submitted")),
        (attempt.ended_at, t(f"stage.{attempt.state.value}")),
    ]
    zone = language.zone()
    steps = "".join(
        f"<li><time>{formats.clock(at, zone)}</time><span>{markup.esc(word)}</span></li>"
        for at, word in moments
        if at is not None
    )
    return f'<ol class="vg vg-steps">{steps}</ol>'


def _phases(attempt: Attempt) -> str:
    spoken = language.current()
    return markup.facts(
        [
            (language.t_or(f"phase.{name}", name), formats.seconds(value_s, spoken), None)
            for name, value_s in attempt.phases.items()
        ]
    )


def _events(events: tuple[Event, ...]) -> None:
    with st.expander(t("run.events")):
        st.caption(t("run.events_help"))
        zone = language.zone()
        steps = "".join(
            f"<li><time>{formats.clock(event.at, zone)}</time>"
            f"<span>{markup.esc(language.t_or(f'event.{event.kind}', event.kind))}"
            f"{_event_facts(event)}</span></li>"
            for event in events
        )
        st.html(f'<ol class="vg vg-steps">{steps}</ol>')


def _event_facts(event: Event) -> str:
    known = {
        name: value
        for name, value in event.data.items()
        if value is not None and not name.endswith("_id")
    }
    if not known:
        return ""
    said = ", ".join(
        f"{language.t_or(f'fact.{name}', name)}: {_in_words(name, value)}"
        for name, value in known.items()
    )
    return f' <span class="vg-soft vg-small">{markup.esc(said)}</span>'


def _in_words(name: str, value: object) -> str:
    if name == "failure_class":
        return language.t_or(f"failure.{value}", str(value))
    if name == "how":
        return language.t_or(f"resolve.{value}", str(value))
    if name == "routed_to":
        return loaders.condition_labels().get(str(value), str(value))
    return formats.usd(Decimal(str(value))) if name.endswith("_usd") else str(value)


def _plain(value: float | None) -> str:
    return formats.UNKNOWN if value is None else f"{value:.3g}"
