from tests.evidence.steps.test_next_step import BAD, OK, case, condition, opinions
from videogen.domain.decision import PlannedN, Verdict
from videogen.evidence.steps.early_verdict import early_verdicts

PLANNED = PlannedN(n_runs=60, n_raters=8)


def test_43_runs_without_a_failure_allow_an_early_word_and_unlock_nothing() -> None:
    one = case(condition([OK] * 43, opinions(4.6)), planned=PLANNED)

    early = early_verdicts(one)["wan-1.3b"]

    said = early.sentence
    assert early.is_allowed
    assert "43 of 43 runs already prove the success rate" in said.say("en")
    assert "43 จาก 43" in said.say("th")
    assert one.decision.verdict is Verdict.NOT_YET
    assert one.decision.provisional_verdict is Verdict.GO


def test_one_run_fewer_is_told_what_is_missing() -> None:
    one = case(condition([OK] * 42, opinions(4.6)), planned=PLANNED)

    assert early_verdicts(one)["wan-1.3b"].sentence.say("en").endswith("until it can: 1.")


def test_many_failures_are_told_early_too() -> None:
    one = case(condition([BAD] * 10 + [OK] * 2, opinions(4.6)), planned=PLANNED)

    assert "refute" in early_verdicts(one)["wan-1.3b"].sentence.say("en")


def test_at_the_planned_number_there_is_no_early_word() -> None:
    assert early_verdicts(case(condition([OK] * 60, opinions(4.6)), planned=PLANNED)) == {}
    assert early_verdicts(case(condition([OK] * 40, opinions(4.6)))) == {}
