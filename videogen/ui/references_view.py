"""Reference clips on the System page: which there are, what makes a good set, adding one."""

from collections.abc import Sequence

import streamlit as st

from videogen.domain.clip import ClipCheck
from videogen.domain.rating import PresentationKind
from videogen.domain.run import Origin
from videogen.errors import VideogenError
from videogen.panel.references import LARGEST_MB, LONGEST_S, MAX_TITLE_CHARACTERS
from videogen.ui import formats, language, markup, media, notices, reference_loaders
from videogen.ui.language import t
from videogen.ui.reference_loaders import ShownReference

WANTED = 4  # of each kind: what a session shows at most
GOOD_SCORE = 4  # from here on a doubtful guard is worth a second look
SAID = "references_said"
N_ADDED = "references_n_added"  # a new field after each upload: the old file must not stay in it
ADDABLE = (PresentationKind.GOLD, PresentationKind.TRAINING)
ADVICE = ("gold", "training", "same", "without", "trap")
CARD_WIDTH_PX = 210


def show() -> None:
    st.caption(t("references.intro"))
    _say()
    live = reference_loaders.listed(Origin.LIVE)
    in_use = [one for one in live if one.reference.retired_at is None]
    _state(in_use)
    _cards([one for one in in_use if not one.is_trap])
    traps = [one for one in in_use if one.is_trap]
    _folded("traps", traps)
    _folded("retired", [one for one in live if one.reference.retired_at is not None])
    _folded("sandbox", reference_loaders.listed(Origin.SANDBOX))
    with st.expander(t("references.add"), icon=":material/add:"):
        _advice()
        _ask()


def _say() -> None:
    said = st.session_state.pop(SAID, None)
    if said:
        st.success(markup.as_text(said), icon=":material/check_circle:")


def _state(in_use: Sequence[ShownReference]) -> None:
    n_gold = sum(one.reference.kind is PresentationKind.GOLD for one in in_use)
    n_training = sum(one.reference.kind is PresentationKind.TRAINING for one in in_use)
    if not n_gold and not n_training:
        st.info(t("references.state.none"), icon=":material/info:")
        return
    is_whole = n_gold >= WANTED and n_training >= WANTED
    key = "references.state.whole" if is_whole else "references.state.some"
    said = t(key, n_gold=n_gold, n_training=n_training)
    st.html(f'<p class="vg vg-small">{markup.esc(said)}</p>')


def _folded(name: str, shown: Sequence[ShownReference]) -> None:
    if shown:
        with st.expander(t(f"references.{name}", n=len(shown))):
            _cards(shown)


def _cards(shown: Sequence[ShownReference]) -> None:
    if not shown:
        return
    with st.grid(WANTED, min_column_width=CARD_WIDTH_PX):
        for one in shown:
            with st.container(border=True, gap="small", height="stretch"):
                st.html(_card(one))
                _act(one)


def _card(shown: ShownReference) -> str:
    one = shown.reference
    title = t("trap.title", score=one.expected_score) if shown.is_trap else one.title
    player = media.clip_player(shown.clip, alt=t("references.player", title=title), preload="none")
    probe = shown.clip.probe
    measures = t(
        "references.measures",
        width=probe.width_px,
        height=probe.height_px,
        duration=formats.seconds(probe.clip_duration_s, language.current()),
        who=one.added_by,
    )
    return (
        f'<div class="vg vg-reference">{player}<p><b>{markup.esc(title)}</b></p>'
        f'<p class="vg-chips">{_chips(shown)}</p>'
        f'<p class="vg-small vg-soft">{markup.esc(measures)}</p>{_noted(shown)}</div>'
    )


def _chips(shown: ShownReference) -> str:
    one = shown.reference
    word = t(f"rate.score_{one.expected_score}")
    key = "references.asks_for" if shown.is_trap else "references.expects"
    expected = t(key, score=one.expected_score, word=word)
    chips = markup.chip(t(f"references.kind.{one.kind.value}"), "plain")
    chips += markup.chip(expected, "plain")
    if one.origin is Origin.SANDBOX:
        short = markup.esc(t("sandbox.short"))
        chips += f'<span class="vg-chip vg-sandbox">{markup.icon("sandbox")}{short}</span>'
    return chips


def _noted(shown: ShownReference) -> str:
    """Of a bad clip that is as it should be; of a good one it is worth a look."""
    if not shown.noted:
        return ""
    checks = ", ".join(_check(one) for one in shown.noted)
    said = markup.esc(t("references.noted", checks=checks))
    is_doubtful = shown.reference.expected_score >= GOOD_SCORE
    drawn = markup.icon("warn") if is_doubtful else ""
    return f'<p class="vg-small {"vg-not_yet" if is_doubtful else "vg-soft"}">{drawn} {said}</p>'


def _check(check: ClipCheck) -> str:
    label = t(f"clips.check.{check.name}.label")
    return label if check.value is None else f"{label} ({check.value:.3g})"


def _act(shown: ShownReference) -> None:
    clip_id = shown.reference.clip_id
    is_retired = shown.reference.retired_at is not None
    what = "restore" if is_retired else "retire"
    if not st.button(
        t(f"references.{what}"),
        key=f"reference_{what}_{clip_id}",
        type="tertiary",
        icon=":material/undo:" if is_retired else ":material/archive:",
        help=None if is_retired else t("references.retire_help"),
    ):
        return
    try:
        (reference_loaders.restore if is_retired else reference_loaders.retire)(clip_id)
    except VideogenError as error:
        notices.show_error(error)
        return
    st.rerun()


def _advice() -> None:
    items = "".join(f"<li>{markup.esc(t(f'references.advice.{name}'))}</li>" for name in ADVICE)
    st.html(
        f'<div class="vg vg-advice"><p><b>{markup.esc(t("references.advice_title"))}</b></p>'
        f"<ul>{items}</ul></div>"
    )


def _ask() -> None:
    n_added = st.session_state.get(N_ADDED, 0)
    with st.form("reference", clear_on_submit=False, border=False):
        upload = st.file_uploader(
            t("references.file"),
            type=["mp4", "mov", "m4v"],
            help=t("references.file_help", limit_s=formats.seconds(LONGEST_S, language.current())),
            key=f"reference_file_{n_added}",
            max_upload_size=LARGEST_MB,
        )
        with st.grid(3, min_column_width=200):
            kinds = {one: t(f"references.kind.{one.value}") for one in ADDABLE}
            kind = st.selectbox(
                t("references.kind"),
                ADDABLE,
                format_func=kinds.__getitem__,
                key="reference_kind",
            )
            scores = {one: f"{one} {t(f'rate.score_{one}')}" for one in (5, 4, 3, 2, 1)}
            score = st.selectbox(
                t("references.expected_score"),
                list(scores),
                format_func=scores.__getitem__,
                help=t("references.expected_score_help"),
                key="reference_score",
            )
            title = st.text_input(
                t("references.clip_title"),
                placeholder=t("references.title_example"),
                help=t("references.title_help"),
                max_chars=MAX_TITLE_CHARACTERS,
                key=f"reference_title_{n_added}",
            )
        is_asked = st.form_submit_button(t("references.save"), type="primary")
    if not is_asked:
        return
    if upload is None:
        st.warning(t("references.no_file"), icon=":material/upload_file:")
        return
    try:
        with st.spinner(t("references.checking")):
            added, outcome = reference_loaders.add(
                upload, kind=kind or ADDABLE[0], expected_score=score or 0, title=title
            )
    except VideogenError as error:
        notices.show_error(error)
        return
    st.session_state[SAID] = t(
        f"references.{outcome}",
        title=added.title,
        kind=t(f"references.kind.{added.kind.value}"),
        score=added.expected_score,
    )
    st.session_state[N_ADDED] = n_added + 1
    st.rerun()
