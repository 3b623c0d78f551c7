"""Before the player: who rates which campaign, how to rate, and how it is being watched."""

import json
from collections.abc import Mapping, Sequence
from functools import partial

import streamlit as st

from videogen.domain.campaign import Campaign
from videogen.domain.rating import PanelSession
from videogen.errors import VideogenError
from videogen.panel.sessions import VIEWING_ANSWERS
from videogen.ui import loaders, markup, notices, rate_loaders, remembered, who
from videogen.ui.language import t

# In the address too, so that a reload goes on where it was.
KEY = "session"
NAME = "rate_name"
VIEWING = "viewing"  # the cookie of the last answers
USUAL = {
    "device": "laptop",
    "brightness": "full",
    "glasses": "none",
    "room": "bright",
    "distance": "arm",
}


def open_session() -> PanelSession | None:
    """The session of this page's address, else the one this visitor began before."""
    session_id = st.query_params.get(KEY) or st.session_state.get(KEY)
    session = rate_loaders.session(session_id) if session_id else None
    remember(session)
    return session


def ask(campaigns: Sequence[Campaign]) -> None:
    """A name and a campaign; a name that left a session open goes on with it."""
    st.title(t("rate.title"))
    instruction, questions = st.columns([5, 6], gap="large")
    with questions:
        campaign = campaigns[0]
        if len(campaigns) > 1:
            campaign = st.selectbox(t("rate.campaign"), campaigns, format_func=lambda c: c.name)
        _questions(campaign)
    with instruction:
        _instruct(campaign)


def begin(
    campaign_id: str,
    name: str,
    *,
    asks_details: bool,
    viewing_answers: Mapping[str, str],
) -> None:
    """Open the session and draw the page anew; what stands against it is said here."""
    bar = st.progress(0.0, text=t("rate.preparing"))

    def show_progress(n_done: int, n_all: int) -> None:
        bar.progress(n_done / max(n_all, 1), text=t("rate.preparing"))

    try:
        session = rate_loaders.begin(
            campaign_id,
            name,
            show_progress,
            asks_details=asks_details,
            viewing_answers=viewing_answers,
        )
    except VideogenError as error:
        bar.empty()
        notices.show_error(error)
        return
    remember(session)
    st.rerun()


def remember(session: PanelSession | None) -> None:
    if session is None:
        st.session_state.pop(KEY, None)
        st.query_params.pop(KEY, None)
        return
    st.session_state[KEY] = session.session_id
    if st.query_params.get(KEY) != session.session_id:
        st.query_params[KEY] = session.session_id


def leave_button(label: str, **look: str) -> None:
    st.button(label, on_click=remember, args=(None,), **look)  # type: ignore[arg-type]


def show_who(session: PanelSession) -> None:
    """Under the player, out of the way of the clip."""
    campaign, rater = rate_loaders.names(session)
    with st.container(horizontal=True, vertical_alignment="center"):
        said = markup.as_text(t("rate.who", name=rater, campaign=campaign))
        st.caption(said, width="stretch")
        leave_button(t("rate.leave"), type="tertiary")
    if loaders.is_sandbox(session.campaign_id):
        notices.show_sandbox_note("rate.sandbox")
    remembered.keep(VIEWING, json.dumps(dict(session.viewing_answers)))


def _instruct(campaign: Campaign) -> None:
    """In plain words what ITU-T P.910 has raters told."""
    said = _what_awaits(rate_loaders.waiting(campaign, who.name()))
    rules = "".join(
        f"<li>{markup.esc(t(f'rate.rule_{name}'))}</li>" for name in ("overall", "scale", "end")
    )
    keys = markup.esc(t("rate.rule_keys"))
    st.html(
        f'<div class="vg vg-rules"><p class="vg-lead">{markup.esc(t("rate.intro"))}</p>'
        f'<div class="vg-above"><b>{markup.esc(said)}</b></div>'
        f'<ul class="vg-above">{rules}</ul>'
        f'<div class="vg-above vg-soft vg-small">{keys}</div></div>'
    )


def _what_awaits(left: rate_loaders.Waiting) -> str:
    if not left.n_clips:
        return t("rate.waiting_none")
    key = "rate.waiting_long" if left.n_sessions > 1 else "rate.waiting"
    return t(key, n_left=left.n_clips, minutes=left.minutes, n_sessions=left.n_sessions)


def _questions(campaign: Campaign) -> None:
    with st.form("rate_entry"):
        name = who.name() if who.has_sign_in() else _ask_name()
        answers = _ask_viewing()
        asks_details = st.toggle(t("rate.asks_details"), help=t("rate.asks_details_help"))
        wanted = st.form_submit_button(
            t("rate.start"), type="primary", icon=":material/play_arrow:", on_click=_become
        )
    if wanted:
        begin(campaign.campaign_id, name, asks_details=asks_details, viewing_answers=answers)


def _ask_name() -> str:
    return st.text_input(
        t("rate.name"),
        value=who.typed(),
        max_chars=who.MAX_CHARACTERS,
        help=t("rate.name_help"),
        autocomplete="name",
        key=NAME,
    )


def _become() -> None:
    """Results wait for whoever rates, so the page must know who that is."""
    who.become(str(st.session_state.get(NAME, "")))


def _ask_viewing() -> dict[str, str]:
    """The answers of last time stand, folded: who watches as before need not touch them."""
    before = _answers_before()
    usual = _usual_answers() | before
    with st.expander(t("rate.viewing"), expanded=not before):
        return {question: _ask_one(question, usual[question]) for question in VIEWING_ANSWERS}


def _ask_one(question: str, usual: str) -> str:
    chosen = st.segmented_control(
        t(f"rate.viewing_{question}"),
        VIEWING_ANSWERS[question],
        default=usual,
        format_func=partial(_answer, question),
        required=True,
        key=f"rate_viewing_{question}",
    )
    return str(chosen)


def _answer(question: str, answer: str) -> str:
    return t(f"rate.viewing_{question}_{answer}")


def _usual_answers() -> dict[str, str]:
    agent = st.context.headers.get("User-Agent", "")
    return USUAL | ({"device": "phone", "distance": "near"} if "Mobi" in agent else {})


def _answers_before() -> dict[str, str]:
    """What this browser's last session began with; a cookie may hold anything."""
    try:
        known = json.loads(remembered.value(VIEWING) or "{}")
    except ValueError:
        return {}
    if not isinstance(known, dict):
        return {}
    return {
        question: known[question]
        for question, offered in VIEWING_ANSWERS.items()
        if known.get(question) in offered
    }
