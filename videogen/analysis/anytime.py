"""Success rate that may be looked at after every run: a test that stays valid however often."""

import math
from dataclasses import dataclass

from videogen.analysis.search import first_true
from videogen.analysis.success import ALPHA, N_MAX
from videogen.domain.decision import CriterionVerdict

LOG_E_NEEDED = math.log(1 / ALPHA)  # e of 20: by Ville's inequality 5 % of bad conditions ever do


@dataclass(frozen=True, slots=True, kw_only=True)
class AnytimeSuccess:
    """What the runs so far allow to say early; the fixed plan is not asked."""

    n: int  # first-time runs
    n_ok: int
    log_e_pass: float  # evidence against "at or below the limit"
    log_e_fail: float  # evidence against "at or above the limit"
    verdict: CriterionVerdict
    n_more: int | None  # runs without a failure until it passes; None: passed, failed, or never


def anytime_success(n_ok: int, n: int, limit: float) -> AnytimeSuccess:
    """Args: limit: the least success rate that passes, above 0.

    Source: mixture likelihood ratio with a uniform prior over the rates beyond the limit, a test
    martingale at the limit and a supermartingale on its other side; Ville 1939.
    """
    log_e_pass, log_e_fail = _log_e_above(n_ok, n, limit), _log_e_below(n_ok, n, limit)
    verdict = CriterionVerdict.NOT_YET
    if log_e_pass >= LOG_E_NEEDED:
        verdict = CriterionVerdict.PASS
    elif log_e_fail >= LOG_E_NEEDED:
        verdict = CriterionVerdict.FAIL
    is_open = verdict is CriterionVerdict.NOT_YET
    n_needed = n_runs_to_pass_anytime(n - n_ok, limit) if is_open else None
    return AnytimeSuccess(
        n=n,
        n_ok=n_ok,
        log_e_pass=log_e_pass,
        log_e_fail=log_e_fail,
        verdict=verdict,
        n_more=None if n_needed is None else n_needed - n,
    )


def n_runs_to_pass_anytime(n_failures: int, limit: float) -> int | None:
    """The smallest number of runs that passes with so many failures; None: no number does."""
    return first_true(
        lambda n: _log_e_above(n - n_failures, n, limit) >= LOG_E_NEEDED, n_failures, N_MAX
    )


def _log_e_above(n_ok: int, n: int, limit: float) -> float:
    """Log of the mean of (p / limit)^ok ((1 - p) / (1 - limit))^failed over p in (limit, 1)."""
    from scipy.special import betaincc, betaln

    if limit >= 1:
        return -math.inf
    n_failed = n - n_ok
    share = float(betaincc(n_ok + 1, n_failed + 1, limit))
    mixture = float(betaln(n_ok + 1, n_failed + 1)) + _log(share) - math.log1p(-limit)
    return mixture - _log_likelihood(n_ok, n_failed, limit)


def _log_e_below(n_ok: int, n: int, limit: float) -> float:
    """The same over p in (0, limit)."""
    from scipy.special import betainc, betaln

    n_failed = n - n_ok
    if limit >= 1:
        return math.inf if n_failed else -math.log1p(n)  # a rate of 1 has no failure at all
    share = float(betainc(n_ok + 1, n_failed + 1, limit))
    mixture = float(betaln(n_ok + 1, n_failed + 1)) + _log(share) - math.log(limit)
    return mixture - _log_likelihood(n_ok, n_failed, limit)


def _log_likelihood(n_ok: int, n_failed: int, rate: float) -> float:
    return n_ok * math.log(rate) + n_failed * math.log1p(-rate)


def _log(share: float) -> float:
    return math.log(share) if share > 0 else -math.inf
