"""What the router is told of the world, and what that changes; no server is needed for it."""

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.evidence.records import NOON, campaign, grid, panel, run
from videogen import store
from videogen.bootstrap import Application
from videogen.domain.condition import Condition, Location
from videogen.domain.money import Reservation, ReservationState
from videogen.domain.run import Origin, Run, RunStatus
from videogen.routing import RouteOption, RouteRequest, Routing, request_as_json
from videogen.runs import routed
from videogen.runs.context import RunContext, utc_now
from videogen.runs.plan import plan_run
from videogen.settings import Settings

PANEL = ("anan", "beam", "chai", "dao")


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    settings = Settings(data_dir=tmp_path / "data", comfy_urls=(), monthly_cap_usd=Decimal(10))
    opened = Application.build(settings)
    yield opened
    opened.close()


def test_what_is_measured_in_the_sandbox_changes_the_choice_there_and_nowhere_else(
    application: Application,
) -> None:
    _measure(application, Origin.SANDBOX)

    sandbox, live = _asked(application, Origin.SANDBOX), _asked(application, Origin.LIVE)

    assert live.chosen == "animatediff"
    assert sandbox.chosen == "wan-1.3b"
    assert sandbox.reason.key == "routing.reason.measured_better"
    assert (sandbox.reason.facts["n_runs"], sandbox.reason.facts["n_raters"]) == (40, 4)


def test_what_waits_before_it_is_told_by_the_kind_of_back_end(application: Application) -> None:
    wan = _named(application, "wan-1.3b")
    waiting = [
        run(f"w{n}", condition_id=wan.condition_id, status=RunStatus.QUEUED, campaign_id=None)
        for n in range(3)
    ]
    store.save(application.database, *waiting)

    options = {one.name: one for one in _options(application, Origin.LIVE)}

    assert options["animatediff"].queue_s == pytest.approx(3 * 261.4)  # one card for both
    assert options["veo-3.1-fast"].queue_s == 0


def test_a_queue_of_unknown_length_is_unknown(application: Application) -> None:
    slow = _named(application, "wan-14b-distill")  # nobody says how long it takes
    store.save(
        application.database,
        run("w1", condition_id=slow.condition_id, status=RunStatus.QUEUED, campaign_id=None),
    )

    options = {one.name: one for one in _options(application, Origin.LIVE)}

    assert options["animatediff"].queue_s is None


def test_the_caps_leave_what_is_not_spent_or_held(application: Application) -> None:
    store.reserve(
        application.database,
        Reservation(
            reservation_id="h1",
            attempt_id="a1",
            month=utc_now().strftime("%Y-%m"),
            amount_usd=Decimal("9.5"),
            state=ReservationState.HELD,
            reserved_at=NOON,
        ),
        Decimal(10),
    )

    live = {one.name: one for one in _options(application, Origin.LIVE)}
    played = {one.name: one for one in _options(application, Origin.SANDBOX)}

    assert live["veo-3.1-fast"].cap_left_usd == Decimal("0.5")
    assert played["veo-3.1-fast"].cap_left_usd is None


def test_a_model_that_its_vendor_ended_is_there_in_the_sandbox_alone(
    application: Application,
) -> None:
    live = {one.name: one for one in _options(application, Origin.LIVE)}
    played = {one.name: one for one in _options(application, Origin.SANDBOX)}

    assert (live["veo-2"].is_available, live["veo-2"].why_not) == (False, "routing.why.retired")
    assert played["veo-2"].is_available


def test_a_request_that_nothing_can_serve_waits_and_says_why(application: Application) -> None:
    queued = _queued(
        application, RouteRequest(quality_min=5.0, local_only=True, min_height_px=1080)
    )

    routed.send_waiting(_context(application), _everything)

    waiting = store.get_run(application.database, queued.run_id)
    assert (waiting.status, waiting.routed_to) == (RunStatus.QUEUED, None)
    assert waiting.route["reason"] == "routing.reason.nothing_serves"
    why = {each["condition"]: each["reason"] for each in waiting.route["rejected"]}
    assert why["wan-14b-720p"] == "routing.rejected.height"
    version = application.database.version
    routed.send_waiting(_context(application), _everything)
    assert application.database.version == version  # the same answer is not written again


def test_needs_reach_every_condition_and_a_campaign_only_the_hybrids_own(
    application: Application,
) -> None:
    asked = _queued(application, RouteRequest(min_height_px=720, local_only=True))
    planned = _queued(application, None)

    routed.send_waiting(_context(application), _everything)

    sent = store.get_run(application.database, asked.run_id)
    assert str(sent.routed_to).startswith("wan-14b-720p@")
    assert (sent.route["rules_version"], sent.route["rank"]) == ("brief-2", 1)
    assert sent.route["ranked"][0]["reason"] == "routing.reason.commercial"
    hybrid = store.get_run(application.database, planned.run_id)
    names = [each["condition"] for each in hybrid.route["ranked"]]
    assert names == ["animatediff", "veo-3.1-fast"]


def test_what_could_not_serve_is_no_fallback_when_its_server_is_back(
    application: Application,
) -> None:
    asked = _queued(application, RouteRequest(min_height_px=720))

    routed.send_waiting(_context(application), _local_only)

    sent = store.get_run(application.database, asked.run_id)
    chain = {str(each).split("@", maxsplit=1)[0] for each in sent.route["chain"]}
    assert str(sent.routed_to).startswith("wan-14b-720p@")
    assert {"veo-3.1-fast", "gemini-omni"} <= chain
    assert not {"veo-3.1-fast-i2v", "replicate-wan-2.1-t2v-480p", "animatediff"} & chain


def test_needs_that_do_not_read_fail_their_run_and_hold_nobody_else_up(
    application: Application,
) -> None:
    broken = dataclasses.replace(_queued(application, None), needs={"quality_min": 9})
    store.save(application.database, broken)
    sound = _queued(application, None)

    routed.send_waiting(_context(application), _everything)

    failed = store.get_run(application.database, broken.run_id)
    assert (failed.status, failed.failure_detail) == (RunStatus.FAILED, "quality_min: 9")
    assert store.get_run(application.database, sound.run_id).routed_to is not None


def _asked(application: Application, origin: Origin) -> Routing:
    router = _context(application).router
    assert router is not None
    hybrid = _named(application, "hybrid")
    found = routed.preview(router, hybrid, RouteRequest(), origin, _everything)
    assert found is not None
    return found


def _options(application: Application, origin: Origin) -> list[RouteOption]:
    router = _context(application).router
    assert router is not None
    found = router.options_of(
        [one for one in application.conditions if one.name != "hybrid"],
        rules=router.rules,
        origin=origin,
        why_not=_everything,
        campaign_id=None,
    )
    return list(found)


def _everything(_: Condition, __: Origin | None) -> str | None:
    """Every server is up."""
    return None


def _local_only(condition: Condition, _: Origin | None) -> str | None:
    return None if condition.location is Location.LOCAL else "routing.why.down"


def _named(application: Application, name: str) -> Condition:
    found = application.condition(name)
    assert found is not None
    return found


def _context(application: Application) -> RunContext:
    return application.worker._context


def _queued(application: Application, request: RouteRequest | None) -> Run:
    return plan_run(
        application.database,
        condition=_named(application, "hybrid"),
        prompt_text="a kite",
        seed=7,
        owner="tester",
        origin=Origin.SANDBOX,
        now=utc_now(),
        needs=None if request is None else request_as_json(request),
    )


def _measure(application: Application, origin: Origin) -> None:
    """AnimateDiff dearer and liked less than WAN 1.3B."""
    weak, strong = _named(application, "animatediff"), _named(application, "wan-1.3b")
    planned = campaign(candidates=(strong.condition_id,), baselines=(weak.condition_id,))
    store.save(application.database, planned)
    for condition, usd, score in ((weak, "0.26", 2), (strong, "0.05", 5)):
        made = [
            dataclasses.replace(one, cost_usd=Decimal(usd)) if isinstance(one, Run) else one
            for one in grid(condition, origin)
        ]
        liked = dict.fromkeys(PANEL, score)
        store.save(application.database, *made, *panel(liked, condition, origin=origin))
