"""Campaigns: how far each is, and planning the next with its price and its power in sight."""

import streamlit as st

from videogen.domain.campaign import Campaign
from videogen.domain.prompt import PromptSuite
from videogen.domain.run import Origin, Run, RunStatus
from videogen.errors import VideogenError
from videogen.ui import (
    campaign_plan,
    formats,
    language,
    loaders,
    markup,
    notices,
    plan_loaders,
    welcome,
)
from videogen.ui.campaign_plan import Plan
from videogen.ui.language import t
from videogen.ui.plan_loaders import Choice

REFRESH_S = 4
MAX_SEEDS = 10
MAX_RATERS = 50
N_PROMPTS_USUAL = 30
N_RATERS_USUAL = 6
CANDIDATES = ("wan-1.3b", "wan-14b")
BASELINES = ("animatediff", "veo-3.1-fast")


@st.fragment(run_every=REFRESH_S)
def show_list() -> None:
    campaigns = loaders.campaigns()
    if not campaigns:
        st.caption(t("campaigns.empty"))
        return
    cards = "".join(_card(campaign) for campaign in campaigns)
    st.html(f'<div class="vg vg-campaigns">{cards}</div>')


def ask_plan() -> None:
    choices = {one.condition.name: one for one in plan_loaders.choices()}
    name = st.text_input(
        t("campaigns.name"), value=t("campaigns.name_default"), key="plan_name", max_chars=80
    )
    plan, suite = _ask_grid(choices)
    if not plan.choices:
        return
    _show_power(plan)
    _ask_start(name, plan, suite)


def _ask_grid(choices: dict[str, Choice]) -> tuple[Plan, PromptSuite]:
    left, right = st.columns(2)
    candidates = left.multiselect(
        t("campaigns.candidates"),
        list(choices),
        default=[name for name in CANDIDATES if name in choices],
        format_func=loaders.name_label,
        help=t("campaigns.candidates_help"),
        key="plan_candidates",
    )
    others = [name for name in choices if name not in candidates]
    baselines = right.multiselect(
        t("campaigns.baselines"),
        others,
        default=[name for name in BASELINES if name in others],
        format_func=loaders.name_label,
        help=t("campaigns.baselines_help"),
        key="plan_baselines",
    )
    suites = {suite.suite_id: suite for suite in plan_loaders.suites()}
    with st.grid(4, min_column_width=150):
        suite_id = st.selectbox(t("campaigns.suite"), list(suites), key="plan_suite")
        suite = suites[suite_id or next(iter(suites))]
        n_prompts = _number("n_prompts", N_PROMPTS_USUAL, len(suite.prompts))
        n_seeds = _number("n_seeds", 1, MAX_SEEDS)
        n_raters = _number("n_raters", N_RATERS_USUAL, MAX_RATERS)
    plan = Plan(
        candidates=tuple(choices[name] for name in candidates),
        baselines=tuple(choices[name] for name in baselines),
        n_prompts=n_prompts,
        n_seeds=n_seeds,
        n_raters=n_raters,
    )
    return plan, suite


def _number(name: str, usual: int, limit: int) -> int:
    return st.number_input(
        t(f"campaigns.{name}"),
        min_value=1,
        max_value=limit,
        value=min(usual, limit),
        step=1,
        key=f"plan_{name}",
    )


def _show_power(plan: Plan) -> None:
    spoken = language.current()
    unknown = ", ".join(loaders.condition_label(one.condition) for one in plan.without_cost)
    cost_note = t("campaigns.cost_partly", names=unknown) if unknown else t("campaigns.cost_note")
    st.subheader(t("campaigns.proves"))
    st.html(
        markup.facts(
            [
                (
                    t("campaigns.n_runs"),
                    formats.count(plan.n_runs),
                    t("campaigns.n_runs_note", n=plan.n_runs_per_condition),
                ),
                (t("campaigns.cost"), formats.usd(plan.cost_usd), cost_note),
                (
                    t("campaigns.duration"),
                    formats.seconds(plan.duration_s, spoken),
                    t("campaigns.duration_note"),
                ),
                (
                    t("campaigns.rating_time"),
                    formats.seconds(plan.rating_time_s, spoken),
                    None,
                ),
            ]
        )
        + markup.facts_wide(
            [
                (t("campaigns.success_power"), _success_sentence(plan)),
                (t("campaigns.quality_power"), _quality_sentence(plan)),
            ]
        )
    )


def _success_sentence(plan: Plan) -> str:
    limit = loaders.criteria().success_rate_min
    power = campaign_plan.success_power(plan.n_runs_per_condition, limit)
    if power.n_failures is None:
        return t(
            "campaigns.power.too_few",
            n_runs=power.n_runs,
            rate=formats.percent(limit),
            n_needed=formats.count(power.n_next),
        )
    if power.n_failures == 0:
        return t(
            "campaigns.power.pass_zero", n_runs=power.n_runs, n_next=formats.count(power.n_next)
        )
    return t(
        "campaigns.power.pass_some",
        n_runs=power.n_runs,
        n_failures=power.n_failures,
        n_next=formats.count(power.n_next),
        n_next_failures=power.n_failures + 1,
    )


def _quality_sentence(plan: Plan) -> str:
    key = "quality_ok" if plan.is_quality_enough else "quality_few"
    return t(f"campaigns.power.{key}", n_raters=plan.n_raters, n_prompts=plan.n_prompts)


def _ask_start(name: str, plan: Plan, suite: PromptSuite) -> None:
    """The price stands in the button; what cannot run is named instead."""
    unable = [one for one in plan.choices if one.origin is None]
    if unable:
        st.info(t("campaigns.no_origin", names=_names(unable)), icon=":material/power_off:")
        welcome.offer_sandbox()
        return
    if campaign_plan.mixed(plan.choices):
        simulated = [one for one in plan.choices if one.origin is Origin.SANDBOX]
        st.info(t("campaigns.mixed", names=_names(simulated)), icon=":material/call_split:")
        return
    origin = plan.choices[0].origin or Origin.LIVE
    label = t("campaigns.start", n_runs=plan.n_runs, cost=formats.usd(plan.cost_usd))
    if origin is Origin.SANDBOX:
        st.caption(t("campaigns.simulated"))
        label = t("campaigns.start_simulated", n_runs=plan.n_runs)
    if st.button(label, type="primary", icon=":material/play_arrow:", key="plan_start"):
        _start(name, plan, suite, origin)


def _start(name: str, plan: Plan, suite: PromptSuite, origin: Origin) -> None:
    try:
        plan_loaders.start_campaign(
            name=name,
            candidates=plan.candidates,
            baselines=plan.baselines,
            suite=suite,
            n_prompts=plan.n_prompts,
            n_seeds=plan.n_seeds,
            n_raters=plan.n_raters,
            origin=origin,
        )
    except VideogenError as error:
        notices.show_error(error)
        return
    st.toast(t("campaigns.started", n_runs=plan.n_runs), icon=":material/check:")
    st.rerun()


def _card(campaign: Campaign) -> str:
    spoken, runs = language.current(), loaders.campaign_runs(campaign.campaign_id)
    n_done = sum(run.status.is_final for run in runs)
    words = (
        t("campaigns.progress_of", n_done=n_done, n_runs=len(runs))
        if runs
        else t("campaigns.not_started")
    )
    failed = _failed_link(campaign, runs)
    decision = markup.link("decision", t("campaigns.decision_link"), campaign=campaign.campaign_id)
    to_runs = markup.link("runs", t("campaigns.runs_link"), campaign=campaign.campaign_id)
    share = n_done / len(runs) if runs else 0.0
    by = t("campaigns.by", owner=campaign.owner, date=formats.day(campaign.created_at, spoken))
    return (
        f'<article class="vg-card"><div class="vg-card-top"><span>{markup.esc(campaign.name)} '
        f"{_origin_chip(runs)}</span><span>{decision} &nbsp; {to_runs}</span></div>"
        f'<p class="vg-line">{markup.esc(_conditions(campaign))}</p>'
        f"{markup.progress(share, words)}"
        f'<p class="vg-line">{markup.esc(words)}{failed} · {markup.esc(by)}</p></article>'
    )


def _failed_link(campaign: Campaign, runs: tuple[Run, ...]) -> str:
    n_failed = sum(run.status is RunStatus.FAILED for run in runs)
    if not n_failed:
        return ""
    word = t("campaigns.failed", n=n_failed)
    link = markup.link("runs", word, status="failed", campaign=campaign.campaign_id)
    return f" · {link}"


def _origin_chip(runs: tuple[Run, ...]) -> str:
    if not any(run.origin is Origin.SANDBOX for run in runs):
        return ""
    return f'<span class="vg-chip vg-sandbox">{markup.esc(t("sandbox.short"))}</span>'


def _conditions(campaign: Campaign) -> str:
    labels = loaders.condition_labels()
    candidates = ", ".join(labels[key] for key in campaign.candidates)
    baselines = ", ".join(labels[key] for key in campaign.baselines)
    return t("campaigns.against", candidates=candidates, baselines=baselines or formats.UNKNOWN)


def _names(choices: list[Choice]) -> str:
    return ", ".join(loaders.condition_label(one.condition) for one in choices)
