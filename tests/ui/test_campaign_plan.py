from decimal import Decimal

from videogen.domain.condition import BackendKind, Condition
from videogen.domain.run import Origin
from videogen.evidence import Estimate, EstimateSource
from videogen.ui.campaign_plan import Plan, mixed, success_power
from videogen.ui.plan_loaders import Choice


def choice(
    name: str,
    *,
    backend: BackendKind = BackendKind.COMFY,
    time_s: float | None = 100.0,
    cost_usd: str | None = "0.10",
    origin: Origin | None = Origin.LIVE,
) -> Choice:
    condition = Condition(
        name=name, backend=backend, model=name, workflow=None,
        width_px=512, height_px=512, n_frames=16, fps=8.0,
    )  # fmt: skip
    estimate = Estimate(
        wall_time_low_s=time_s,
        wall_time_high_s=time_s,
        cost_usd=None if cost_usd is None else Decimal(cost_usd),
        peak_vram_low_mib=None,
        peak_vram_high_mib=None,
        source=EstimateSource.CLAIMED,
    )
    return Choice(condition=condition, origin=origin, estimate=estimate)


def plan(*choices: Choice, n_prompts: int = 30, n_seeds: int = 2, n_raters: int = 6) -> Plan:
    return Plan(
        candidates=choices[:1],
        baselines=choices[1:],
        n_prompts=n_prompts,
        n_seeds=n_seeds,
        n_raters=n_raters,
    )


def test_a_plan_counts_and_prices_its_whole_grid() -> None:
    grid = plan(choice("wan"), choice("animatediff"))

    assert grid.n_runs_per_condition == 60
    assert grid.n_runs == 120
    assert grid.cost_usd == Decimal("12.00")


def test_an_unknown_cost_is_named_and_not_counted_as_nothing() -> None:
    grid = plan(choice("wan", cost_usd=None), choice("animatediff"))

    assert [one.condition.name for one in grid.without_cost] == ["wan"]
    assert grid.cost_usd == Decimal("6.00")


def test_back_ends_of_different_kinds_work_side_by_side() -> None:
    slow = choice("wan", time_s=300.0)
    quick = choice("veo", backend=BackendKind.VERTEX, time_s=100.0)

    assert plan(slow, choice("animatediff"), quick).duration_s == (300.0 + 100.0) * 60


def test_a_duration_that_nobody_knows_stays_unknown() -> None:
    assert plan(choice("wan", time_s=None)).duration_s is None


def test_forty_runs_pass_only_without_a_failure_and_46_forgive_one() -> None:
    power = success_power(40, 0.90)

    assert (power.n_failures, power.n_next) == (0, 46)


def test_sixty_one_runs_forgive_two_failures() -> None:
    assert success_power(61, 0.90).n_failures == 2


def test_twenty_eight_runs_cannot_pass_at_all() -> None:
    power = success_power(28, 0.90)

    assert power.n_failures is None
    assert power.n_next == 29


def test_quality_needs_enough_raters_and_prompts() -> None:
    assert plan(choice("wan"), n_prompts=20, n_raters=4).is_quality_enough
    assert not plan(choice("wan"), n_prompts=19, n_raters=4).is_quality_enough
    assert not plan(choice("wan"), n_prompts=20, n_raters=3).is_quality_enough


def test_measured_and_simulated_conditions_do_not_share_a_campaign() -> None:
    assert mixed([choice("wan"), choice("veo", origin=Origin.SANDBOX)])
    assert not mixed([choice("wan"), choice("veo", origin=None)])
