"""The clip in hand, and the clips and strips that a visitor made before."""

from collections.abc import Sequence

import streamlit as st

from videogen.domain.run import Run
from videogen.ui import (
    blinding,
    create_state,
    feedback_view,
    inputs_view,
    links,
    live,
    markup,
    media,
    notices,
    plan_loaders,
    run_facts,
    run_loaders,
    strip_loaders,
)
from videogen.ui.language import t
from videogen.ui.run_loaders import RunDetail, RunRow

CONTINUE, AGAIN = "continue", "again"
ICONS = {CONTINUE: ":material/last_page:", AGAIN: ":material/tune:"}
N_RECENT = 6
N_IN_GROUP = 4  # pictures that stand for a strip


def show(run_id: str) -> None:
    """The run in hand: its way, then its clip."""
    detail = run_loaders.detail(run_id)
    if detail is None or blinding.is_rating(detail.run.campaign_id):
        return
    st.subheader(t("create.result"))
    if not detail.run.status.is_final:
        live.follow(run_id)
        live.cancel_button(detail.run)
        return
    _ended(detail)


def show_recent() -> None:
    st.subheader(t("create.recent"))
    groups = strip_loaders.recent(N_RECENT)
    if not groups:
        st.caption(t("create.recent_empty"))
        return
    st.html(f'<div class="vg vg-grid">{"".join(_figure(group) for group in groups)}</div>')


def offer_more(detail: RunDetail) -> None:
    """What may come after a clip: the next one from its last picture, or the same with a change."""
    if not links.is_open("create"):
        return
    run = detail.run
    for name in _ways_on(run):
        st.button(
            t(f"create.{name}"),
            icon=ICONS[name],
            help=t(f"create.{name}_help"),
            on_click=_go_on,
            args=(name, run, detail.prompt.text),
            key=f"{name}_{run.run_id}",
        )


def offer_menu(detail: RunDetail) -> None:
    """The same where several clips stand side by side, each drawn without the form."""
    run = detail.run
    key = f"more_{run.run_id}"
    words = {name: f"{ICONS[name]} {t(f'create.{name}')}" for name in _ways_on(run)}
    chosen = st.menu_button(
        t("strip.more"),
        list(words),
        format_func=words.__getitem__,
        type="tertiary",
        icon=":material/more_horiz:",
        on_click=lambda: _go_on(st.session_state[key], run, detail.prompt.text),
        key=key,
    )
    if chosen:
        st.rerun()


def _ways_on(run: Run) -> list[str]:
    can_continue = run.clip_id is not None and plan_loaders.has_image_maker()
    return [CONTINUE, AGAIN] if can_continue else [AGAIN]


def _go_on(name: str, run: Run, prompt_text: str) -> None:
    if name == CONTINUE:
        create_state.continue_from(str(run.clip_id), prompt_text)
    else:
        create_state.refill(run, prompt_text)


def _ended(detail: RunDetail) -> None:
    run = detail.run
    chips = f"{run_facts.status_chip(run)} {run_facts.origin_chip(run)}"
    player = "" if detail.clip is None else media.clip_player(detail.clip, alt=detail.prompt.text)
    st.html(
        f'<div class="vg vg-result"><p>{chips}</p>{player}'
        f'<p class="vg-small">{markup.esc(_caption(detail))}</p>'
        f"{inputs_view.used(run.inputs)}</div>"
    )
    feedback_view.show(detail)
    _failure(detail)
    st.html(run_facts.measurements(detail))
    with st.container(horizontal=True):
        offer_more(detail)
    st.html(
        f'<p class="vg vg-small">{links.link("runs", t("create.open_run"), run=run.run_id)}</p>'
    )


def _failure(detail: RunDetail) -> None:
    if detail.run.failure_class is None:
        return
    code = detail.run.failure_class.value
    st.error(
        markup.as_text(notices.failure_sentence(code, "hint", detail.last_attempt)),
        title=t(f"failure.{code}"),
        icon=":material/error:",
    )


def _figure(group: Sequence[RunRow]) -> str:
    """One clip, or a strip as one."""
    first = group[0]
    label = run_facts.maker_label(first.condition, first.run)
    if first.run.strip_id is None:
        address = f"/create?run={markup.esc(first.run.run_id)}"
        picture = media.thumbnail(first.run.clip_id, alt=first.prompt.text)
    else:
        address = f"/create?strip={markup.esc(first.run.strip_id)}"
        label = t("strip.of", n=len(group), condition=label)
        pictures = [media.thumbnail(row.run.clip_id, alt="") for row in group[:N_IN_GROUP]]
        alt = markup.esc(first.prompt.text)
        picture = (
            f'<span class="vg-strip-thumb" role="img" aria-label="{alt}">{"".join(pictures)}</span>'
        )
    return (
        f'<figure><a href="{address}" target="_self">{picture}</a>'
        f"<figcaption>{markup.esc(label)}"
        f' <span class="vg-soft">{markup.esc(first.prompt.text[:60])}</span></figcaption></figure>'
    )


def _caption(detail: RunDetail) -> str:
    return f"{run_facts.maker_label(detail.condition, detail.run)} · {detail.prompt.text}"
