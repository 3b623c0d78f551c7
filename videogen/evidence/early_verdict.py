"""What the anytime rule says of success before the planned n; it unlocks nothing."""

from collections.abc import Mapping

from videogen.analysis.anytime import AnytimeSuccess, anytime_success
from videogen.domain.decision import CriterionVerdict
from videogen.evidence.case import Case
from videogen.evidence.verdict import Sentence


def early_verdicts(case: Case) -> Mapping[str, Sentence]:
    """Of each candidate below its planned number of runs, as information beside the lock."""
    planned = case.found.evidence.planned
    candidates = {one.name for one in case.decision.conditions if one.is_candidate}
    if planned is None:
        return {}
    limit = case.found.evidence.criteria.success_rate_min
    return {
        one.name: early_verdict(anytime_success(one.tally.n_first_ok, one.tally.n_first, limit))
        for one in case.found.evidence.conditions
        if one.name in candidates and one.tally.n_first < planned.n_runs
    }


def early_verdict(found: AnytimeSuccess) -> Sentence:
    facts: dict[str, object] = {"n": found.n, "n_ok": found.n_ok}
    if found.verdict is not CriterionVerdict.NOT_YET:
        return Sentence(key=f"flip.anytime.{found.verdict.value}", facts=facts)
    if found.n_more is None:
        return Sentence(key="flip.anytime.never")
    return Sentence(key="flip.anytime.not_yet", facts={"n_more": found.n_more})
