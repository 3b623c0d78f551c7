from collections.abc import Mapping
from typing import Any

from tests.evidence.records import NOON, PROMPTS, VEO, WAN, campaign, run
from videogen.domain.decision import Criteria
from videogen.domain.run import Attempt, AttemptState, FailureClass, Origin, RunStatus
from videogen.evidence import load_evidence
from videogen.evidence.environments import (
    environments,
    origin_sentence,
    pooled,
    pooled_sentences,
)
from videogen.store import Database, save

CARD = {"device": "RTX 4090", "memory_total_mib": 24_564, "comfyui": "0.25.0", "pytorch": "2.9"}


def store_runs(
    database: Database, fingerprints: Mapping[str, Mapping[str, Any]], **changes: Any
) -> None:
    """A run of each name, whose last attempt was made with that fingerprint."""
    with database.write():
        for name, fingerprint in fingerprints.items():
            save(database, run(name, **changes))
            save(database, attempt(name, 1, fingerprint))


def attempt(run_id: str, ordinal: int, fingerprint: Mapping[str, Any]) -> Attempt:
    return Attempt(
        attempt_id=f"{run_id}-{ordinal}",
        run_id=run_id,
        ordinal=ordinal,
        state=AttemptState.SUCCEEDED,
        backend="comfy@gpu",
        intended_at=NOON,
        fingerprint=fingerprint,
    )


def plan(database: Database) -> None:
    with database.write():
        save(database, Criteria(version=1))
        save(database, campaign())
        for condition in (WAN, VEO):
            save(database, condition)


def test_runs_of_two_servers_versions_are_told_apart_with_their_own_numbers(
    database: Database,
) -> None:
    plan(database)
    store_runs(database, {f"old{i}": CARD for i in range(3)}, wall_time_s=300.0)
    store_runs(database, {f"new{i}": {**CARD, "comfyui": "0.26.1"} for i in range(2)})

    groups = environments(database, load_evidence(database, "c1"))

    old, new = groups
    assert (old.n_runs, old.n_ok, old.wall_time_s_median) == (3, 3, 300.0)
    assert (new.n_runs, new.cost_usd, new.peak_mib_max) == (2, 0.05, 8_400)
    assert (old.device, old.parts["comfyui"], new.parts["comfyui"]) == (
        "RTX 4090",
        "0.25.0",
        "0.26.1",
    )
    (said,) = pooled_sentences(groups)
    assert said.say("en") == (
        "wan-1.3b: this verdict pools runs from 2 environments. "
        "ComfyUI 0.25.0: 3 of 3 runs succeeded; ComfyUI 0.26.1: 2 of 2 runs succeeded."
    )
    assert "2 สภาพแวดล้อม" in said.say("th")


def test_another_card_is_another_environment(database: Database) -> None:
    plan(database)
    laptop = {**CARD, "device": "RTX 5090 Laptop", "memory_total_mib": 24_463}
    store_runs(database, {"a": CARD, "b": laptop})

    groups = environments(database, load_evidence(database, "c1"))

    assert {group.device for group in groups} == {"RTX 4090", "RTX 5090 Laptop"}
    assert pooled(groups) == (groups,)


def test_what_one_fingerprint_does_not_tell_sets_it_apart_from_nobody(database: Database) -> None:
    plan(database)
    silent = {name: value for name, value in CARD.items() if name != "pytorch"}
    store_runs(database, {"a": CARD, "b": CARD, "c": silent})

    groups = environments(database, load_evidence(database, "c1"))

    assert [group.n_runs for group in groups] == [3]
    assert pooled_sentences(groups) == ()


def test_smaller_settings_of_a_degraded_attempt_are_no_other_environment(
    database: Database,
) -> None:
    plan(database)
    store_runs(database, {"a": {**CARD, "settings": {"blocks_to_swap": 20}}})
    store_runs(database, {"b": {**CARD, "settings": {"blocks_to_swap": 40}}}, is_degraded=True)

    (group,) = environments(database, load_evidence(database, "c1"))

    assert (group.n_runs, group.n_ok) == (2, 1)


def test_the_last_attempt_says_with_what_a_run_was_made(database: Database) -> None:
    plan(database)
    store_runs(database, {"a": CARD})
    with database.write():
        save(database, attempt("a", 2, {**CARD, "comfyui": "0.26.1"}))

    (group,) = environments(database, load_evidence(database, "c1"))

    assert group.parts["comfyui"] == "0.26.1"


def test_a_routed_conditions_members_are_no_mixture_but_versions_of_one_member_are(
    database: Database,
) -> None:
    plan(database)
    store_runs(database, {"a": CARD}, routed_to="wan-1.3b@1")
    store_runs(database, {"b": {"models": ["veo"]}}, routed_to="veo-3.1-fast@1")

    assert pooled(environments(database, load_evidence(database, "c1"))) == ()

    store_runs(database, {"c": {**CARD, "comfyui": "0.26.1"}}, routed_to="wan-1.3b@1")

    (said,) = pooled_sentences(environments(database, load_evidence(database, "c1")))
    assert said.say("en").startswith("wan-1.3b, clips made by wan-1.3b: this verdict pools")


def test_a_run_that_was_never_tried_is_of_no_known_environment(database: Database) -> None:
    plan(database)
    store_runs(database, {"a": CARD})
    down = {"status": RunStatus.FAILED, "failure_class": FailureClass.SERVER_DOWN}
    with database.write():
        save(database, run("b", cost_usd=None, **down))

    groups = environments(database, load_evidence(database, "c1"))

    assert [(group.is_known, group.n_runs) for group in groups] == [(True, 1), (False, 1)]
    assert groups[1].cost_usd is None
    assert pooled(groups) == ()


def test_the_other_origin_is_kept_apart_and_counted(database: Database) -> None:
    plan(database)
    store_runs(database, {"a": CARD}, prompt_id=PROMPTS[0])
    store_runs(database, {"b": CARD, "c": CARD}, origin=Origin.SANDBOX)

    found = load_evidence(database, "c1")

    (group,) = environments(database, found)
    said = origin_sentence(found)
    assert group.n_runs == 1
    assert said is not None
    assert said.say("en") == "Sandbox runs of this campaign, counted in no figure here: 2."


def test_an_empty_campaign_has_no_environment(database: Database) -> None:
    plan(database)

    found = load_evidence(database, "c1")

    assert environments(database, found) == ()
    assert origin_sentence(found) is None


def test_what_tells_no_version_is_still_counted_apart_from_a_card(database: Database) -> None:
    plan(database)
    store_runs(database, {"a": CARD, "b": CARD, "c": {"models": ["unet"]}})

    (said,) = pooled_sentences(environments(database, load_evidence(database, "c1")))

    assert said.say("en").count("versions not known") == 2
