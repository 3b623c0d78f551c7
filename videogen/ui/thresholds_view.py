"""The four thresholds on System: the newest, every version before it, and the form for the next."""

from datetime import datetime

import streamlit as st

from videogen.domain.access import Permission
from videogen.domain.decision import Criteria, CriterionName
from videogen.errors import VideogenError
from videogen.evidence import thresholds
from videogen.evidence.thresholds import CURRENCY, MAX_CHARACTERS, MemoryUnit, ThresholdsAsked
from videogen.ui import allowed, cards, formats, language, markup, notices, system_loaders, who
from videogen.ui.language import t

CURRENCIES = (CURRENCY, "THB", "EUR")  # others are refused with the reason, never converted quietly


def show() -> None:
    versions = system_loaders.thresholds()
    newest = versions[-1]
    st.html(markup.facts([(_word(name), _limit(name, newest), None) for name in cards.ORDER]))
    st.caption(markup.as_text(_signed(newest)))
    _show_history(versions)
    if allowed.offers(Permission.SET_THRESHOLDS):
        with st.expander(t("thresholds.new"), icon=":material/add:"):
            _ask(newest)


def _show_history(versions: list[Criteria]) -> None:
    """The newest first, each with what it changed."""
    if len(versions) < 2:
        return
    spoken = language.current()
    heads = [t(f"thresholds.{name}") for name in ("version", "when", "who", "change", "why")]
    before = [None, *versions[:-1]]
    rows = [
        (
            f"<b>{one.version}</b>",
            markup.esc(_day(one.since, spoken)),
            f'<span class="vg-source">{markup.esc(one.who or formats.UNKNOWN)}</span>',
            _change(earlier, one),
            f'<span class="vg-source">{markup.esc(one.why or formats.UNKNOWN)}</span>',
        )
        for earlier, one in reversed(list(zip(before, versions, strict=True)))
    ]
    st.html(f'<div class="vg-versions">{markup.table(heads, rows)}</div>')


def _change(before: Criteria | None, after: Criteria) -> str:
    """What differs from the version before; of the first one all four limits."""
    if before is None:
        lines = [f"{_word(name)}: {_limit(name, after)}" for name in cards.ORDER]
    else:
        lines = [
            t(
                "thresholds.changed",
                criterion=_word(name),
                before=cards.figure(name, old),
                after=cards.figure(name, new),
            )
            for name, (old, new) in thresholds.changed_limits(before, after).items()
        ]
    return "<br>".join(markup.esc(line) for line in lines)


def _ask(newest: Criteria) -> None:
    st.caption(t("thresholds.note"))
    with st.form("thresholds", border=False, clear_on_submit=False):
        with st.grid(3, min_column_width=140):
            quality = _number("quality", newest.quality_min, step=0.1)
            cost = _number("cost", newest.cost_usd_max, step=0.05)
            memory = _number("vram", newest.peak_vram_mib_max / thresholds.MIB_PER_GB, step=0.5)
            success = _number("success", newest.success_rate_min * 100, step=1.0)
            currency = st.selectbox(
                t("thresholds.currency"), CURRENCIES, index=0, key="thresholds_currency"
            )
            unit = st.selectbox(
                t("thresholds.unit"), [one.value for one in MemoryUnit], key="thresholds_unit"
            )
        why = st.text_input(t("thresholds.why"), max_chars=MAX_CHARACTERS, key="thresholds_why")
        signed = st.text_input(
            t("thresholds.who"), value=who.typed(), key="thresholds_who", disabled=who.has_sign_in()
        )
        is_asked = st.form_submit_button(
            t("thresholds.save", version=newest.version + 1), type="primary"
        )
    if is_asked:
        asked = ThresholdsAsked(
            quality_min=quality,
            cost_max=cost,
            currency=currency,
            peak_vram_max=memory,
            memory_unit=MemoryUnit(unit or MemoryUnit.GB),
            success_rate_min=success / 100,
            why=why,
        )
        _save(asked, signed)


def _save(asked: ThresholdsAsked, signed: str) -> None:
    try:
        added = system_loaders.add_thresholds(asked, signed)
    except VideogenError as error:
        notices.show_error(error)
        return
    st.toast(t("thresholds.saved", version=added.version), icon=":material/check:")
    st.rerun()


def _number(name: str, value: float, *, step: float) -> float:
    """Without bounds of its own: what is out of range is refused with its reason."""
    asked = st.number_input(
        t(f"thresholds.{name}"), value=float(value), step=step, key=f"thresholds_{name}"
    )
    return float(asked)


def _signed(criteria: Criteria) -> str:
    said = [t("system.thresholds_version", version=criteria.version)]
    said += [part for part in (criteria.who, criteria.why) if part]
    if criteria.since:
        said.append(_day(criteria.since, language.current()))
    return " · ".join(said)


def _day(when: datetime | None, spoken: str) -> str:
    return formats.UNKNOWN if when is None else formats.day(when, spoken)


def _word(name: CriterionName) -> str:
    return t(f"criterion.{name.value}")


def _limit(name: CriterionName, criteria: Criteria) -> str:
    return cards.limit_text(name, criteria, language.current())
