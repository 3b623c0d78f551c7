"""System's money: the month against its caps, who may set them, and the stop of all paid calls."""

import math
from collections.abc import Mapping
from decimal import Decimal

import streamlit as st

from videogen.domain.condition import CLOUD
from videogen.domain.event import Event
from videogen.domain.money import CapScope, PaidCallsSwitch
from videogen.errors import InvalidInputError, VideogenError
from videogen.runs.caps import MAX_WHY_CHARACTERS
from videogen.store import MonthMoney, SpendLimit
from videogen.ui import formats, language, loaders, markup, money_loaders, notices
from videogen.ui.language import t

STYLE = """<style>
.vg-meter { display: flex; height: .5rem; border-radius: .25rem; overflow: hidden;
  background: var(--vg-line); min-width: 6rem; }
.vg-meter i { display: block; height: 100%; background: var(--vg-accent); }
.vg-meter i + i { background: repeating-linear-gradient(135deg, var(--vg-accent) 0 2px,
  transparent 2px 5px); }
.vg-meter-warned i { background: var(--vg-wait); }
.vg-meter-warned i + i { background: repeating-linear-gradient(135deg, var(--vg-wait) 0 2px,
  transparent 2px 5px); }
.vg-month { margin: 0 0 1.25rem; max-width: 44rem; }
.vg-month .vg-meter { height: .75rem; border-radius: .375rem; margin: .5rem 0; }
.vg-month-left { font-size: 1.375rem; font-weight: 620; margin: 0; }
.vg-month p { margin: 0; }
.vg-table .vg-meter { margin-top: .25rem; max-width: 14rem; }
</style>"""
EACH = ""  # of each one without a cap of their own
HEADS = ("left", "spent", "held", "cap")


def show() -> None:
    st.html(STYLE)
    money = money_loaders.month()
    stop = loaders.paid_calls_stop()
    st.header(t("money.title", month=money.month))
    if stop is not None:
        _show_stop(stop)
    st.html(_whole(money.whole()))
    _show_each(money, CapScope.PROVIDER, {kind.value: _kind_word(kind) for kind in CLOUD})
    _show_each(money, CapScope.PERSON, {})
    with st.container(horizontal=True, key="money_acts"):
        _offer_changes(stop)
    _show_log()


def _whole(limit: SpendLimit) -> str:
    left = t("money.left_of", left=formats.usd(_shown_left(limit)), cap=formats.usd(limit.cap_usd))
    warned = _warned(limit)
    return (
        f'<div class="vg vg-month"><p class="vg-month-left">{markup.esc(left)} {warned}</p>'
        f"{_meter(limit)}"
        f"<p>{markup.esc(_used(limit))}</p>"
        f'<p class="vg-small vg-soft">{markup.esc(_set_by(limit))}</p></div>'
    )


def _used(limit: SpendLimit) -> str:
    return t("money.used", spent=formats.usd(limit.spent_usd), held=formats.usd(limit.held_usd))


def _shown_left(limit: SpendLimit) -> Decimal | None:
    return None if limit.left_usd is None else max(limit.left_usd, Decimal(0))


def _warned(limit: SpendLimit) -> str:
    if not limit.is_warned:
        return ""
    is_used_up = (limit.left_usd or 0) <= 0
    word = t("money.used_up") if is_used_up else t("money.share", share=_percent(limit.share))
    return markup.chip(word, "uncertain", icon_name="warn")


def _percent(share: float | None) -> str:
    """Down: what is not used up never reads as such."""
    return formats.percent(None if share is None else math.floor(share * 100) / 100)


def _set_by(limit: SpendLimit) -> str:
    cap = limit.set_as
    if cap is None:
        key = "money.by_settings" if limit.cap == CapScope.MONTH else "money.no_cap"
        return t(key)
    day = formats.day(cap.set_at, language.current())
    key = "money.set_for_each" if cap.subject is None and limit.subject else "money.set_by"
    return t(key, who=cap.set_by, day=day)


def _meter(limit: SpendLimit) -> str:
    """Solid for what is gone, hatched for what is held; nothing without a cap."""
    if not limit.cap_usd:
        return ""
    spent = min(limit.spent_usd / limit.cap_usd, Decimal(1)) * 100
    held = min(limit.held_usd / limit.cap_usd * 100, 100 - spent)
    tone = " vg-meter-warned" if limit.is_warned else ""
    said = markup.esc(_used(limit))
    return (
        f'<div class="vg-meter{tone}" role="img" aria-label="{said}" title="{said}">'
        f'<i style="width:{spent:.1f}%"></i><i style="width:{held:.1f}%"></i></div>'
    )


def _show_each(money: MonthMoney, scope: CapScope, words: Mapping[str, str]) -> None:
    st.subheader(t(f"money.by.{scope.value}"))
    usual = money.usual(scope)
    if usual is not None:
        st.caption(
            markup.as_text(
                t(f"money.usual.{scope.value}", cap=formats.usd(usual.cap_usd), who=usual.set_by)
            )
        )
    limits = money.known(scope)
    if not limits:
        st.html(f'<p class="vg vg-soft">{markup.esc(t(f"money.none.{scope.value}"))}</p>')
        return
    heads = [t(f"money.head.{scope.value}"), *(t(f"money.head.{name}") for name in HEADS)]
    rows = [_row(one, words) for one in limits]
    st.html(markup.table(heads, rows, numeric=(1, 2, 3)))


def _row(limit: SpendLimit, words: Mapping[str, str]) -> tuple[str, ...]:
    name = words.get(limit.subject or "", limit.subject or "")
    set_by = f'<span class="sub wrap">{markup.esc(_set_by(limit))}</span>'
    return (
        f"<b>{markup.esc(name)}</b> {_warned(limit)}{_meter(limit)}",
        markup.esc(formats.usd(_shown_left(limit))),
        markup.esc(formats.usd(limit.spent_usd)),
        markup.esc(formats.usd(limit.held_usd)),
        markup.esc(formats.usd(limit.cap_usd)) + set_by,
    )


def _show_stop(stop: PaidCallsSwitch) -> None:
    since = formats.moment(stop.at, language.current(), language.zone())
    said = t("money.stopped", who=stop.who, why=stop.why)
    note = t("money.stopped_note", since=since)
    st.warning(f"**{markup.as_text(said)}** {markup.as_text(note)}", icon=":material/front_hand:")


def _offer_changes(stop: PaidCallsSwitch | None) -> None:
    if money_loaders.may_set():
        with st.popover(t("money.set"), icon=":material/tune:"):
            _ask_cap()
        if stop is not None:
            with st.popover(t("money.resume"), icon=":material/play_arrow:", type="primary"):
                _ask_switch("resume")
    if stop is None and money_loaders.may_stop():
        with st.popover(t("money.stop"), icon=":material/front_hand:"):
            _ask_switch("stop")


def _ask_cap() -> None:
    kinds = sorted(CLOUD)
    words = {
        "month": t("money.each.month"),
        "person": t("money.one_person"),
        "each_person": t("money.each.person"),
        **{f"provider:{kind}": _kind_word(kind) for kind in kinds},
        "each_provider": t("money.each.provider"),
    }
    chosen = st.selectbox(
        t("money.whose"), list(words), format_func=words.__getitem__, key="cap_whose"
    )
    with st.form("money_cap", border=False, enter_to_submit=False):
        name = EACH
        if chosen == "person":
            name = st.text_input(t("money.name"), key="cap_name", max_chars=100)
        amount = st.number_input(
            t("money.amount"),
            value=None,
            min_value=0.0,
            step=5.0,
            format="%.2f",
            help=t("money.amount_help"),
            key="cap_usd",
        )
        why = st.text_input(t("money.why"), key="cap_why", max_chars=MAX_WHY_CHARACTERS)
        is_asked = st.form_submit_button(t("money.save"), type="primary")
    if is_asked:
        _save_cap(chosen, name, amount, why)


def _save_cap(chosen: str, name: str, amount: float | None, why: str) -> None:
    scope = CapScope(chosen.removeprefix("each_").split(":")[0])
    subject = chosen.partition(":")[2] or name or None
    cap_usd = None if amount is None else Decimal(str(amount))
    try:
        if chosen == "person" and not name.strip():
            raise InvalidInputError("cap_no_name", field="person")
        money_loaders.set_cap(scope, subject, cap_usd, why)
    except VideogenError as error:
        notices.show_error(error)
        return
    st.toast(t("money.saved"), icon=":material/check:")
    st.rerun()


def _ask_switch(act: str) -> None:
    st.caption(t(f"money.{act}_note"))
    why = st.text_input(t("money.why"), key=f"money_{act}_why", max_chars=MAX_WHY_CHARACTERS)
    if not st.button(t(f"money.{act}_go"), type="primary", key=f"money_{act}"):
        return
    try:
        {"stop": money_loaders.stop, "resume": money_loaders.resume}[act](why)
    except VideogenError as error:
        notices.show_error(error)
        return
    st.rerun()


def _show_log() -> None:
    st.subheader(t("money.log"))
    events = money_loaders.log()
    if not events:
        st.html(f'<p class="vg vg-soft">{markup.esc(t("money.log_empty"))}</p>')
        return
    heads = [t(f"money.log.{name}") for name in ("when", "what", "who", "why")]
    st.html(markup.table(heads, [_log_row(event) for event in events]))


def _log_row(event: Event) -> tuple[str, ...]:
    when = formats.moment(event.at, language.current(), language.zone())
    return (
        markup.esc(when),
        f'<div class="wrap">{markup.esc(_what(event))}</div>',
        markup.esc(str(event.data.get("who") or formats.UNKNOWN)),
        f'<div class="wrap">{markup.esc(str(event.data.get("why") or formats.UNKNOWN))}</div>',
    )


def _what(event: Event) -> str:
    facts = event.data
    if event.kind == "money.cap_changed":
        return t(
            "money.log.cap_changed",
            whose=_whose(facts.get("scope"), facts.get("subject")),
            before=_sum(facts.get("before")),
            after=_sum(facts.get("after")),
        )
    if event.kind == "money.warned":
        used = Decimal(facts["spent_usd"]) + Decimal(facts["held_usd"])
        return t(
            "money.log.warned",
            whose=_whose(facts.get("cap"), facts.get("subject")),
            used=formats.usd(used),
            cap=_sum(facts.get("cap_usd")),
            month=facts["month"],
        )
    return t(f"money.log.{event.kind.removeprefix('money.')}")


def _whose(scope: object, subject: object) -> str:
    if scope == "campaign":
        return t("money.log.campaign", name=subject)
    if subject is None:
        return t(f"money.each.{scope}")
    return _kind_word(str(subject)) if scope == CapScope.PROVIDER else str(subject)


def _sum(told: str | None) -> str:
    return t("money.none") if told is None else formats.usd(Decimal(told))


def _kind_word(kind: str) -> str:
    return language.t_or(f"backend.{kind}", kind)
