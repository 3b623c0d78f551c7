"""Runs counted: what the criteria need of them, and nothing that grows with their number."""

import math
import statistics
from collections import Counter
from collections.abc import Sequence
from typing import TypedDict

from videogen.domain.decision import JudgedRun, RunTally, ranked_failures
from videogen.domain.run import FailureClass, RunStatus

IN_PROGRESS = (RunStatus.QUEUED, RunStatus.RUNNING)
P95 = 0.95


class Moments(TypedDict):
    """Sums and the sample's variances of (cost, success), as `RunTally` has them."""

    n_costed: int
    total_usd: float
    var_cost: float | None
    var_ok: float | None
    covariance: float | None


def tally_runs(runs: Sequence[JudgedRun], peak_limit_mib: int) -> RunTally:
    """One condition's runs, as the database counts them too: the two must agree."""
    ended = ended_runs(runs)
    first = [run for run in ended if run.requeued_from is None]
    cancelled = [run for run in runs if run.status == RunStatus.CANCELLED]
    costed = [run for run in ended if run.cost_usd is not None]
    peaks = [run.peak_vram_mib for run in runs if run.peak_vram_mib is not None]
    measured = [
        run for run in ended if run.peak_vram_mib is not None and not run.peak_is_lower_bound
    ]
    timed = [run for run in ended if run.wall_time_s is not None]
    walls_ok = [run.wall_time_s for run in timed if run.ok and run.wall_time_s is not None]
    return RunTally(
        n_ended=len(ended),
        n_ok=sum(run.ok for run in ended),
        n_first=len(first),
        n_first_ok=sum(run.ok for run in first),
        n_cancelled=len(cancelled),
        n_filtered=sum(run.failure_class is FailureClass.FILTERED for run in first),
        **_moments([run.cost_usd or 0.0 for run in costed], [run.ok for run in costed]),
        cancelled_usd=math.fsum(run.cost_usd or 0.0 for run in cancelled),
        n_peaks=len(measured),
        n_peaks_worst=sum(run.worst_configuration for run in measured),
        n_lower_bounds=len(peaks) - len(measured),
        n_oom=sum(run.failure_class is FailureClass.OUT_OF_VRAM for run in runs),
        n_over=sum(peak > peak_limit_mib for peak in peaks),
        peak_limit_mib=peak_limit_mib,
        peak_mib_max=max(peaks, default=None),
        n_timed=len(timed),
        n_ok_timed=len(walls_ok),
        wall_time_s_total=math.fsum(run.wall_time_s or 0.0 for run in timed),
        wall_time_s_median=statistics.median(walls_ok) if walls_ok else None,
        wall_time_s_p95=_quantile(walls_ok, P95),
        failures=ranked_failures(Counter(run.failure_class for run in ended if not run.ok)),
    )


def ended_runs(runs: Sequence[JudgedRun]) -> list[JudgedRun]:
    """Runs that ended by themselves: neither cancelled nor still waiting or running."""
    left_out = {RunStatus.CANCELLED.value, *(status.value for status in IN_PROGRESS)}
    return [run for run in runs if run.status not in left_out]


def _moments(costs_usd: Sequence[float], is_ok: Sequence[bool]) -> Moments:
    n, total = len(costs_usd), math.fsum(costs_usd)
    if not n:
        return Moments(n_costed=0, total_usd=0.0, var_cost=None, var_ok=None, covariance=None)
    mean, share, df = total / n, sum(is_ok) / n, max(n - 1, 1)
    pairs = list(zip(costs_usd, is_ok, strict=True))
    return Moments(
        n_costed=n,
        total_usd=total,
        var_cost=math.fsum((c - mean) ** 2 for c, _ in pairs) / df,
        var_ok=n * share * (1 - share) / df,
        covariance=math.fsum((c - mean) * (ok - share) for c, ok in pairs) / df,
    )


def _quantile(values: Sequence[float], share: float) -> float | None:
    """Linear between the two nearest, as the database has it; None of nothing."""
    if not values:
        return None
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)
