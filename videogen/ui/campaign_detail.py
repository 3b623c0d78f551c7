"""One campaign: how far, what is left, what failed, and the hand on it."""

import streamlit as st

from videogen.domain.access import Permission
from videogen.domain.campaign import Campaign
from videogen.domain.event import Event
from videogen.errors import VideogenError
from videogen.ui import (
    allowed,
    blinding,
    campaign_forecast,
    campaign_inputs,
    campaign_loaders,
    campaign_plan,
    campaign_view,
    failures_bar,
    formats,
    language,
    links,
    loaders,
    markup,
    notices,
    parts,
    welcome,
    who,
)
from videogen.ui.campaign_loaders import CampaignProgress, ConditionProgress
from videogen.ui.language import t
from videogen.ui.run_loaders import RunFilter

REFRESH_S = 3
SHORT_HASH = 12


def show(campaign_id: str) -> None:
    if st.button(t("campaigns.back"), type="tertiary", icon=":material/arrow_back:", key="back"):
        st.query_params.pop("campaign", None)
        st.rerun()
    campaign = campaign_loaders.find(campaign_id)
    if campaign is None:
        st.warning(t("campaigns.not_found"), icon=":material/search_off:")
        return
    standing = campaign_loaders.progress(campaign_id)
    st.html(
        f'<div class="vg vg-head"><h1>{markup.esc(campaign.name)}</h1> '
        f"{campaign_view.chips(standing)}"
        f'<p class="vg-lead">{markup.esc(campaign_view.conditions_words(campaign))}</p></div>'
    )
    if campaign.frozen_at is None:
        _show_plan(campaign)
        return
    # One place asks the database anew; it stops when there is nothing left to watch.
    parts.fragment(_live, run_every=REFRESH_S if standing.n_left else None)(campaign_id)
    _show_hand(standing)
    failures_bar.show(RunFilter(campaign_id=campaign_id), with_cancelled=True)
    _show_registration(campaign)


def _show_plan(campaign: Campaign) -> None:
    """Planned and not begun: the same forecast as beside the form, of today."""
    st.caption(t("campaigns.not_begun"))
    conditions = campaign_loaders.conditions_of(campaign)
    found = campaign_loaders.dry_run(campaign, conditions)
    campaign_forecast.show(found)
    _show_inputs(campaign)
    if not allowed.offers(Permission.PLAN):
        return
    if found.origin is None:
        welcome.offer_sandbox()
    elif st.button(
        campaign_plan.start_label(found),
        type="primary",
        icon=":material/play_arrow:",
        key="campaign_start",
    ):
        campaign_loaders.start(campaign, found.origin)
        st.rerun()


def _live(campaign_id: str) -> None:
    standing = campaign_loaders.progress(campaign_id)
    words = campaign_view.progress_words(standing)
    st.html(
        f'<div class="vg vg-live" aria-live="polite"><p><b>{markup.esc(words)}</b></p>'
        f"{markup.progress(campaign_view.share_ended(standing), words)}</div>"
        f'<div class="vg-gap">{markup.facts(_facts(standing))}</div>'
    )
    if blinding.is_rating(campaign_id):
        st.caption(t("blinding.part_hidden"))
    else:
        _show_conditions(standing)
    if not standing.n_left and st.session_state.pop(f"watching_{campaign_id}", False):
        st.rerun()  # the rest of the page says so too
    if standing.n_left:
        st.session_state[f"watching_{campaign_id}"] = True


def _show_conditions(standing: CampaignProgress) -> None:
    heads = [
        t(f"campaigns.head.{name}") for name in ("condition", "succeeded", "failed", "left", "cost")
    ]
    rows = [_row(one, standing.campaign) for one in standing.conditions]
    st.html(markup.table(heads, rows, numeric=(1, 2, 3, 4)))


def _facts(standing: CampaignProgress) -> list[tuple[str, str, str | None]]:
    campaign = standing.campaign
    costs = [one.cost_usd for one in standing.conditions if one.cost_usd is not None]
    cap = (
        t("campaigns.cap_of", cap=formats.usd(campaign.cap_usd))
        if campaign.cap_usd is not None
        else None
    )
    held = t("campaigns.held", held=formats.usd(standing.held_usd)) if standing.held_usd else None
    note = " · ".join(part for part in (cap, held) if part) or t("campaigns.cap_month_only")
    return [
        (t("campaigns.paid"), formats.usd(standing.spent_usd), note),
        (
            t("campaigns.cost_all"),
            formats.usd(sum(costs)) if costs else formats.UNKNOWN,
            t("campaigns.cost_all_note"),
        ),
        (
            t("campaigns.proves_short"),
            t("campaigns.n_runs_note", n=campaign.planned_n_runs),
            t("campaigns.raters_note", n=campaign.planned_n_raters),
        ),
    ]


def _row(one: ConditionProgress, campaign: Campaign) -> tuple[str, ...]:
    is_candidate = one.condition.condition_id in campaign.candidates
    role = t(f"campaigns.role.{'candidate' if is_candidate else 'baseline'}")
    running = t("campaigns.running_now", n=one.n_running) if one.n_running else None
    left = formats.count(one.n_left)
    failed = formats.count(one.n_failed)
    if one.n_failed:
        failed = links.link(
            "runs",
            failed,
            campaign=campaign.campaign_id,
            condition=one.condition.condition_id,
            status="failed",
        )
    return (
        f"<b>{markup.esc(loaders.condition_label(one.condition))}</b>{_sub(role)}",
        formats.count(one.n_succeeded),
        failed + _sub(t("campaigns.cancelled", n=one.n_cancelled) if one.n_cancelled else None),
        left + _sub(running),
        formats.usd(one.cost_usd),
    )


def _show_hand(standing: CampaignProgress) -> None:
    """Pause and resume at once; ending it asks first."""
    if not standing.n_left or not who.may(Permission.PLAN):
        return
    campaign_id = standing.campaign.campaign_id
    with st.container(horizontal=True):
        if standing.campaign.paused_at is not None:
            if st.button(
                t("campaigns.resume"), type="primary", icon=":material/play_arrow:", key="resume"
            ):
                campaign_loaders.resume(campaign_id)
                st.rerun()
        elif st.button(
            t("campaigns.pause"),
            icon=":material/pause:",
            key="pause",
            help=t("campaigns.pause_help"),
        ):
            campaign_loaders.pause(campaign_id)
            st.rerun()
        with st.popover(t("campaigns.cancel_rest"), icon=":material/close:", type="tertiary"):
            st.write(t("campaigns.cancel_sure", n=standing.n_left))
            if st.button(t("campaigns.cancel_yes", n=standing.n_left), key="cancel_rest"):
                campaign_loaders.cancel_rest(campaign_id)
                st.rerun()


def _show_registration(campaign: Campaign) -> None:
    """What was fixed before the first run: short in sight, whole on demand."""
    spoken, zone = language.current(), language.zone()
    sha256 = campaign.preregistration_sha256
    when = formats.moment(campaign.frozen_at, spoken, zone)
    short = sha256[:SHORT_HASH] if sha256 else formats.UNKNOWN
    with st.expander(markup.as_text(t("campaigns.registered", when=when, sha256=short))):
        st.caption(t("campaigns.registered_help"))
        if sha256:
            st.code(sha256, language=None)
        st.html(
            markup.facts(
                [
                    (t("campaigns.suite"), campaign.suite_id, None),
                    (t("campaigns.n_prompts"), formats.count(len(campaign.prompt_ids)), None),
                    (t("campaigns.seeds"), _list(campaign.seeds), None),
                    (t("campaigns.rated_seeds"), _list(campaign.rated_seeds), None),
                    (t("campaigns.n_raters"), formats.count(campaign.planned_n_raters), None),
                    (t("campaigns.criteria"), formats.count(campaign.criteria_version), None),
                ]
            )
        )
        _show_inputs(campaign)
        items = "".join(_event(event) for event in campaign_loaders.events(campaign.campaign_id))
        st.html(f'<ol class="vg vg-steps vg-log">{items}</ol>')
        _ask_cap(campaign)


def _show_inputs(campaign: Campaign) -> None:
    shown = campaign_inputs.shown(campaign)
    if shown:
        st.html(shown)


def _ask_cap(campaign: Campaign) -> None:
    """Money is no part of the registered plan."""
    if not who.may(Permission.PLAN):
        return
    with st.form("campaign_cap", border=False):
        field, button = st.columns([3, 1], vertical_alignment="bottom")
        known = None if campaign.cap_usd is None else float(campaign.cap_usd)
        cap = field.number_input(
            t("campaigns.cap"),
            min_value=0.0,
            value=known,
            format="%.2f",
            placeholder=t("campaigns.cap_none"),
            help=t("campaigns.cap_help"),
        )
        is_asked = button.form_submit_button(t("campaigns.cap_change"), width="stretch")
    if is_asked:
        try:
            campaign_loaders.change_cap(campaign.campaign_id, campaign_plan.cents(cap))
        except VideogenError as error:
            notices.show_error(error)
            return
        st.rerun()


def _event(event: Event) -> str:
    when = formats.moment(event.at, language.current(), language.zone())
    word = t(f"event.{event.kind}")
    said = f"{word} · {event.data.get('who', '')}"
    return f"<li><time>{markup.esc(when)}</time><span>{markup.esc(said)}</span></li>"


def _list(seeds: tuple[int, ...]) -> str:
    return ", ".join(str(seed) for seed in seeds)


def _sub(text: str | None) -> str:
    return f'<span class="sub">{markup.esc(text)}</span>' if text else ""
