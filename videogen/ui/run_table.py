"""Queue and history: filters in the page's address, one row per run."""

from typing import TypeVar

import streamlit as st

from videogen.domain.run import FailureClass, Run, RunStatus
from videogen.store import RunSubset
from videogen.ui import (
    blinding,
    formats,
    language,
    links,
    loaders,
    markup,
    media,
    parts,
    run_facts,
    run_loaders,
)
from videogen.ui.language import t
from videogen.ui.run_loaders import RunFilter, RunRow

REFRESH_S = 3
N_ROWS = 60
PROMPT_CHARACTERS = 90
Word = TypeVar("Word", RunStatus, FailureClass, RunSubset)
BEFORE = "before"  # the run that the page before ended with
NAMES = ("status", "condition", "campaign", "failure")
ONLY, LIMIT_MIB = "only", "limit_mib"  # as a figure's link asks; no picker offers them


def asked_filter() -> RunFilter:
    """From the address; what no enum or row knows is no filter."""
    asked = st.query_params
    return RunFilter(
        status=_member(RunStatus, asked.get("status")),
        failure_class=_member(FailureClass, asked.get("failure")),
        condition_id=asked.get("condition"),
        campaign_id=asked.get("campaign"),
        only=_only(),
        limit_mib=_limit_mib(),
    )


def _only() -> RunSubset | None:
    """Without its limit "over the limit" means nothing."""
    wanted = _member(RunSubset, st.query_params.get(ONLY))
    return None if wanted is RunSubset.OVER_VRAM and _limit_mib() is None else wanted


def _limit_mib() -> int | None:
    asked = st.query_params.get(LIMIT_MIB, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 else None


def ask_filter() -> RunFilter:
    """Four pickers that write into the address, so that a filtered view is a link."""
    wanted = asked_filter()
    with st.grid(4, min_column_width=150, key="runs_filter"):
        _picker("status", {one.value: t(f"status.{one.value}") for one in RunStatus})
        _picker("condition", loaders.condition_labels())
        _picker("campaign", {one.campaign_id: one.name for one in loaders.campaigns()})
        _picker("failure", {one.value: t(f"failure.{one.value}") for one in FailureClass})
    if wanted.only is not None:
        _say_only(wanted)
    return wanted


def _say_only(wanted: RunFilter) -> None:
    """What a figure's link left out, and the way back to all of them."""
    limit = formats.memory(wanted.limit_mib)
    said = markup.esc(t(f"runs.only.{wanted.only}", limit=limit))
    rest = links.link("runs", t("runs.only_all"), **_asked(NAMES))
    st.html(f'<p class="vg vg-small"><b>{said}</b> {rest}</p>')


def _asked(names: tuple[str, ...]) -> dict[str, str | None]:
    return {name: st.query_params.get(name) for name in names}


@parts.fragment(run_every=REFRESH_S)
def show(wanted: RunFilter) -> None:
    before = st.query_params.get(BEFORE)
    found = run_loaders.rows(wanted, limit=N_ROWS + 1, before=before)
    rows = found[:N_ROWS]
    if rows:
        st.html(table(rows))
    else:
        st.caption(t("runs.none_match"))
    filters = _asked((*NAMES, ONLY, LIMIT_MIB))
    ways = [links.link("runs", t("runs.newest"), **filters)] if before else []
    if len(found) > N_ROWS:
        ways.append(links.link("runs", t("runs.older"), **filters, before=rows[-1].run.run_id))
    if ways:
        st.html(f'<p class="vg vg-small">{" · ".join(ways)}</p>')


def table(rows: list[RunRow]) -> str:
    heads = ("clip", "prompt", "condition", "status", "time", "cost", "vram", "when")
    numeric = {"time", "cost", "vram"}
    top = "".join(
        f'<th class="{"num" if name in numeric else ""}">{markup.esc(t(f"runs.{name}"))}</th>'
        for name in heads
    )
    body = "".join(_row(row) for row in rows)
    return (
        f'<div class="vg vg-scroll vg-rows"><table class="vg-table"><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _row(row: RunRow) -> str:
    run, spoken = row.run, language.current()
    text = row.prompt.text
    short = text if len(text) <= PROMPT_CHARACTERS else f"{text[:PROMPT_CHARACTERS]}…"
    failure = t(f"failure.{run.failure_class.value}") if run.failure_class else None
    if run.is_degraded:
        failure = t("run.degraded")
    why = f'<span class="sub">{markup.esc(failure)}</span>' if failure else ""
    origin = run_facts.origin_chip(run)
    return (
        f"<tr>{_clip_and_prompt(run, short)}"
        f'<td>{markup.esc(loaders.condition_label(row.condition))}<span class="sub">'
        f"{markup.esc(t('fact.seed'))} {run.seed}</span></td>"
        f"<td>{run_facts.status_chip(run)}{why}</td>"
        f"{_number(formats.seconds(run.wall_time_s, spoken))}"
        f"{_number(formats.usd(run.cost_usd))}{_number(formats.memory(run.peak_vram_mib))}"
        f"<td>{formats.moment(run.queued_at, spoken, language.zone())}"
        f'<span class="sub">{origin or markup.esc(run.owner)}</span></td></tr>'
    )


def _clip_and_prompt(run: Run, short: str) -> str:
    """Who still rates its campaign gets neither its picture nor its page."""
    if blinding.is_rating(run.campaign_id):
        hidden = f'<span class="sub">{markup.esc(t("blinding.no_picture"))}</span>'
        return f'<td></td><td class="wrap">{markup.esc(short)}{hidden}</td>'
    return (
        f'<td><a href="/runs?run={markup.esc(run.run_id)}" target="_self" '
        f'aria-label="{markup.esc(short)}">'
        f"{media.thumbnail(run.clip_id, alt=short)}</a></td>"
        f'<td class="wrap">{links.link("runs", short, run=run.run_id)}</td>'
    )


def _number(figure: str) -> str:
    """On a phone an unknown figure is left out: there is no column to keep open."""
    kind = "num none" if figure == formats.UNKNOWN else "num"
    return f'<td class="{kind}">{figure}</td>'


def _picker(name: str, options: dict[str, str]) -> None:
    """A pick reruns the page with the address changed."""
    asked = st.query_params.get(name, "")
    key = f"runs_{name}"
    known = ["", *options]
    if asked not in known:
        known.append(asked)
    st.session_state[key] = asked

    def write() -> None:
        chosen = st.session_state[key]
        st.query_params.pop(BEFORE, None)
        if chosen:
            st.query_params[name] = chosen
        else:
            st.query_params.pop(name, None)

    st.selectbox(
        t(f"runs.{name}"),
        known,
        format_func=lambda value: options.get(value, value) if value else t("runs.all"),
        key=key,
        on_change=write,
    )


def clear() -> None:
    for name in (*NAMES, ONLY, LIMIT_MIB, BEFORE):
        st.query_params.pop(name, None)


def _member(kind: type[Word], value: str | None) -> Word | None:
    return kind(value) if value in {one.value for one in kind} else None
