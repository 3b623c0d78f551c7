"""What would turn each criterion's verdict, in sentences."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from videogen.analysis.cost import N_SUCCESSES_MIN, summarise_spend
from videogen.analysis.flip import Flip, cost_flip, quality_flip, success_flip, vram_flip
from videogen.analysis.quality import N_PROMPTS_MIN, N_RATERS_MIN
from videogen.domain.decision import (
    ConditionEvidence,
    Criteria,
    CriterionName,
    CriterionResult,
    CriterionVerdict,
)
from videogen.evidence.case import Case
from videogen.evidence.verdict import Sentence
from videogen.texts import formats

_ROWS = {
    "n_good_to_open": "flip.row.successes_to_open",
    "n_good_to_pass": "flip.row.successes_to_pass",
    "n_bad_to_open": "flip.row.failures_to_open",
    "n_bad_to_fail": "flip.row.failures_to_fail",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CriterionFlip:
    """`flip` is None where no distance can be told; `sentences` is empty where none applies."""

    name: CriterionName
    verdict: CriterionVerdict
    flip: Flip | None
    sentences: tuple[Sentence, ...]  # first the thresholds, then what further outcomes turn it


def flips(case: Case) -> Mapping[str, tuple[CriterionFlip, ...]]:
    """Of every condition by its name, in the order of its criteria."""
    evidence = {one.name: one for one in case.found.evidence.conditions}
    criteria = case.found.evidence.criteria
    return {
        judged.name: tuple(
            criterion_flip(name, result, evidence[judged.name], criteria)
            for name, result in judged.criteria.items()
        )
        for judged in case.decision.conditions
    }


def criterion_flip(
    name: CriterionName,
    result: CriterionResult,
    condition: ConditionEvidence,
    criteria: Criteria,
) -> CriterionFlip:
    if result.verdict is CriterionVerdict.NOT_APPLICABLE:
        return CriterionFlip(name=name, verdict=result.verdict, flip=None, sentences=())
    flip, sentences = {
        CriterionName.QUALITY: _quality,
        CriterionName.COST: _cost,
        CriterionName.VRAM: _vram,
        CriterionName.SUCCESS: _success,
    }[name](result, condition, criteria)
    return CriterionFlip(name=name, verdict=result.verdict, flip=flip, sentences=tuple(sentences))


Found = tuple[Flip | None, Sequence[Sentence]]


def _quality(result: CriterionResult, condition: ConditionEvidence, criteria: Criteria) -> Found:  # noqa: ARG001 one form for all four
    n_prompts = result.facts.get("n_prompts", 0)
    is_enough = (
        result.low is not None
        and result.n >= N_RATERS_MIN
        and isinstance(n_prompts, int)
        and n_prompts >= N_PROMPTS_MIN
    )
    flip = quality_flip(
        result.verdict,
        criteria.quality_min,
        result.estimate,
        result.low,
        result.high,
        is_enough=is_enough,
    )
    if flip.to_pass is None or flip.to_fail is None:
        facts: dict[str, object] = {
            "n_raters_min": N_RATERS_MIN,
            "n_prompts_min": N_PROMPTS_MIN,
            "n_raters": result.n,
            "n_prompts": n_prompts,
        }
        return flip, [Sentence(key="flip.quality.few", facts=facts)]
    # A fall must be larger than the gap, a rise as large; both are rounded away from the gap.
    to_open = -flip.to_pass if flip.verdict is CriterionVerdict.PASS else -flip.to_fail
    facts = {
        "passes_at": f"{_floor(max(1.0, flip.passes_at or 0.0), 2):.2f}",
        "fails_at": f"{_ceil(min(5.0, flip.fails_at or 0.0), 2):.2f}",
        "to_pass": f"{_ceil(abs(flip.to_pass), 2):.2f}",
        "to_open": f"{_beyond(to_open, 2):.2f}",
        "to_fail": f"{_beyond(abs(flip.to_fail), 2):.2f}",
    }
    return flip, [Sentence(key=f"flip.quality.{flip.verdict.value}", facts=facts)]


def _cost(result: CriterionResult, condition: ConditionEvidence, criteria: Criteria) -> Found:
    spend = summarise_spend(condition.tally)
    n_unknown = condition.tally.n_ended - condition.tally.n_costed
    if spend is None and n_unknown:
        return None, [Sentence(key="flip.cost.unknown", facts={"n_unknown": n_unknown})]
    few: dict[str, object] = {"n_successes_min": N_SUCCESSES_MIN, "n_ok": condition.tally.n_ok}
    if spend is None:
        return None, [Sentence(key="flip.cost.few", facts=few)]
    flip = cost_flip(spend, criteria.cost_usd_max)
    if flip.passes_at is None or flip.fails_at is None:
        return flip, [Sentence(key="flip.cost.few", facts=few)]
    facts = {
        "passes_at": _usd(_ceil(flip.passes_at, _digits(flip.passes_at))),
        "fails_at": _usd(_floor(flip.fails_at, _digits(flip.fails_at))),
    }
    thresholds = Sentence(
        key=f"flip.cost.{_word(result.verdict, can_fail=flip.fails_at > 0)}", facts=facts
    )
    return flip, [thresholds, *_in_a_row(flip), *_prices(flip)]


def _prices(flip: Flip) -> list[Sentence]:
    if flip.n_each is None:
        return []
    is_pass = flip.verdict is CriterionVerdict.PASS
    if flip.usd_each is None:
        return [] if is_pass else [_said("flip.cost.no_price", n_each=formats.count(flip.n_each))]
    if is_pass:
        usd = _usd(_ceil(flip.usd_each, _digits(flip.usd_each)))
        return [_said("flip.cost.dearer", n_each=formats.count(flip.n_each), usd_each=usd)]
    usd = _usd(_floor(flip.usd_each, _digits(flip.usd_each)))
    return [_said("flip.cost.cheaper", n_each=formats.count(flip.n_each), usd_each=usd)]


def _success(result: CriterionResult, condition: ConditionEvidence, criteria: Criteria) -> Found:
    tally = condition.tally
    flip = success_flip(tally.n_first_ok, tally.n_first, criteria.success_rate_min)
    if flip.passes_at is None or flip.fails_at is None:
        return flip, [Sentence(key="flip.success.none"), *_in_a_row(flip)]
    if tally.n_first_ok == 0:
        return flip, [Sentence(key="flip.success.nothing"), *_in_a_row(flip)]
    facts = {
        "passes_at": f"{_floor(100 * flip.passes_at, 1):.1f} %",
        "fails_at": f"{_ceil(100 * flip.fails_at, 1):.1f} %",
    }
    sentences = [
        Sentence(
            key=f"flip.success.{_word(result.verdict, can_fail=flip.fails_at < 1)}", facts=facts
        )
    ]
    sentences += _in_a_row(flip)
    if flip.n_at_rate is not None:
        rate = f"{100 * (result.estimate or 0.0):.1f} %"
        sentences.append(
            _said("flip.success.at_rate", rate=rate, n_at_rate=formats.count(flip.n_at_rate))
        )
    return flip, sentences


def _vram(result: CriterionResult, condition: ConditionEvidence, criteria: Criteria) -> Found:
    tally, limit_mib = condition.tally, criteria.peak_vram_mib_max
    flip = vram_flip(
        result.verdict,
        limit_mib,
        tally.peak_mib_max,
        n_oom=tally.n_oom,
        n_more=result.needs.n_runs if result.needs else None,
    )
    if result.verdict is CriterionVerdict.FAIL and not tally.n_over:
        return flip, [_said("flip.vram.fail_oom", n_oom=tally.n_oom)]
    if flip.to_fail is None or tally.peak_mib_max is None:
        return flip, [_said("flip.vram.none", n_good=flip.n_good_to_pass)]
    facts = {
        "headroom": formats.memory(flip.to_fail),
        "over": formats.memory(-flip.to_fail),
        "passes_at": f"{_ceil(tally.peak_mib_max / formats.MIB_PER_GB, 1):.1f} GB",
        "n_good": flip.n_good_to_pass,
    }
    return flip, [Sentence(key=f"flip.vram.{result.verdict.value}", facts=facts)]


def _in_a_row(flip: Flip) -> list[Sentence]:
    counts = {key: getattr(flip, name) for name, key in _ROWS.items()}
    return [_said(key, n=formats.count(n)) for key, n in counts.items() if n is not None]


def _word(verdict: CriterionVerdict, *, can_fail: bool) -> str:
    """An open one that no threshold within its scale fails is told without that side."""
    is_one_sided = verdict is CriterionVerdict.NOT_YET and not can_fail
    return CriterionVerdict.FAIL.value if is_one_sided else verdict.value


def _said(key: str, **facts: object) -> Sentence:
    return Sentence(key=key, facts=facts)


def _usd(value_usd: float) -> str:
    return formats.usd(value_usd)


def _digits(value_usd: float) -> int:
    """As `formats.usd` shows it, so that rounding away from the verdict is not undone."""
    if value_usd < 0.01:
        return 4
    if value_usd < 0.1:
        return 3
    return 0 if value_usd >= 100 else 2


def _floor(value: float, digits: int) -> float:
    return math.floor(round(value * 10.0**digits, 6)) / 10.0**digits


def _ceil(value: float, digits: int) -> float:
    return math.ceil(round(value * 10.0**digits, 6)) / 10.0**digits


def _beyond(gap: float, digits: int) -> float:
    """The first figure of so many digits that is larger than the gap."""
    return (math.floor(round(gap * 10.0**digits, 6)) + 1) / 10.0**digits
