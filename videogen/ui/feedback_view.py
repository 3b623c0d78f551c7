"""Thumbs and "would use" under a maker's own clip: one click each, saved at once."""

from collections.abc import Callable, Mapping

import streamlit as st

from videogen.domain.access import Permission
from videogen.domain.feedback import ClipFeedback, Thumb
from videogen.errors import VideogenError
from videogen.panel import feedback
from videogen.ui import loaders, markup, notices, who
from videogen.ui.language import t
from videogen.ui.run_loaders import RunDetail

YES, NO = "yes", "no"
WOULD_USE: Mapping[bool, str] = {True: YES, False: NO}


def show(detail: RunDetail, *, is_brief: bool = False) -> None:
    """Brief where several stand side by side: what it is for is said once, elsewhere.

    Nothing for a campaign's clip: its panel rates it blind, and nobody else has a say.
    """
    is_open = detail.clip is not None and detail.run.campaign_id is None
    if detail.clip is None or not is_open or not who.may(Permission.GENERATE):
        return
    clip_id, person = detail.clip.clip_id, who.name()
    said = feedback.own_feedback(loaders.application().database, clip_id, person)
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"feedback_{clip_id}"):
        _ask(
            t("feedback.thumb"),
            {
                Thumb.UP.value: f":material/thumb_up: {t('feedback.up')}",
                Thumb.DOWN.value: f":material/thumb_down: {t('feedback.down')}",
            },
            key=f"thumb_{clip_id}_{person}",
            default=said.thumb.value if said is not None and said.thumb is not None else None,
            keep=lambda word: _keep_thumb(clip_id, word),
        )
        _ask(
            t("feedback.would_use"),
            {YES: t("feedback.yes"), NO: t("feedback.no")},
            key=f"would_use_{clip_id}_{person}",
            default=_word_of(said),
            keep=lambda word: _keep_would_use(clip_id, word),
        )
    if not is_brief:
        st.caption(markup.as_text(_standing(said, person)))


def _ask(
    label: str,
    words: Mapping[str, str],
    *,
    key: str,
    default: str | None,
    keep: Callable[[str | None], None],
) -> None:
    """A second click on the same word takes it back."""

    def on_click() -> None:
        try:
            keep(st.session_state[key])
        except VideogenError as error:
            notices.show_error(error)

    st.segmented_control(
        label,
        list(words),
        default=default if key not in st.session_state else None,
        format_func=words.__getitem__,
        key=key,
        on_change=on_click,
    )


def _keep_thumb(clip_id: str, word: str | None) -> None:
    person = who.acting(Permission.GENERATE)
    thumb = None if word is None else Thumb(word)
    feedback.say_thumb(loaders.application().database, clip_id, person, thumb, loaders.now())


def _keep_would_use(clip_id: str, word: str | None) -> None:
    person = who.acting(Permission.GENERATE)
    would_use = None if word is None else word == YES
    feedback.say_would_use(
        loaders.application().database, clip_id, person, would_use, loaders.now()
    )


def _word_of(said: ClipFeedback | None) -> str | None:
    return None if said is None or said.would_use is None else WOULD_USE[said.would_use]


def _standing(said: ClipFeedback | None, person: str) -> str:
    """Under whose name it is kept; before that, what it is for."""
    if said is None or (said.thumb is None and said.would_use is None):
        return t("feedback.note")
    return t("feedback.saved", who=person)
