"""What the what-if on Costs reads: requests, rules, and what a clip of each condition takes."""

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from videogen.bootstrap.application import SHIPPED_DATA
from videogen.bootstrap.reach import is_retired
from videogen.domain.run import Origin
from videogen.evidence.case import Case
from videogen.evidence.route_options import option_of
from videogen.evidence.what_if.asked import Asked, recent_requests, stated_mix
from videogen.evidence.what_if.best_mix import BestMix, best_mix
from videogen.evidence.what_if.contenders import Contender, contenders
from videogen.evidence.what_if.replay import Replay, replay
from videogen.routing import RoutingRules
from videogen.ui import decision_loaders, loaders, models_loaders
from videogen.ui.loaders import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked: the last clips, or a stated mix with a share for each kind."""

    n_recent: int | None = None  # None: the stated mix
    shares: tuple[tuple[str, float], ...] = ()
    other_rules: str | None = None  # a version to hold beside the one in force


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    asked: tuple[Asked, ...]
    replays: tuple[Replay, ...]  # the rules in force first
    mix: BestMix | None  # None: nothing was asked


def kinds() -> tuple[Asked, ...]:
    """Of the stated mix, with the shares that it begins with."""
    return stated_mix(SHIPPED_DATA / "request_mix.toml")


def other_versions() -> list[str]:
    """Rules beside those in force, the newest first."""
    router = loaders.application().router
    return [one for one in sorted(router.versions, reverse=True) if one != router.rules.version]


def what_if(case: Case, wish: Wish) -> WhatIf:
    """Raises: InvalidInputError: names the field."""
    return _what_if(
        loaders.snapshot(),
        case.found.campaign.campaign_id,
        decision_loaders.assumed(),
        wish,
        _case=case,
    )


def origin_of(case: Case) -> Origin:
    return Origin.SANDBOX if case.found.is_sandbox else Origin.LIVE


@st.cache_resource(max_entries=16, show_spinner=False)
def _what_if(
    key: Snapshot,  # noqa: ARG001 the cache's key, as are the next two
    campaign_id: str,  # noqa: ARG001
    assumed: tuple[tuple[str, str], ...],  # noqa: ARG001
    wish: Wish,
    *,
    _case: Case,
) -> WhatIf:
    router = loaders.application().router
    in_force = router.rules
    versions = [in_force]
    if wish.other_rules is not None:
        versions.append(router.versions[wish.other_rules])
    asked = _asked(wish, origin_of(_case))
    if not asked:
        return WhatIf(asked=(), replays=(), mix=None)
    among = {rules.version: _among(_case, rules) for rules in versions}
    return WhatIf(
        asked=asked,
        replays=tuple(replay(asked, among[rules.version], rules) for rules in versions),
        mix=best_mix(
            asked,
            among[in_force.version],
            _case.found.evidence.criteria,
            _case.assumptions,
        ),
    )


def _asked(wish: Wish, origin: Origin) -> tuple[Asked, ...]:
    if wish.n_recent is not None:
        return recent_requests(loaders.application().database, wish.n_recent, origin)
    shares: Mapping[str, float] = dict(wish.shares)
    return stated_mix(SHIPPED_DATA / "request_mix.toml", shares)


def _among(case: Case, rules: RoutingRules) -> tuple[Contender, ...]:
    running = loaders.application()
    found = models_loaders.measured()
    today = loaders.now().date()
    origin = origin_of(case)
    options = [
        (
            one,
            option_of(
                one,
                rules,
                running.claims,
                running.prices,
                on=today,
                measured=found.get((one.condition_id, origin)),
            ),
        )
        for one in running.conditions
        if origin is Origin.SANDBOX or not is_retired(one, loaders.now())
    ]
    return contenders(
        options,
        found,
        origin=origin,
        assumptions=case.assumptions,
        prices=case.prices,
        on=today,
    )
