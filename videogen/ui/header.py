"""On every page: back-end lights, queue, spend against the cap, who am I, language."""

from decimal import Decimal

import streamlit as st

from videogen.domain.generation import BackendLight, BackendStatus
from videogen.domain.money import PaidCallsSwitch
from videogen.domain.run import Origin
from videogen.store import SpendLimit
from videogen.ui import (
    formats,
    hold_words,
    language,
    links,
    loaders,
    markup,
    money_loaders,
    parts,
    who,
)
from videogen.ui.language import t

REFRESH_S = 4


def show() -> None:
    with st.container(
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
        key="vg_header",
    ):
        with st.container(width="stretch"):
            if _sees_the_house():
                _strip()
        with st.container(
            horizontal=True,
            width="content",
            vertical_alignment="center",
            gap="small",
            key="vg_controls",
        ):
            who.show()
            language.switch()
    with st.container(key="vg_quiet"):
        who.remember()
        language.remember()


def _sees_the_house() -> bool:
    """Whoever only rates is shown no back end, queue or money: they could tell a condition."""
    return links.is_open("runs") or links.is_open("campaigns")


@parts.fragment(run_every=REFRESH_S)
def _strip() -> None:
    state = loaders.header_state()
    parts = [_light(status) for status in state.statuses]
    if not parts:
        parts = [links.link("system", t("header.no_backends"))]
    parts.append(
        links.link("runs", t("header.queue", n_queued=state.n_queued, n_running=state.n_running))
    )
    if money_loaders.may_see():
        parts.append(_money())
    stop = loaders.paid_calls_stop()
    if stop is not None:
        parts.append(_stopped(stop))
    if any(status.origin is Origin.SANDBOX for status in state.statuses):
        word = markup.esc(t("sandbox.short"))
        said = markup.esc(t("sandbox.marker"))
        parts.append(
            f'<span class="vg-chip vg-sandbox" title="{said}">{markup.icon("sandbox")}{word}</span>'
        )
    st.html(f'<div class="vg vg-strip">{"".join(parts)}</div>')


def _money() -> str:
    """Gone, held and left this month; on a phone what is left alone. A sign where it runs short."""
    limits = money_loaders.own_limits()
    whole = limits[0]
    used = t("header.used", spent=formats.usd(whole.spent_usd), held=formats.usd(whole.held_usd))
    left = t("header.left", left=_left(whole))
    own = [one for one in limits[1:] if (one.left_usd or 0) < (whole.left_usd or 0)]
    if own:
        left += f" · {t('header.left_own', left=_left(own[0]))}"
    title = t("header.money_help", cap=formats.usd(whole.cap_usd))
    sign, tone = "", ""
    warned = [one for one in limits if one.is_warned]
    if warned:
        share = max(one.share or 0.0 for one in warned)
        sign = f"{markup.icon('warn')}<b>{formats.percent(share)}</b> "
        title, tone = f"{t('header.warned')} {title}", " vg-not_yet"
    inside = (
        f'{sign}<span><span class="vg-wide">{markup.esc(used)} · </span>{markup.esc(left)}</span>'
    )
    said = f'class="vg-light{tone}" title="{markup.esc(title)}"'
    if not links.is_open("system"):
        return f"<span {said}>{inside}</span>"
    return f'<a {said} href="/system?tab=money" target="_self">{inside}</a>'


def _left(limit: SpendLimit) -> str:
    return formats.usd(max(limit.left_usd or Decimal(0), Decimal(0)))


def _stopped(stop: PaidCallsSwitch) -> str:
    said = markup.esc(t("money.stopped", who=stop.who, why=stop.why))
    word = links.link("system", t("header.stopped"), tab="money")
    return f'<span class="vg-chip vg-chip-wait" title="{said}">{markup.icon("warn")}{word}</span>'


def _light(status: BackendStatus) -> str:
    """A dot whose shape says as much as its colour, the name, and why when it is not up."""
    hold = loaders.holds().get(status.name)
    shown, title, dot = hold_words.state(status, hold), "", status.light.value
    if hold is not None and hold_words.is_shown(status, hold):
        title, dot = hold_words.sentence(hold), "held"
    name = loaders.backend_label(status)
    label = "" if dot == BackendLight.UP.value else f" {markup.esc(shown)}"
    inside = f'<i class="vg-dot vg-dot-{dot}"></i><span><b>{markup.esc(name)}</b>{label}</span>'
    said = f'class="vg-light" title="{markup.esc(title or shown)}"'
    if not links.is_open("system"):
        return f"<span {said}>{inside}</span>"
    return f'<a {said} href="/system" target="_self">{inside}</a>'
