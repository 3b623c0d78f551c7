"""What would other rules have done with these clips, and what would the cheapest mix cost?"""

from collections.abc import Callable, Sequence

import streamlit as st

from videogen.errors import VideogenError
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.case import Case
from videogen.evidence.what_if.replay import KnownMean, Replay
from videogen.ui import (
    blinding,
    formats,
    language,
    loaders,
    markup,
    mix_view,
    notices,
    what_if_loaders,
)
from videogen.ui.language import t
from videogen.ui.what_if_loaders import Wish

SOURCE, N_RECENT, RULES = "what_if_source", "what_if_n", "what_if_rules"
HEADS = ("rules", "goes_to", "per_video", "month", "quality", "time", "gpu_hours")
MOST_RECENT = 10_000
LEAST_SHARE = 0.0005  # below it a share is rounding


def show(case: Case) -> None:
    st.header(t("what_if.title"))
    st.caption(t("what_if.caption"))
    if blinding.rates_any():  # its figures are of all campaigns
        st.caption(t("blinding.any_hidden"))
        return
    wish = _ask()
    try:
        found = what_if_loaders.what_if(case, wish)
    except VideogenError as error:
        notices.show_error(error)
        return
    if found.mix is None:
        st.caption(t("what_if.nothing_asked"))
        return
    note = f'<p class="vg vg-small vg-soft vg-above">{markup.esc(t("what_if.note"))}</p>'
    st.html(_table(found.replays, case.assumptions) + note)
    mix_view.show(found.mix, case.assumptions)


def _ask() -> Wish:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        names = {"mix": t("what_if.source.mix"), "recent": t("what_if.source.recent")}
        source = st.segmented_control(
            t("what_if.source"),
            list(names),
            default="mix" if SOURCE not in st.session_state else None,
            format_func=names.__getitem__,
            key=SOURCE,
            required=True,
        )
        n_recent = None
        if source == "recent":
            n_recent = st.number_input(
                t("what_if.n_recent"),
                min_value=1,
                max_value=MOST_RECENT,
                value=100,
                step=50,
                key=N_RECENT,
                width=160,
            )
        other = _ask_rules()
    shares = () if source == "recent" else _ask_shares()
    return Wish(n_recent=n_recent, shares=shares, other_rules=other)


def _ask_rules() -> str | None:
    versions = what_if_loaders.other_versions()
    if not versions:
        return None
    return st.selectbox(t("what_if.other_rules"), versions, key=RULES, width=220)


def _ask_shares() -> tuple[tuple[str, float], ...]:
    """In percent of all videos; what they are together is made 100."""
    with st.expander(t("what_if.shares")):
        st.caption(t("what_if.shares_note"))
        found = []
        kinds = what_if_loaders.kinds()
        columns = st.columns(4)
        for place, kind in enumerate(kinds):
            name = kind.name or ""
            percent = columns[place % len(columns)].number_input(
                t(f"what_if.kind.{name}"),
                min_value=0,
                max_value=100,
                value=round(kind.weight * 100),
                key=f"what_if_share_{name}",
            )
            found.append((name, percent / 100))
    return tuple(found)


def _table(replays: Sequence[Replay], said: Assumptions) -> str:
    heads = [t(f"what_if.table.{name}") for name in HEADS]
    heads[3] = t("what_if.table.month", n=formats.count(said.n_videos_month))
    rows = [_row(one, said, is_in_force=place == 0) for place, one in enumerate(replays)]
    return markup.table(heads, rows, numeric=(2, 3, 4, 5, 6))


def _row(one: Replay, said: Assumptions, *, is_in_force: bool) -> list[str]:
    n = said.n_videos_month
    in_force = t("what_if.in_force" if is_in_force else "what_if.other")
    claimed = t("what_if.partly_claimed") if one.is_quality_claimed else None
    return [
        f"<b>{markup.esc(one.rules_version)}</b>{_sub(in_force)}",
        _destinations(one),
        f"<b>{_known(one.cost_usd, lambda known: formats.usd(known.mean))}</b>",
        _known(one.cost_usd, lambda known: formats.usd(known.total(n))),
        _known(one.quality, lambda known: formats.score(known.mean))
        + (_sub(claimed) if claimed else ""),
        _known(one.wall_time_s, lambda known: formats.seconds(known.mean, language.current())),
        _known(one.gpu_hours, lambda known: _hours(known.total(n))),
    ]


def _hours(amount: float) -> str:
    return t("what_if.hours", n=formats.count(round(amount)))


def _known(one: KnownMean | None, written: Callable[[KnownMean], str]) -> str:
    """A part that is unknown is said, and counted with no figure: neither with 0 nor the mean."""
    if one is None:
        return formats.UNKNOWN
    is_whole = one.share > 1 - LEAST_SHARE
    part = "" if is_whole else _sub(t("what_if.of_share", share=formats.percent(one.share)))
    return written(one) + part


def _sub(text: str) -> str:
    return f'<span class="sub">{markup.esc(text)}</span>'


def _destinations(one: Replay) -> str:
    parts = [
        f"{markup.esc(loaders.name_label(share.condition))} {formats.percent(share.share)}"
        for share in one.shares
    ]
    if one.unserved_share > LEAST_SHARE:
        said = t("what_if.unserved", share=formats.percent(one.unserved_share))
        parts.append(f'<span class="vg-fail">{markup.esc(said)}</span>')
    lines = "<br>".join(parts)
    return f'<div style="white-space:normal">{lines}</div>'
