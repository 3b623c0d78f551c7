"""What the anytime rule says of success before the planned n; it unlocks nothing."""

from collections.abc import Mapping
from dataclasses import dataclass

from videogen.analysis.anytime import AnytimeSuccess, anytime_success
from videogen.domain.decision import CriterionVerdict
from videogen.evidence.case import Case
from videogen.evidence.verdict import Sentence
from videogen.texts import formats


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyVerdict:
    found: AnytimeSuccess
    sentence: Sentence

    @property
    def is_allowed(self) -> bool:
        return self.found.verdict is not CriterionVerdict.NOT_YET


def early_verdicts(case: Case) -> Mapping[str, EarlyVerdict]:
    """Of each candidate below its planned number of runs, as information beside the lock."""
    planned = case.found.evidence.planned
    candidates = {one.name for one in case.decision.conditions if one.is_candidate}
    if planned is None:
        return {}
    limit = case.found.evidence.criteria.success_rate_min
    return {
        one.name: _early(one.name, anytime_success(one.tally.n_first_ok, one.tally.n_first, limit))
        for one in case.found.evidence.conditions
        if one.name in candidates and one.tally.n_first < planned.n_runs
    }


def _early(condition: str, found: AnytimeSuccess) -> EarlyVerdict:
    facts: dict[str, object] = {"condition": condition}
    if found.verdict is not CriterionVerdict.NOT_YET:
        key = f"flip.anytime.{found.verdict.value}"
        facts |= {"n": formats.count(found.n), "n_ok": formats.count(found.n_ok)}
    elif found.n_more is None:
        key = "flip.anytime.never"
    else:
        key = "flip.anytime.not_yet"
        facts |= {"n_more": formats.count(found.n_more)}
    return EarlyVerdict(found=found, sentence=Sentence(key=key, facts=facts))
