"""Planning a campaign: the usual plan is filled in, what it takes and proves stands beside it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

import streamlit as st

from videogen.bootstrap.campaigns import DryRun
from videogen.domain.access import Permission
from videogen.domain.condition import BackendKind, Condition, Location
from videogen.domain.generation import MissingParts
from videogen.domain.prompt import PromptSuite
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError, VideogenError
from videogen.ui import (
    allowed,
    campaign_forecast,
    campaign_inputs,
    campaign_loaders,
    formats,
    inputs_view,
    loaders,
    markup,
    notices,
    plan_loaders,
    route_view,
    suites_view,
    welcome,
)
from videogen.ui.campaign_loaders import Wish
from videogen.ui.language import t

N_PROMPTS_USUAL = 30
N_RATERS_USUAL = 6
SEEDS_USUAL = "1"
MAX_RATERS = 1_000
MAX_CHARACTERS = 80
CANDIDATES = ("wan-1.3b", "wan-14b")
BASELINES = ("animatediff", "veo-3.1-fast")
ASKED = "plan_servers_asked"
FOLLOWED = "plan_followed"  # the candidate that an address asked for, once it has been


def ask() -> None:
    if not allowed.offers(Permission.PLAN):
        return
    form, answer = st.columns([1, 1], gap="large")
    try:
        with form:
            wish = _ask_wish()
            suites_view.ask()
        if not wish.conditions:
            answer.caption(t("campaigns.nothing_chosen"))
            return
        with answer:
            _answer(wish)
    except InvalidInputError as error:
        with answer:
            notices.show_error(error)


def _ask_wish() -> Wish:
    """Raises: InvalidInputError: a field that is no list of numbers."""
    known = {one.condition.name: one.condition for one in plan_loaders.choices()}
    name = st.text_input(
        t("campaigns.name"),
        value=t("campaigns.name_default"),
        key="plan_name",
        max_chars=MAX_CHARACTERS,
    )
    _follow_address(known)
    candidates = _conditions("candidates", list(known), CANDIDATES)
    others = [name for name in known if name not in candidates]
    baselines = _conditions("baselines", others, BASELINES)
    suites = {suite.suite_id: suite for suite in plan_loaders.suites()}
    first = next(iter(suites.values()))
    with st.grid(3, min_column_width=120):
        n_prompts = _number("n_prompts", N_PROMPTS_USUAL, _chosen_suite(suites, first))
        n_raters = st.number_input(
            t("campaigns.n_raters"),
            min_value=1,
            max_value=MAX_RATERS,
            value=N_RATERS_USUAL,
            key="plan_n_raters",
        )
        cap = st.number_input(
            t("campaigns.cap"),
            min_value=0.0,
            value=None,
            step=5.0,
            format="%.2f",
            placeholder=t("campaigns.cap_none"),
            help=t("campaigns.cap_help"),
            key="plan_cap",
        )
    prompts = _chosen_suite(suites, first).prompts[:n_prompts]
    inputs = campaign_inputs.ask([known[name] for name in [*candidates, *baselines]], prompts)
    with st.expander(t("campaigns.more")):
        suite_id = st.selectbox(t("campaigns.suite"), list(suites), key=suites_view.CHOSEN)
        st.caption(suites_view.facts(suites.get(suite_id or "", first)))
        seeds = st.text_input(
            t("campaigns.seeds"),
            value=SEEDS_USUAL,
            help=t("campaigns.seeds_help"),
            key="plan_seeds",
        )
        rated = st.text_input(
            t("campaigns.rated_seeds"),
            value=SEEDS_USUAL,
            help=t("campaigns.rated_seeds_help"),
            key="plan_rated_seeds",
        )
    return Wish(
        name=name,
        candidates=tuple(known[name] for name in candidates),
        baselines=tuple(known[name] for name in baselines),
        suite=suites.get(suite_id or "", first),
        n_prompts=n_prompts,
        seeds=_seeds(seeds, "seeds"),
        rated_seeds=_seeds(rated, "rated_seeds"),
        n_raters=n_raters,
        cap_usd=cents(cap),
        inputs=inputs,
    )


def _follow_address(known: Mapping[str, Condition]) -> None:
    """`?candidate=` fills the plan once: that one, against what is made from the same things."""
    asked = st.query_params.get("candidate")
    condition = None if asked is None else plan_loaders.condition_named(asked)
    if asked is None or st.session_state.get(FOLLOWED) == asked:
        return
    if condition is None or condition.name not in known:
        st.warning(
            markup.as_text(t("create.condition_unknown", condition=asked)),
            icon=":material/search_off:",
        )
        return
    st.session_state[FOLLOWED] = asked
    st.session_state["plan_candidates"] = [condition.name]
    st.session_state["plan_baselines"] = rivals(condition, known)


def rivals(condition: Condition, known: Mapping[str, Condition]) -> list[str]:
    """The usual baselines where they serve the same purpose, else their kin or another cloud's."""
    alike = [
        name
        for name, one in known.items()
        if one.purpose is condition.purpose
        and name != condition.name
        and one.backend is not BackendKind.ROUTED
    ]
    usual = [name for name in BASELINES if name in alike]
    kin = [name for name in alike if name.startswith(BASELINES)]
    cloud = [name for name in alike if known[name].location is Location.CLOUD]
    return usual or (kin or cloud)[:1]


def cents(amount_usd: float | None) -> Decimal | None:
    """As it was typed: a float would carry its binary error into the money."""
    return None if amount_usd is None else Decimal(f"{amount_usd:.2f}")


def _conditions(name: str, options: Sequence[str], usual: Sequence[str]) -> list[str]:
    key = f"plan_{name}"
    return st.multiselect(
        t(f"campaigns.{name}"),
        options,
        # An address may have filled it: a default besides would be told of as a conflict.
        default=None if key in st.session_state else [one for one in usual if one in options],
        format_func=loaders.name_label,
        help=t(f"campaigns.{name}_help"),
        key=key,
    )


def _number(name: str, usual: int, suite: PromptSuite) -> int:
    limit = len(suite.prompts)
    key = f"plan_{name}"
    # Set here alone: a default besides would be told of as a conflict.
    st.session_state[key] = min(st.session_state.get(key, usual), limit)
    return st.number_input(
        t(f"campaigns.{name}"),
        min_value=1,
        max_value=limit,
        key=key,
    )


def _chosen_suite(suites: dict[str, PromptSuite], first: PromptSuite) -> PromptSuite:
    """As the visitor left it: the field itself stands further down."""
    return suites.get(str(st.session_state.get(suites_view.CHOSEN)), first)


def _seeds(text: str, field: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(",") if part.strip())
    except ValueError:
        raise InvalidInputError("seeds_text", field=field, value=text) from None


def _answer(wish: Wish) -> None:
    """Before any button: what it takes, what it can prove, what stands in its way."""
    lacking = campaign_inputs.lacking(wish.conditions, wish.inputs)
    if lacking:
        route_view.ask_first(inputs_view.name_of(slot.name) for slot in lacking)
        return
    try:
        campaign = campaign_loaders.draft(wish)
    except InvalidInputError as error:
        campaign_inputs.put_in_words(error, wish.conditions, wish.suite.prompts)
        raise
    found = campaign_loaders.dry_run(campaign, wish.conditions, _asked(wish.conditions))
    campaign_forecast.show(found)
    if found.origin is None:
        welcome.offer_sandbox()
    with st.container(horizontal=True):
        if found.origin is not None and st.button(
            start_label(found), type="primary", icon=":material/play_arrow:", key="plan_start"
        ):
            _begin(wish, found)
        if st.button(t("campaigns.keep"), key="plan_keep", help=t("campaigns.keep_help")):
            _keep(wish, found)
        if st.button(
            t("campaigns.ask_servers"),
            key="plan_ask",
            type="tertiary",
            icon=":material/fact_check:",
            help=t("campaigns.ask_servers_help"),
        ):
            _ask_servers(wish.conditions)
    _say_asked(wish.conditions)


def start_label(found: DryRun) -> str:
    """The price stands in the button."""
    n_runs = found.forecast.n_runs
    if found.origin is Origin.SANDBOX:
        return t("campaigns.start_simulated", n_runs=n_runs)
    known = found.forecast
    if known.without_cost or known.cost_high_usd is None:
        return t("campaigns.start_unknown", n_runs=n_runs)
    cost = formats.usd_range(known.cost_low_usd, known.cost_high_usd)
    return t("campaigns.start", n_runs=n_runs, cost=cost)


def _begin(wish: Wish, found: DryRun) -> None:
    try:
        campaign_loaders.keep(found.campaign, wish)
        campaign_loaders.start(found.campaign, found.origin or Origin.LIVE)
    except VideogenError as error:
        notices.show_error(error)
        return
    st.toast(t("campaigns.started", n_runs=found.forecast.n_runs), icon=":material/check:")
    _open(found.campaign.campaign_id)


def _keep(wish: Wish, found: DryRun) -> None:
    try:
        campaign_loaders.keep(found.campaign, wish)
    except VideogenError as error:
        notices.show_error(error)
        return
    _open(found.campaign.campaign_id)


def _open(campaign_id: str) -> None:
    st.query_params["campaign"] = campaign_id
    st.rerun()


def _key(conditions: Sequence[Condition]) -> tuple[str, ...]:
    return tuple(one.condition_id for one in conditions)


def _asked(conditions: Sequence[Condition]) -> dict[str, MissingParts] | None:
    """What the servers said of just these conditions, if somebody asked."""
    answers: dict[tuple[str, ...], dict[str, MissingParts]] = st.session_state.get(ASKED, {})
    return answers.get(_key(conditions))


def _ask_servers(conditions: Sequence[Condition]) -> None:
    with st.spinner(t("campaigns.asking_servers")):
        st.session_state[ASKED] = {_key(conditions): campaign_loaders.ask_servers(conditions)}
    st.rerun()


def _say_asked(conditions: Sequence[Condition]) -> None:
    answers = _asked(conditions)
    if answers is not None and not any(answers.values()):
        n_asked = len(answers)
        st.caption(t("campaigns.servers_complete" if n_asked else "campaigns.servers_none"))
