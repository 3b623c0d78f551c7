"""Blind pair votes on the Compare page: the way in, the round itself, and what the votes say."""

from collections.abc import Sequence
from functools import partial

import streamlit as st

from videogen.analysis.bradley_terry import BradleyTerry, Strength
from videogen.analysis.pair_checks import HeadToHead
from videogen.domain.access import Permission
from videogen.domain.campaign import Campaign
from videogen.domain.rating import PairRound
from videogen.errors import VideogenError
from videogen.evidence.pair_results import PairResults
from videogen.rating.pair_plan import MAX_CONDITIONS, MIN_CONDITIONS
from videogen.ui import (
    formats,
    loaders,
    markup,
    notices,
    pair_loaders,
    pair_player,
    quality_charts,
    quality_words,
    who,
)
from videogen.ui.language import t

NAME, CHOSEN = "pair_name", "pair_conditions"
FINISHED = "pair_finished"  # in this visitor's state: the round that was just finished
FEWEST_REPEATS = 5  # with fewer a share says nothing


def stop_if_voting(campaign: Campaign) -> None:
    """Called before anything of the campaign is drawn: who compares blind sees the pair alone."""
    begun = _open_round(campaign)
    finished = st.session_state.get(FINISHED, {})
    if begun is not None:
        _play(campaign, begun)
    elif finished.get("campaign_id") == campaign.campaign_id:
        _thank(finished["pair_round_id"])
    else:
        return
    st.stop()


def stop_if_only_rating(campaign: Campaign) -> None:
    """Whoever may see no result gets the pairs of this page and nothing else of it."""
    if who.may(Permission.SEE_RESULTS):
        return
    stop_if_voting(campaign)
    if loaders.is_sandbox(campaign.campaign_id):
        notices.show_sandbox_note("rate.sandbox")
    show(campaign)
    st.stop()


def show(campaign: Campaign) -> None:
    st.header(t("pairs.title"))
    st.html(f'<p class="vg vg-lead">{markup.esc(t("pairs.lead"))}</p>')
    if who.may(Permission.SEE_RESULTS):
        _show_standing(campaign)
    if who.may(Permission.RATE):
        _show_start(campaign)


def _show_standing(campaign: Campaign) -> None:
    with st.spinner(t("pairs.computing")):
        found = pair_loaders.results(campaign.campaign_id)
    if found.n_votes:
        _show_results(found)
    else:
        st.html(f'<p class="vg vg-soft">{markup.esc(t("pairs.no_votes"))}</p>')


def _open_round(campaign: Campaign) -> PairRound | None:
    name = who.typed()
    return pair_loaders.open_round(campaign.campaign_id, name) if name else None


def _play(campaign: Campaign, begun: PairRound) -> None:
    standing = pair_loaders.standing(begun.pair_round_id)
    each_s = pair_loaders.seconds_each(campaign, begun.condition_ids)
    pair_player.show(
        begun.pair_round_id, standing, seconds_each=each_s, on_done=partial(_finish, begun)
    )
    with st.container(horizontal=True, vertical_alignment="center"):
        said = t("pairs.who", name=who.name(), campaign=campaign.name)
        st.caption(markup.as_text(said), width="stretch")
        with st.popover(t("pairs.leave"), type="tertiary", icon=":material/logout:"):
            st.write(t("pairs.leave_sure"))
            sees_results = who.may(Permission.SEE_RESULTS)
            st.button(
                t("pairs.leave_yes" if sees_results else "pairs.leave_yes_rater"),
                key="pair_leave_yes",
                on_click=_leave,
                args=(begun.pair_round_id,),
            )
    if loaders.is_sandbox(campaign.campaign_id):
        notices.show_sandbox_note("rate.sandbox")


def _finish(begun: PairRound) -> None:
    """In a callback: the round has ended in the database, so that no rerun would draw it."""
    st.session_state[FINISHED] = {
        "campaign_id": begun.campaign_id,
        "pair_round_id": begun.pair_round_id,
    }


def _thank(pair_round_id: str) -> None:
    """Results come after a click: a vote may still be taken back before they are seen."""
    st.header(t("pairs.thanks_title"))
    sees_results = who.may(Permission.SEE_RESULTS)
    st.write(t("pairs.thanks" if sees_results else "pairs.thanks_rater"))
    with st.container(horizontal=True):
        st.button(
            t("pairs.to_results" if sees_results else "pairs.go_back"),
            type="primary",
            key="pair_to_results",
            on_click=_ask_for_results,
        )
        st.button(t("pairs.undo_last"), key="pair_undo", on_click=_take_back, args=(pair_round_id,))


def _take_back(pair_round_id: str) -> None:
    st.session_state.pop(FINISHED, None)
    pair_loaders.undo(pair_round_id)


def _ask_for_results() -> None:
    st.session_state.pop(FINISHED, None)
    st.query_params["tab"] = "pairs"


def _leave(pair_round_id: str) -> None:
    pair_loaders.leave(pair_round_id)
    _ask_for_results()


# --- the way in -------------------------------------------------------------------------------


def _show_start(campaign: Campaign) -> None:
    known = pair_loaders.comparable(campaign)
    if len(known) < MIN_CONDITIONS:
        st.info(t("pairs.too_few_conditions"), icon=":material/info:")
        return
    st.subheader(t("pairs.start_title"))
    # Whoever may see no result is not told which conditions there are either.
    is_told = who.may(Permission.SEE_RESULTS)
    chosen = _ask_conditions(campaign, known) if is_told else pair_loaders.rivals(campaign)
    name = who.typed()
    if not name:
        name = st.text_input(
            t("pairs.name"), max_chars=who.MAX_CHARACTERS, autocomplete="name", key=NAME
        )
    st.caption(_told(campaign, name, chosen))
    if st.button(
        t("pairs.start"),
        type="primary",
        icon=":material/compare:",
        key="pair_start",
        on_click=_become,
        disabled=len(chosen) < MIN_CONDITIONS,
    ):
        _begin(campaign, name, chosen)


def _ask_conditions(campaign: Campaign, known: Sequence[str]) -> list[str]:
    labels = loaders.condition_labels()
    return st.multiselect(
        t("pairs.conditions"),
        known,
        default=pair_loaders.rivals(campaign),
        format_func=lambda one: labels.get(one, one),
        max_selections=MAX_CONDITIONS,
        help=t("pairs.conditions_help"),
        key=f"{CHOSEN}_{campaign.campaign_id}",
    )


def _told(campaign: Campaign, name: str, chosen: Sequence[str]) -> str:
    """How long it takes, before the button."""
    if len(chosen) < MIN_CONDITIONS:
        return t("pairs.choose_two")
    n_pairs = pair_loaders.n_pairs(campaign, name, chosen)
    if not n_pairs:
        return t("pairs.all_voted")
    minutes = round(n_pairs * pair_loaders.seconds_each(campaign, chosen) / 60)
    return t("pairs.so_long", n_pairs=n_pairs, minutes=max(1, minutes))


def _become() -> None:
    """Results wait for whoever votes, so the page must know who that is."""
    if not who.typed():
        who.become(str(st.session_state.get(NAME, "")))


def _begin(campaign: Campaign, name: str, chosen: Sequence[str]) -> None:
    bar = st.progress(0.0, text=t("rate.preparing"))

    def show_progress(n_done: int, n_all: int) -> None:
        bar.progress(n_done / max(n_all, 1), text=t("rate.preparing"))

    try:
        pair_loaders.begin(campaign.campaign_id, name, chosen, show_progress)
    except VideogenError as error:
        bar.empty()
        notices.show_error(error)
        return
    st.rerun()


# --- what the votes say -----------------------------------------------------------------------


def _show_results(found: PairResults) -> None:
    labels = loaders.condition_labels()
    st.html(_standing(found))
    if found.fit is not None:
        st.html(f'<p class="vg vg-above">{markup.esc(_verdict(found.fit, labels))}</p>')
        st.html(_strengths(found.fit, labels))
        note = t("pairs.strength_note")
        st.caption(f"{note} {t('pairs.regularised')}" if found.fit.is_regularised else note)
    if found.fit is None or len(found.heads) > 1:
        st.html(_heads(found.heads, labels))
    checks = "".join(f"<p>{markup.esc(one)}</p>" for one in _checks(found))
    st.html(f'<div class="vg vg-small">{checks}</div>')


def _standing(found: PairResults) -> str:
    said = [
        t(
            "pairs.n",
            n_votes=formats.count(found.n_votes),
            n_prompts=found.n_prompts,
            n_raters=found.n_raters,
        )
    ]
    if found.n_raters_simulated:
        said.append(t("pairs.simulated", n=found.n_raters_simulated))
    if found.n_left_out:
        said.append(t("pairs.left_out", n=formats.count(found.n_left_out)))
    chip = quality_words.informal_chip(found.n_raters)
    lines = "".join(f'<p class="vg-small vg-soft">{markup.esc(one)}</p>' for one in said)
    return f'<div class="vg">{chip}{lines}</div>'


def _verdict(fit: BradleyTerry, labels: dict[str, str]) -> str:
    """Whether the best is ahead of the next for other prompts and voters too."""
    best, second = fit.strengths[:2]
    names = {"best": labels[best.condition], "second": labels[second.condition]}
    low, high = _between(fit)
    if low is None or high is None:
        return t("pairs.verdict_unknown", **names)
    return t("pairs.verdict_ahead" if low > high else "pairs.verdict_open", **names)


def _between(fit: BradleyTerry) -> tuple[float | None, float | None]:
    """The best one's lower bound and the next one's upper: apart only when both are sure."""
    return fit.strengths[0].ci95_low, fit.strengths[1].ci95_high


def _strengths(fit: BradleyTerry, labels: dict[str, str]) -> str:
    reach = max(_reach(one) for one in fit.strengths) * 1.1 or 1.0
    rows = [
        [
            markup.esc(labels[one.condition]),
            _drawn(one, labels[one.condition], reach),
            markup.esc(_figure(one)),
            markup.esc(formats.percent((one.n_won + one.n_tied / 2) / one.n_votes)),
            markup.esc(f"{one.n_won} · {one.n_tied} · {one.n_lost}"),
        ]
        for one in fit.strengths
    ]
    heads = [t(f"pairs.head.{name}") for name in ("condition", "chart", "strength", "share", "won")]
    return markup.table(heads, rows, numeric=(2, 3, 4))


def _reach(one: Strength) -> float:
    return max(abs(known) for known in (one.strength, one.ci95_low or 0.0, one.ci95_high or 0.0))


def _drawn(one: Strength, label: str, reach: float) -> str:
    line = quality_charts.Line(
        value=one.strength,
        low=one.ci95_low,
        high=one.ci95_high,
        start=-reach,
        end=reach,
        mark=0.0,
    )
    return quality_charts.draw_line(line, label=f"{label}: {_figure(one)}")


def _figure(one: Strength) -> str:
    if one.ci95_low is None or one.ci95_high is None:
        return quality_words.signed(one.strength)
    return t(
        "pairs.figure",
        strength=quality_words.signed(one.strength),
        low=quality_words.signed(one.ci95_low),
        high=quality_words.signed(one.ci95_high),
    )


def _heads(heads: Sequence[HeadToHead], labels: dict[str, str]) -> str:
    rows = [
        [
            markup.esc(t("pairs.against", first=labels[one.first], second=labels[one.second])),
            markup.esc(formats.percent(one.share_first)),
            markup.esc(f"{one.n_first} · {one.n_ties} · {one.n_second}"),
            markup.esc(formats.count(one.n_votes)),
        ]
        for one in heads
    ]
    names = [t(f"pairs.head.{name}") for name in ("two", "share", "won", "votes")]
    return markup.table(names, rows, numeric=(1, 2, 3))


def _checks(found: PairResults) -> list[str]:
    said = []
    if found.n_repeats:
        key = "pairs.repeats" if found.n_repeats >= FEWEST_REPEATS else "pairs.repeats_few"
        said.append(t(key, n_agree=found.n_repeats_agree, n=found.n_repeats))
    if found.sides is not None:
        key = "pairs.sides_leaning" if found.sides.is_suspicious else "pairs.sides_even"
        said.append(
            t(
                key,
                share=formats.percent(found.sides.share_left),
                n=formats.count(found.sides.n_votes),
                low=formats.percent(found.sides.ci95_low),
                high=formats.percent(found.sides.ci95_high),
            )
        )
    return said
