"""What was asked of the router, and what might be."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.evidence.records import NOON, WAN
from videogen.domain.condition import BackendKind, Purpose
from videogen.domain.prompt import Prompt
from videogen.domain.run import Origin, Run, RunStatus
from videogen.errors import InvalidInputError
from videogen.evidence.what_if.asked import normalised, recent_requests, stated_mix
from videogen.routing import RouteRequest
from videogen.settings import ROOT
from videogen.store import Database, save

MIX = ROOT / "data" / "request_mix.toml"


def _run(number: int, **changes: object) -> Run:
    run = Run(
        run_id=f"r{number}",
        campaign_id=None,
        condition_id=WAN.condition_id,
        prompt_id="p",
        seed=number,
        status=RunStatus.QUEUED,
        owner="mali",
        queued_at=NOON + timedelta(minutes=number),
        origin=Origin.LIVE,
    )
    return replace(run, **changes)  # type: ignore[arg-type]


def test_requests_that_differ_in_their_text_alone_are_one_kind(database: Database) -> None:
    needs = [{"prompt": f"a cat {n}", "quality_min": 4.5} for n in range(2)]
    prompt = Prompt(prompt_id="p", text="a cat")
    save(database, WAN, prompt, *(_run(n, needs=needs[n]) for n in range(2)), _run(2))

    found = recent_requests(database, 10, Origin.LIVE)

    assert [(one.request, one.weight) for one in found] == [
        (RouteRequest(quality_min=4.5, inputs=frozenset()), 2),
        (RouteRequest(inputs=frozenset()), 1),
    ]


def test_a_request_is_replayed_with_its_files_and_its_prompts_motion_as_it_was_routed(
    database: Database,
) -> None:
    needs = {"purpose": "i2v", "max_cost_usd": 1.0}
    prompt = Prompt(prompt_id="p", text="a cat", tags=("animals", "motion:high"))
    save(database, WAN, prompt, _run(1, needs=needs, inputs={"image": "i1", "last_frame": "i2"}))

    (found,) = recent_requests(database, 10, Origin.LIVE)

    assert found.request == RouteRequest(
        purpose=Purpose.I2V,
        max_cost_usd=Decimal(1),
        inputs=frozenset({"image", "last_frame"}),
        motion="high",
    )


def test_what_a_routed_run_is_for_is_seen_by_what_it_was_sent_to(database: Database) -> None:
    hybrid = replace(WAN, name="hybrid", backend=BackendKind.ROUTED, model="rules", workflow=None)
    moving = replace(WAN, name="moving", model="wan-i2v", purpose=Purpose.I2V)
    sent = _run(
        1,
        condition_id=hybrid.condition_id,
        routed_to=moving.condition_id,
        inputs={"image": "i1"},
    )
    save(database, hybrid, moving, Prompt(prompt_id="p", text="a cat"), sent)

    (found,) = recent_requests(database, 10, Origin.LIVE)

    assert found.request == RouteRequest(purpose=Purpose.I2V, inputs=frozenset({"image"}))


def test_only_the_last_are_replayed_and_a_requeue_asks_for_nothing_new(database: Database) -> None:
    again = _run(9, requeued_from="r1")
    save(database, WAN, Prompt(prompt_id="p", text="a cat"), *(_run(n) for n in range(5)), again)

    found = recent_requests(database, 3, Origin.LIVE)

    assert [one.weight for one in found] == [3]
    assert recent_requests(database, 3, Origin.SANDBOX) == ()


@pytest.mark.parametrize("n", [0, 10_001])
def test_a_number_of_requests_out_of_range_is_refused(database: Database, n: int) -> None:
    with pytest.raises(InvalidInputError) as refused:
        recent_requests(database, n, Origin.LIVE)

    assert refused.value.field == "n_requests"


def test_the_stated_mix_holds_every_purpose_and_may_be_changed() -> None:
    found = stated_mix(MIX, {"lipsync": 0.0})

    assert {one.request.purpose for one in found} == set(Purpose)
    assert sum(one.weight for one in stated_mix(MIX)) == pytest.approx(1.0)
    assert "lipsync" not in {one.name for one in normalised(found)}


def test_a_mix_of_nothing_is_refused() -> None:
    nothing = dict.fromkeys([one.name or "" for one in stated_mix(MIX)], 0.0)

    with pytest.raises(InvalidInputError) as refused:
        stated_mix(MIX, nothing)

    assert refused.value.problem == "mix_empty"


def test_a_misspelt_kind_is_named(tmp_path: Path) -> None:
    file = tmp_path / "mix.toml"
    file.write_text('source = "x"\n[[kind]]\nname = "a"\nshare = 1\nrequest = { purpos = "t2v" }')

    with pytest.raises(InvalidInputError) as refused:
        stated_mix(file)

    assert refused.value.field == "purpos"
