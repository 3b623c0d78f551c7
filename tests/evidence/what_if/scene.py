"""Conditions with what was measured of them, as the what-if rooms read them."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from videogen.domain.condition import BackendKind, Condition, Location, Purpose
from videogen.domain.decision import CriterionVerdict, RunTally
from videogen.domain.run import Origin
from videogen.evidence.measured import MeasuredCondition, MeasuredQuality
from videogen.evidence.what_if.contenders import Contender
from videogen.routing import RouteOption, RoutingRule, RoutingRules

RULES = RoutingRules(
    version="plain",
    source="a test",
    last="local",
    rule=(RoutingRule(reason="simple", prefer=("local", "cloud")),),
)
CLOUD_FIRST = RULES.model_copy(
    update={
        "version": "cloud-first",
        "rule": (RoutingRule(reason="quick", prefer=("cloud", "local")),),
    }
)


def condition(name: str, backend: BackendKind = BackendKind.COMFY) -> Condition:
    return Condition(
        name=name,
        backend=backend,
        model=name,
        workflow=None,
        width_px=832,
        height_px=480,
        n_frames=80,
        fps=16.0,
    )


def measured(
    one: Condition,
    *,
    n_runs: int = 40,
    n_succeeded: int = 38,
    hours: float = 20.0,
    quality: float | None = 4.2,
    **changes: Any,
) -> MeasuredCondition:
    found = MeasuredCondition(
        condition_id=one.condition_id,
        origin=Origin.LIVE,
        n_runs=n_runs,
        n_succeeded=n_succeeded,
        wall_time_s_median=1_800.0,
        wall_time_s_p95=2_000.0,
        n_timed=n_succeeded,
        cost_usd_mean=1.0,
        n_costed=n_runs,
        peak_vram_mib_max=20_000.0,
        peak_is_lower_bound=False,
        n_peaks=n_runs,
        success=CriterionVerdict.NOT_YET,
        quality=None
        if quality is None
        else MeasuredQuality(
            mean=quality,
            low=quality - 0.3,
            high=quality + 0.3,
            n_ratings=80,
            n_raters=4,
            n_prompts=20,
        ),
        newest_at=None,
        tally=RunTally(
            n_ended=n_runs,
            n_ok=n_succeeded,
            n_first=n_runs,
            n_first_ok=n_succeeded,
            n_costed=n_runs,
            total_usd=float(n_succeeded),
            var_cost=0.01,
            var_ok=0.04,
            covariance=0.0,
            n_timed=n_runs,
            wall_time_s_total=hours * 3_600,
        ),
    )
    return replace(found, **changes)


def contender(
    name: str,
    *,
    cost_usd: float | None = 0.5,
    gpu_hours: float | None = 0.5,
    quality: float | None = 4.2,
    backend: BackendKind = BackendKind.COMFY,
    purpose: Purpose = Purpose.T2V,
    here: MeasuredCondition | None = None,
    is_measured: bool = True,
) -> Contender:
    one = condition(name, backend)
    return Contender(
        condition=one,
        option=RouteOption(
            name=name,
            purposes=frozenset({purpose}),
            height_px=480,
            duration_s=5.0,
            location=Location.LOCAL if backend is BackendKind.COMFY else Location.CLOUD,
            cost_usd=None if cost_usd is None else Decimal(str(cost_usd)),
            wall_time_s=1_800.0,
            quality=quality,
        ),
        measured=(here or measured(one, quality=quality)) if is_measured else None,
        cost_usd=cost_usd,
        gpu_hours=gpu_hours,
        wall_time_s=1_800.0,
    )
