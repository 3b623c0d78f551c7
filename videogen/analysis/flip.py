"""What would turn a criterion's verdict: other thresholds, further outcomes, other prices."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from videogen.analysis.cost import N_SUCCESSES_MIN, Spend, cost_bounds, cost_verdict
from videogen.analysis.search import first_true
from videogen.analysis.success import N_MAX, success_bounds, success_verdict
from videogen.domain.decision import CriterionName, CriterionVerdict

PASS, FAIL, NOT_YET = CriterionVerdict.PASS, CriterionVerdict.FAIL, CriterionVerdict.NOT_YET
NEXT_CLIPS = 10  # "should the next ones be dearer": few enough to happen within a day or two
_HALVINGS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Flip:
    """One criterion's verdict and its distance to the others, in the criterion's own unit.

    A threshold up to `passes_at` (quality, success; cost and VRAM: from it on) passes with this
    evidence, one beyond `fails_at` fails; None: too little is known for any threshold. Outcomes
    are counted in a row; None: no number of them turns it, or it stands there already.
    """

    name: CriterionName
    verdict: CriterionVerdict
    threshold: float
    passes_at: float | None = None
    fails_at: float | None = None
    n_good_to_open: int | None = None
    n_good_to_pass: int | None = None
    n_bad_to_open: int | None = None
    n_bad_to_fail: int | None = None
    usd_each: float | None = None  # what each of the next `n_each` clips must cost to turn it
    n_each: int | None = None
    n_at_rate: int | None = None  # further runs that decide it, should the rate stay as it is
    trend: CriterionVerdict | None = None  # where it leads, should things go on as they are

    @property
    def to_pass(self) -> float | None:
        """How much better the bound must be to pass; not above 0 where it passes."""
        return self._gap(self.passes_at)

    @property
    def to_fail(self) -> float | None:
        """How much worse the bound must be to fail; not above 0 where it fails."""
        gap = self._gap(self.fails_at)
        return None if gap is None else -gap

    def _gap(self, bound: float | None) -> float | None:
        if bound is None:
            return None
        is_ceiling = self.name in (CriterionName.COST, CriterionName.VRAM)
        return bound - self.threshold if is_ceiling else self.threshold - bound


def success_flip(n_ok: int, n: int, limit: float) -> Flip:
    """Further first-time runs, each a success (good) or a failure (bad)."""
    low, high = success_bounds(n_ok, n)
    verdict = success_verdict(n_ok, n, limit)
    most = N_MAX + n

    def after(is_good: bool, wanted: Callable[[CriterionVerdict], bool]) -> int | None:
        return first_true(
            lambda more: wanted(success_verdict(n_ok + more * is_good, n + more, limit)), 1, most
        )

    return Flip(
        name=CriterionName.SUCCESS,
        verdict=verdict,
        threshold=limit,
        passes_at=low if n else None,
        fails_at=high if n else None,
        **_in_a_row(verdict, after),
        n_at_rate=_n_at_rate(n_ok, n, limit) if n and verdict is NOT_YET else None,
        trend=_trend(verdict, is_good=not n or n_ok / n >= limit),
    )


def _n_at_rate(n_ok: int, n: int, limit: float) -> int | None:
    rate = n_ok / n
    return first_true(
        lambda more: success_verdict(rate * (n + more), n + more, limit) is not NOT_YET, 1, N_MAX
    )


def cost_flip(spend: Spend, limit_usd: float) -> Flip:
    """Further runs at the mean cost so far, each a clip (good) or a failure (bad)."""
    bounds = cost_bounds(spend)
    is_enough = bounds is not None and spend.n_ok >= N_SUCCESSES_MIN
    verdict = cost_verdict(spend, limit_usd)

    def after(is_good: bool, wanted: Callable[[CriterionVerdict], bool]) -> int | None:
        return first_true(
            lambda more: wanted(
                cost_verdict(with_more(spend, more, spend.mean_usd, is_ok=is_good), limit_usd)
            ),
            1,
            N_MAX,
        )

    estimate = spend.estimate_usd
    flip = Flip(
        name=CriterionName.COST,
        verdict=verdict,
        threshold=limit_usd,
        passes_at=bounds[1] if bounds and is_enough else None,
        fails_at=bounds[0] if bounds and is_enough else None,
        **_in_a_row(verdict, after),
        trend=_trend(verdict, is_good=estimate is None or estimate <= limit_usd),
    )
    if verdict is NOT_YET:
        return flip
    n_each = NEXT_CLIPS if verdict is PASS else max(NEXT_CLIPS, spend.n)
    usd_each = price_that_turns(spend, limit_usd, n_each)
    return replace(flip, n_each=n_each, usd_each=usd_each)


def with_more(spend: Spend, n_more: int, usd: float, *, is_ok: bool) -> Spend:
    """The same moments after so many further runs of one cost and one outcome."""
    n = spend.n + n_more
    n_ok = spend.n_ok + n_more * is_ok
    pull = spend.n * n_more / n
    away_usd, away_ok = usd - spend.mean_usd, is_ok - spend.success_share
    df_before, df = max(spend.n - 1, 1), max(n - 1, 1)
    return Spend(
        n=n,
        n_ok=n_ok,
        total_usd=spend.total_usd + n_more * usd,
        var_cost=(spend.var_cost * df_before + pull * away_usd**2) / df,
        var_ok=n_ok * (n - n_ok) / n / df,
        covariance=(spend.covariance * df_before + pull * away_usd * away_ok) / df,
    )


def price_that_turns(spend: Spend, limit_usd: float, n_clips: int) -> float | None:
    """What each of the next clips, none of them a failure, must cost to end a pass or a fail.

    At least so much ends a pass, at most so much ends a fail; None: no price does.
    """
    verdict = cost_verdict(spend, limit_usd)

    def stands(usd: float) -> bool:
        ahead = with_more(spend, n_clips, usd, is_ok=True)
        return cost_verdict(ahead, limit_usd) is verdict

    estimate = spend.estimate_usd
    if verdict is NOT_YET or estimate is None:
        return None
    if verdict is PASS:
        cheap = next((usd for usd in (estimate, spend.mean_usd, 0.0) if stands(usd)), None)
        if cheap is None:
            return None
        dear = _doubled(max(limit_usd, cheap), lambda usd: not stands(usd))
        return None if dear is None else _halved(cheap, dear, stands)
    dear = _doubled(max(estimate, limit_usd), stands)
    if dear is None or stands(0.0):
        return None
    return _halved(dear, 0.0, stands)


def _doubled(usd: float, is_far_enough: Callable[[float], bool]) -> float | None:
    for _ in range(_HALVINGS):
        if is_far_enough(usd):
            return usd
        usd *= 2
    return None


def _halved(inside: float, outside: float, stands: Callable[[float], bool]) -> float:
    """The price nearest to `inside` that no longer stands."""
    for _ in range(_HALVINGS):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if stands(middle) else (inside, middle)
    return outside


def quality_flip(
    verdict: CriterionVerdict,
    limit: float,
    estimate: float | None,
    low: float | None,
    high: float | None,
    *,
    is_enough: bool,
) -> Flip:
    """Bounds move with the mean as long as opinions differ as much as now.

    Args: is_enough: whether the least numbers of raters and prompts are there.
    """
    return Flip(
        name=CriterionName.QUALITY,
        verdict=verdict,
        threshold=limit,
        passes_at=low if is_enough else None,
        fails_at=high if is_enough else None,
        trend=_trend(verdict, is_good=estimate is None or estimate >= limit),
    )


def vram_flip(
    verdict: CriterionVerdict,
    limit_mib: float,
    peak_mib: float | None,
    *,
    n_oom: int,
    n_more: int | None,
) -> Flip:
    """Args: n_more: the runs that are missing, each below the limit."""
    is_open, is_pass = verdict is NOT_YET, verdict is PASS
    return Flip(
        name=CriterionName.VRAM,
        verdict=verdict,
        threshold=limit_mib,
        passes_at=None if is_open or n_oom else peak_mib,
        fails_at=peak_mib,
        n_good_to_pass=n_more if is_open else None,
        n_bad_to_fail=1 if is_open or is_pass else None,
        trend=_trend(verdict, is_good=True),
    )


def _in_a_row(
    verdict: CriterionVerdict,
    after: Callable[[bool, Callable[[CriterionVerdict], bool]], int | None],
) -> dict[str, int | None]:
    """`after(is_good, wanted)`: how many outcomes of one kind until the verdict is as wanted."""
    counts: dict[str, int | None] = {}
    if verdict is PASS:
        counts["n_bad_to_open"] = after(False, lambda found: found is not PASS)
    if verdict is not FAIL:
        counts["n_bad_to_fail"] = after(False, lambda found: found is FAIL)
    if verdict is FAIL:
        counts["n_good_to_open"] = after(True, lambda found: found is not FAIL)
    if verdict is not PASS:
        counts["n_good_to_pass"] = after(True, lambda found: found is PASS)
    return counts


def _trend(verdict: CriterionVerdict, *, is_good: bool) -> CriterionVerdict:
    if verdict is not NOT_YET:
        return verdict
    return PASS if is_good else FAIL
