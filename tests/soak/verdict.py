"""What a finished run is judged by: its rows, its money, its file, and the server's own log."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from tests.sandbox.decoding import video_facts
from tests.sandbox_servers import submits
from videogen import store
from videogen.bootstrap import Application
from videogen.bootstrap.sandbox_process import SandboxProcess
from videogen.domain.money import ReservationState
from videogen.domain.run import Attempt, AttemptState, Run, RunStatus

OPEN_OUTCOMES = ("queued", "running")
A_CENT = 0.01
Submits = Sequence[dict[str, Any]]


def settled_submits(sandbox: SandboxProcess, prompt: str, patience_s: float = 15.0) -> Submits:
    """What the server was asked for this prompt, once it works on none of it any more.

    A paid call that nobody follows goes on at the vendor; it ends there by itself.
    """
    deadline = time.monotonic() + patience_s
    while True:
        found = [each for each in submits(sandbox) if each["prompt"] == prompt]
        if not is_any_open(found) or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def is_any_open(found: Submits) -> bool:
    return any(each["outcome"] in OPEN_OUTCOMES for each in found)


def faults_of_run(application: Application, run: Run, found: Submits) -> list[str]:
    """Everything that is wrong with a run that has ended; empty when it is right."""
    attempts = store.attempts_of_run(application.database, run.run_id)
    wrong = [
        *_open_ends(run, attempts, found),
        *_sent_twice(attempts, found),
        *_clip(application, run),
        *_final_words(application, run),
    ]
    for attempt in attempts:
        billed = [each for each in found if each["id"] == attempt.external_id]
        wrong += _money(application, attempt, billed)
    return [f"{run.condition_id} {run.status}: {each}" for each in wrong]


def _open_ends(run: Run, attempts: Sequence[Attempt], found: Submits) -> Iterator[str]:
    if not attempts:
        yield "no attempt"
        return
    if attempts[-1].state.value != run.status.value:
        yield f"the last attempt is {attempts[-1].state}"
    if [one for one in attempts if not one.state.is_final or one.ended_at is None]:
        yield "an attempt is open"
    if is_any_open(found):
        yield "the server still works on it"


def _sent_twice(attempts: Sequence[Attempt], found: Submits) -> Iterator[str]:
    sent = [one for one in attempts if one.submitted_at is not None]
    if max(Counter(each["id"] for each in found).values(), default=0) > 1:
        yield "one id was submitted twice"
    if len(found) > len(sent):
        yield f"{len(found)} submits for {len(sent)} attempts that were sent"
    known = {one.external_id or one.attempt_id for one in sent}
    n_unsure = sum(one.external_id is None for one in sent)
    strangers = [each["id"] for each in found if each["id"] not in known]
    if len(strangers) > n_unsure:
        yield f"submits that belong to no attempt: {strangers}"


def _clip(application: Application, run: Run) -> Iterator[str]:
    clip = store.clip_of_run(application.database, run.run_id)
    if run.status is not RunStatus.SUCCEEDED:
        if clip is not None:
            yield "a clip, though it did not succeed"
        return
    if clip is None:
        yield "no clip"
        return
    if clip.clip_id != run.clip_id:
        yield "another clip's id"
    _, _, _, n_frames = video_facts(application.clips_folder / clip.file)
    if n_frames != clip.probe.n_frames:
        yield f"{n_frames} frames decode of {clip.probe.n_frames}"


def _final_words(application: Application, run: Run) -> Iterator[str]:
    events = store.events_of(application.database, run.run_id)
    final = [
        e.kind for e in events if e.kind in {f"run.{s.value}" for s in RunStatus if s.is_final}
    ]
    if final != [f"run.{run.status.value}"]:
        yield f"final words {final}"


def _money(application: Application, attempt: Attempt, found: Submits) -> Iterator[str]:
    """Held for what nobody knows the bill of; else settled with what the vendor billed."""
    held = store.reservation_of(application.database, attempt.attempt_id)
    if attempt.submitted_at is None or attempt.backend.startswith("comfy"):
        if held is not None:
            yield f"{held.state} money for a call that costs none"
        return
    if held is None:
        yield "a paid call without a reservation"
        return
    is_unknown = attempt.state is AttemptState.UNCERTAIN or attempt.cost_usd is None
    due = ReservationState.HELD if is_unknown else ReservationState.SETTLED
    if held.state is not due or held.settled_usd != attempt.cost_usd:
        yield f"{attempt.cost_usd} USD for {attempt.state}: {held.state} {held.settled_usd}"
    yield from _bill(attempt, found)


def _bill(attempt: Attempt, found: Submits) -> Iterator[str]:
    for each in found:
        billed_usd = each["billed_usd"]
        if billed_usd is None or attempt.cost_usd is None:
            continue
        if abs(billed_usd - float(attempt.cost_usd)) > A_CENT:
            yield f"cost {attempt.cost_usd} USD, billed {billed_usd}"


def faults_of_folder(application: Application) -> list[str]:
    """Nothing open, and no file that belongs to no clip."""
    database, folder = application.database, application.clips_folder
    wrong = [f"open: {run.run_id}" for run, _ in store.unfinished_attempts(database)]
    wrong += [f"running: {run_id}" for run_id in store.running_run_ids(database)]
    left = sorted(path.name for path in (folder / "incoming").glob("*"))
    if left:
        wrong.append(f"files left in incoming: {left}")
    succeeded = store.find_runs(database, status=RunStatus.SUCCEEDED, limit=10_000)
    clips = [store.clip_of_run(database, run.run_id) for run in succeeded]
    known = {clip.file for clip in clips if clip is not None}
    kept = {path.relative_to(folder).as_posix() for path in folder.rglob("*.mp4")}
    if kept != known:
        wrong.append(f"clips of nobody: {sorted(kept - known)}, missing: {sorted(known - kept)}")
    return wrong
