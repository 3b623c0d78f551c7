"""What a campaign is told before its start: who is on hold, and what the servers have."""

import dataclasses

import pytest

from videogen import store
from videogen.backends import connect_comfy
from videogen.bootstrap import Application
from videogen.bootstrap.campaigns import DryRun, check_servers, dry_run
from videogen.bootstrap.reach import Reached, asked, lanes_of, unheld
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.condition import BackendKind
from videogen.domain.run import Origin
from videogen.evidence.answers.poc_plan import NODES_SEEN
from videogen.evidence.plan_problems import ProblemKind
from videogen.runs import holds
from videogen.runs.context import utc_now
from videogen.runs.plan import draft_campaign


def test_a_campaign_is_told_whose_back_ends_are_all_on_hold_and_may_start(
    application: Application,
) -> None:
    before = _dry_run(application)
    name = next(one.name for one in application.worker.backends() if one.kind == "comfy")
    holds.pause(application.database, name, "op", "new driver", utc_now())

    after = _dry_run(application)

    assert [problem.kind for problem in before.problems] == []
    assert [(one.kind, one.conditions) for one in after.problems] == [
        (ProblemKind.HELD, ("animatediff",))
    ]
    assert after.origin is Origin.SANDBOX  # nothing keeps it from starting
    reached = asked(application.worker.backends())
    free = unheld(application.database, reached, utc_now())
    assert BackendKind.COMFY not in lanes_of(free, Origin.SANDBOX)
    assert BackendKind.VERTEX in lanes_of(free, Origin.SANDBOX)


@pytest.mark.parametrize("origin", list(Origin))
def test_a_check_of_the_servers_is_evidence_where_they_are_real(
    idle_application: Application, sandbox: SandboxProcess, origin: Origin
) -> None:
    backend = connect_comfy(sandbox.comfy_url)
    status = dataclasses.replace(backend.status(), origin=origin)
    reached = [Reached(backend=backend, status=status)]

    [answer] = check_servers(idle_application, idle_application.conditions, reached)

    backend.close()
    events = store.events_of_room(idle_application.database, "preflight")
    told = {event.subject_id for event in events if event.kind == NODES_SEEN}
    assert answer.error is None
    assert told == (set(answer.conditions) if origin is Origin.LIVE else set())


def _dry_run(application: Application) -> DryRun:
    local, cloud = (application.condition(name) for name in ("animatediff", "veo-3.1-lite"))
    assert local is not None
    assert cloud is not None
    campaign = draft_campaign(
        application.database,
        name="before the start",
        candidates=[local],
        baselines=[cloud],
        suite=application.suites[0],
        n_prompts=1,
        seeds=(1,),
        rated_seeds=(1,),
        planned_n_raters=4,
        owner="tester",
        now=utc_now(),
    )
    return dry_run(application, campaign, [local, cloud], asked(application.worker.backends()))
