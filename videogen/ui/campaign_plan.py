"""What a planned campaign takes and what it can prove, before anything is started."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from videogen.analysis.quality import N_PROMPTS_MIN, N_RATERS_MIN
from videogen.analysis.success import n_runs_to_pass
from videogen.domain.condition import BackendKind
from videogen.domain.run import Origin
from videogen.ui import estimates
from videogen.ui.plan_loaders import Choice

RATING_S = 13.5  # 40 presentations of 8-second clips take about 9 minutes


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    candidates: tuple[Choice, ...]
    baselines: tuple[Choice, ...]
    n_prompts: int
    n_seeds: int
    n_raters: int

    @property
    def choices(self) -> tuple[Choice, ...]:
        return self.candidates + self.baselines

    @property
    def n_runs_per_condition(self) -> int:
        return self.n_prompts * self.n_seeds

    @property
    def n_runs(self) -> int:
        return self.n_runs_per_condition * len(self.choices)

    @property
    def cost_usd(self) -> Decimal:
        """Of the conditions whose cost is known."""
        known = (estimates.cost_usd(one, self.n_runs_per_condition) for one in self.choices)
        return sum((cost for cost in known if cost is not None), Decimal(0))

    @property
    def without_cost(self) -> tuple[Choice, ...]:
        return tuple(one for one in self.choices if one.estimate.cost_usd is None)

    @property
    def duration_s(self) -> float | None:
        """Kinds of back ends work side by side, each on one run at a time."""
        by_kind: dict[BackendKind, float] = defaultdict(float)
        for one in self.choices:
            middle = estimates.middle_s(one)
            if middle is not None:
                by_kind[one.condition.backend] += middle * self.n_runs_per_condition
        return max(by_kind.values(), default=None)

    @property
    def rating_time_s(self) -> float:
        """For each rater: every clip of one seed."""
        return len(self.choices) * self.n_prompts * RATING_S

    @property
    def origins(self) -> frozenset[Origin | None]:
        return frozenset(one.origin for one in self.choices)

    @property
    def is_quality_enough(self) -> bool:
        return self.n_raters >= N_RATERS_MIN and self.n_prompts >= N_PROMPTS_MIN


@dataclass(frozen=True, slots=True, kw_only=True)
class SuccessPower:
    """How many failures a number of runs forgives; None: it cannot pass at all."""

    n_runs: int
    n_failures: int | None
    n_next: int | None  # the number of runs that forgives one more


def success_power(n_runs: int, success_rate_min: float) -> SuccessPower:
    allowed: int | None = None
    needed = n_runs_to_pass(0, success_rate_min)
    while needed is not None and needed <= n_runs:
        allowed = 0 if allowed is None else allowed + 1
        needed = n_runs_to_pass(allowed + 1, success_rate_min)
    return SuccessPower(n_runs=n_runs, n_failures=allowed, n_next=needed)


def mixed(choices: Sequence[Choice]) -> bool:
    """Measured and simulated would meet in one campaign."""
    return len({one.origin for one in choices if one.origin is not None}) > 1
