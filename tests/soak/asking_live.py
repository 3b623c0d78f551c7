"""Asking for runs that are told to be live."""

from videogen.bootstrap import Application
from videogen.domain.run import Origin, Run
from videogen.runs.context import utc_now
from videogen.runs.plan import plan_run


def ask_live(application: Application, condition_name: str, prompt: str) -> Run:
    condition = application.condition(condition_name)
    assert condition is not None
    return plan_run(
        application.database,
        condition=condition,
        prompt_text=prompt,
        seed=7,
        owner="tester",
        origin=Origin.LIVE,
        now=utc_now(),
    )
