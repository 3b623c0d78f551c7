"""Freezing a decision: what changed since the last one, who decides and why, and all before."""

import time
from collections.abc import Sequence

import streamlit as st

from videogen.bootstrap.decisions import MAX_CHARACTERS
from videogen.domain.access import Permission
from videogen.domain.decision import Verdict
from videogen.domain.event import FrozenDecision
from videogen.errors import VideogenError
from videogen.evidence import Sentence
from videogen.reports.verify import Verification
from videogen.ui import (
    allowed,
    decision_loaders,
    formats,
    freeze_loaders,
    language,
    markup,
    notices,
    parts,
    who,
)
from videogen.ui.decision_loaders import Judged
from videogen.ui.language import t

N_CHANGES = 5
N_SHOWN = 3
HASH_CHARACTERS = 12
SECOND_CLICK_S = 3.0
FROZEN_S = "freeze_done_s"  # of this visit, by the monotonic clock


def show(judged: Judged) -> None:
    st.header(t("freeze.title"))
    parts.fragment(_show)(judged)


def _show(judged: Judged) -> None:
    known = freeze_loaders.frozen_decisions(judged.found.campaign.campaign_id)
    if known:
        _changes(known[0], freeze_loaders.changes(judged))
    if allowed.offers(Permission.DECIDE):
        _ask(judged, n_before=len(known))
    for one in known[:N_SHOWN]:
        _frozen(one)
    if len(known) > N_SHOWN:
        with st.expander(t("freeze.earlier", n=len(known) - N_SHOWN)):
            for one in known[N_SHOWN:]:
                _frozen(one)


def _changes(last: FrozenDecision, sentences: Sequence[Sentence]) -> None:
    spoken = language.current()
    since = t("freeze.since", moment=_moment(last), who=last.who)
    lines = [markup.esc(decision_loaders.said(one, spoken)) for one in sentences]
    first = "".join(f"<li>{line}</li>" for line in lines[:N_CHANGES])
    rest = "".join(f"<li>{line}</li>" for line in lines[N_CHANGES:])
    more = markup.esc(t("freeze.more", n=len(lines) - N_CHANGES))
    folded = f"<details><summary>{more}</summary><ul>{rest}</ul></details>" if rest else ""
    st.html(
        f'<div class="vg vg-changes"><p class="vg-eyebrow">{markup.esc(since)}</p>'
        f"<ul>{first}</ul>{folded}</div>"
    )


def _ask(judged: Judged, *, n_before: int) -> None:
    notes = [] if n_before else [t("freeze.note")]
    notes.append(_how_it_stands(judged))
    st.caption(markup.as_text(" ".join(note for note in notes if note)))
    with (
        st.form("freeze", border=False),
        st.container(horizontal=True, vertical_alignment="bottom", key="freeze_ask"),
    ):
        signed = st.text_input(
            t("freeze.who"),
            value=who.typed(),
            max_chars=who.MAX_CHARACTERS,
            key="freeze_who",
            disabled=who.has_sign_in(),
            width=200,
        )
        why = st.text_input(
            t("freeze.why"),
            placeholder=t("freeze.why_example"),
            max_chars=MAX_CHARACTERS,
            key=f"freeze_why_{n_before}",  # empty again after each freeze
        )
        is_asked = st.form_submit_button(t("freeze.freeze"), icon=":material/lock:")
    if is_asked and not _is_second_click(why):
        _freeze(judged, signed, why)


def _is_second_click(why: str) -> bool:
    """The form is empty again once it is frozen: a double click is no second decision."""
    frozen_s = st.session_state.get(FROZEN_S)
    return not why and frozen_s is not None and time.monotonic() - frozen_s < SECOND_CLICK_S


def _how_it_stands(judged: Judged) -> str:
    """Sandbox and provisional are said before anybody freezes them."""
    parts = [t("freeze.sandbox")] if judged.found.is_sandbox else []
    provisional = judged.decision.provisional_verdict
    if provisional is not None:
        word = t(f"verdict.{provisional.value}")
        parts.append(t("freeze.locked", verdict=word))
    return " ".join(parts)


def _freeze(judged: Judged, signed: str, why: str) -> None:
    try:
        with st.spinner(t("freeze.working")):
            freeze_loaders.freeze(judged.found.campaign.campaign_id, signed=signed, why=why)
    except VideogenError as error:
        notices.show_error(error)
        return
    st.session_state[FROZEN_S] = time.monotonic()
    st.toast(t("freeze.done"), icon=":material/lock:")
    st.rerun()


def _frozen(one: FrozenDecision) -> None:
    with st.container(border=True, gap="small", key=f"frozen_{one.decision_id}"):
        st.html(_line(one))
        with st.container(horizontal=True, gap="small"):
            reader = freeze_loaders.bundle_reader(one)
            if reader is None:
                st.caption(t("freeze.no_file"))
                return
            st.download_button(
                t("freeze.download"),
                reader,
                file_name=f"videogen-decision-{one.decision_id[:8]}.zip",
                mime="application/zip",
                on_click="ignore",
                icon=":material/download:",
                key=f"bundle_{one.decision_id}",
            )
            is_checked = st.button(
                t("freeze.check"), icon=":material/fact_check:", key=f"check_{one.decision_id}"
            )
        if is_checked:
            _check(one)


def _line(one: FrozenDecision) -> str:
    chip = markup.chip(t(f"verdict.{one.verdict}"), one.verdict, icon_name=one.verdict)
    facts = [_moment(one), one.who]
    if one.provisional_verdict not in (None, Verdict.NOT_YET.value):
        verdict = t(f"verdict.{one.provisional_verdict}")
        facts.append(t("freeze.provisionally", verdict=verdict))
    if one.criteria_version is not None:
        facts.append(t("freeze.thresholds", version=one.criteria_version))
    small = markup.esc(" · ".join(facts))
    kept = _hash(one.bundle_sha256) if one.bundle_sha256 else ""
    return (
        f'<div class="vg"><p>{chip} <b>{markup.esc(one.why)}</b></p>'
        f'<p class="vg-small vg-soft">{small}{kept}</p></div>'
    )


def _hash(sha256: str) -> str:
    """Its beginning; the whole of it when it is pointed at."""
    short = markup.esc(f"sha256 {sha256[:HASH_CHARACTERS]}…")
    return f' · <code title="{markup.esc(sha256)}">{short}</code>'


def _check(one: FrozenDecision) -> None:
    try:
        with st.spinner(t("freeze.checking")):
            found, is_the_file = freeze_loaders.check(one)
    except VideogenError as error:
        notices.show_error(error)
        return
    if not is_the_file:
        st.error(t("freeze.other_file"), icon=":material/error:")
    elif found.is_ok:
        st.success(t("freeze.same", n=found.n_figures), icon=":material/check:")
    if not found.is_ok:
        st.error(_differences(found), icon=":material/error:")


def _differences(found: Verification) -> str:
    names = ", ".join(one.name for one in found.differ[:N_CHANGES])
    said = t("freeze.differs", n=len(found.differ), names=names)
    return markup.as_text(said)


def _moment(one: FrozenDecision) -> str:
    return formats.moment(one.frozen_at, language.current(), language.zone())
