"""A run that has not ended: where it is, and letting go of it."""

import streamlit as st

from videogen.domain.condition import Location
from videogen.domain.run import Origin, Run
from videogen.runs.eta import QueueEta
from videogen.ui import formats, language, loaders, markup, parts, run_loaders, who
from videogen.ui.language import t

REFRESH_S = 1


@parts.fragment(run_every=REFRESH_S)
def follow(run_id: str) -> None:
    """State, bar and elapsed time; the whole page is drawn anew when the run has ended."""
    run = run_loaders.get(run_id)
    if run.status.is_final:
        st.rerun()
    st.html(picture(run))


def cancel_button(run: Run) -> None:
    if run.cancel_requested:
        st.caption(t("create.cancelling"))
    elif who.may_act_on_run(run.owner) and st.button(
        t("create.cancel"), icon=":material/close:", key=f"cancel_{run.run_id}"
    ):
        run_loaders.cancel(run.run_id)
        st.rerun()


def picture(run: Run) -> str:
    """Where it stands now."""
    spoken = language.current()
    standing = run_loaders.live_progress(run.run_id)
    if standing is None:
        eta = run_loaders.queue_eta(run.run_id)
        if eta is None:
            return _block(t(f"status.{run.status.value}"), None, None)
        return _block(
            t("create.position", position=eta.position),
            None,
            _stopped(run) or _waiting(eta, is_sandbox=run.origin is Origin.SANDBOX),
        )
    word = t(f"stage.{standing.state.value}")
    if standing.stage:
        word = f"{word} · {language.t_or(f'node.{standing.stage}', standing.stage)}"
    elapsed = t("create.elapsed", elapsed=formats.seconds(standing.elapsed_s, spoken))
    return _block(word, standing.progress, elapsed)


def _stopped(run: Run) -> str | None:
    """Why a paid run waits that would otherwise be taken."""
    stop = loaders.paid_calls_stop()
    condition = loaders.conditions().get(run.making_condition_id)
    is_paid = condition is not None and condition.location is Location.CLOUD
    if stop is None or not is_paid or run.origin is Origin.SANDBOX:
        return None
    return t("money.waits", stopped=t("money.stopped", who=stop.who, why=stop.why))


def _waiting(eta: QueueEta, *, is_sandbox: bool) -> str | None:
    """When it starts and ends as things stand; nothing where a sandbox draws as quick as it can."""
    if eta.starts_in is None:
        return None if is_sandbox else t("create.start_unknown")
    spoken = language.current()
    said = t(
        "create.starts_in",
        time=formats.seconds_range(eta.starts_in.low_s, eta.starts_in.high_s, spoken),
    )
    if eta.ends_in is None:
        return said
    ends = formats.seconds_range(eta.ends_in.low_s, eta.ends_in.high_s, spoken)
    return f"{said} · {t('create.ends_in', time=ends)}"


def _block(word: str, share: float | None, elapsed: str | None) -> str:
    shown = formats.percent(share) if share is not None else ""
    return (
        f'<div class="vg vg-live" aria-live="polite"><p><b>{markup.esc(word)}</b>'
        f"<span>{markup.esc(shown)}</span></p>{markup.progress(share, word)}"
        f'<p class="vg-small vg-soft">{markup.esc(elapsed or "")}</p></div>'
    )
