"""Files that runs are made from: kept once, checked before a run exists, carried with it."""

import dataclasses
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.clips.given_files import picture, turned_photo, voice, written
from videogen import store
from videogen.catalogue import load_criteria, load_suite
from videogen.domain.campaign import Campaign
from videogen.domain.condition import BackendKind, Condition
from videogen.domain.input_file import InputFile, InputKind, InputSlot
from videogen.domain.run import Origin, Run, RunStatus
from videogen.errors import InvalidInputError, NotFoundError
from videogen.runs.inputs import check_fits, contents_of, keep_input
from videogen.runs.plan import draft_campaign, plan_campaign, plan_run, plan_strip, start_campaign
from videogen.runs.queue import requeue
from videogen.store import Database
from videogen.texts import error_hint, error_message

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DATA = Path(__file__).resolve().parents[2] / "data"
SUITE = load_suite(DATA / "prompts" / "core.toml")
IMAGE_SLOT = InputSlot(name="image", kind=InputKind.IMAGE)
LAST_SLOT = InputSlot(name="last_frame", kind=InputKind.IMAGE, is_required=False)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Room:
    """A database and the folder of its inputs."""

    database: Database
    folder: Path


@pytest.fixture
def room(tmp_path: Path, database: Database) -> Room:
    store.save(database, load_criteria(DATA / "criteria.toml"))
    return Room(database=database, folder=tmp_path / "data" / "inputs")


def _condition(*slots: InputSlot, name: str = "still-to-clip") -> Condition:
    return Condition(
        name=name,
        backend=BackendKind.COMFY,
        model="wan",
        workflow="server_check",
        width_px=64,
        height_px=64,
        n_frames=9,
        fps=8.0,
        inputs=slots,
    )


def _keep(room: Room, content: bytes, name: str = "cat.png") -> InputFile:
    given = written(room.folder.parent, content, "incoming")
    return keep_input(
        room.database,
        room.folder,
        content=given,
        name=name,
        kind=None,
        who="Nok",
        now=NOW,
    )


def _asked(room: Room, condition: Condition, **changes: Any) -> Run:
    facts: dict[str, Any] = {
        "condition": condition,
        "prompt_text": "it moves",
        "seed": 1,
        "owner": "Nok",
        "origin": Origin.SANDBOX,
        "now": NOW,
    }
    return plan_run(room.database, **facts | changes)


def _problem(error: pytest.ExceptionInfo[InvalidInputError]) -> tuple[str, str | None]:
    for language in ("en", "th"):
        assert error_message(error.value, language)
        assert error_hint(error.value, language)
    return error.value.problem, error.value.field


def test_a_file_is_kept_once_under_its_content(room: Room) -> None:
    content = picture()

    first = _keep(room, content, name="../../etc/passwd")
    second = _keep(room, content, name="again.png")

    sha256 = hashlib.sha256(content).hexdigest()
    folder = room.folder
    assert first == second == store.get_input(room.database, sha256)
    assert first.name == "passwd"
    assert [path for path in folder.rglob("*") if path.is_file()] == [folder / first.file]
    assert first.file == f"{sha256[:2]}/{sha256}.png"
    assert store.input_files(room.database, kind=InputKind.IMAGE) == [first]
    assert store.input_files(room.database, kind=InputKind.AUDIO) == []


@pytest.mark.parametrize("spoilt", [b"half", bytes(len(voice()))], ids=["cut", "changed"])
def test_what_is_no_longer_what_was_kept_is_kept_anew(room: Room, spoilt: bytes) -> None:
    kept = _keep(room, voice())
    path = room.folder / kept.file
    path.write_bytes(spoilt)

    again = _keep(room, voice())

    assert again == kept
    assert path.read_bytes() == voice()


def test_a_turned_photo_is_known_by_what_is_kept_of_it(room: Room) -> None:
    kept = _keep(room, turned_photo())

    content = (room.folder / kept.file).read_bytes()
    assert kept.input_id == hashlib.sha256(content).hexdigest()
    assert kept.size_bytes == len(content)


@pytest.mark.parametrize(
    ("limits", "changes", "problem"),
    [
        ({}, {"kind": InputKind.AUDIO}, "input_slot_kind"),
        ({"max_bytes": 99}, {"size_bytes": 100}, "input_slot_bytes"),
        ({"min_side_px": 64}, {"height_px": 63}, "input_slot_side"),
        ({"max_side_px": 64}, {"width_px": 65}, "input_slot_side"),
        ({"min_side_px": 64, "max_side_px": 99}, {"width_px": 100}, "input_slot_side"),
        ({"min_duration_s": 1.0}, {"duration_s": 0.5}, "input_slot_duration"),
        ({"max_duration_s": 1.0}, {"duration_s": 1.5}, "input_slot_duration"),
    ],
)
def test_a_file_fits_its_slot_or_the_limit_is_named(
    limits: dict[str, Any], changes: dict[str, Any], problem: str
) -> None:
    fitting = InputFile(
        input_id="a",
        kind=InputKind.IMAGE,
        file="aa/a.png",
        name="cat.png",
        size_bytes=99,
        added_at=NOW,
        added_by="Nok",
        width_px=64,
        height_px=64,
        duration_s=1.0,
    )
    slot = dataclasses.replace(IMAGE_SLOT, **limits)
    check_fits(slot, fitting)

    with pytest.raises(InvalidInputError) as refused:
        check_fits(slot, dataclasses.replace(fitting, **changes))

    assert _problem(refused) == (problem, "image")


def test_a_run_carries_its_files_and_what_was_asked(room: Room) -> None:
    kept = _keep(room, picture())
    condition = _condition(IMAGE_SLOT, LAST_SLOT)

    run = _asked(room, condition, inputs={"image": kept.input_id}, needs={"purpose": "i2v"})

    stored = store.get_run(room.database, run.run_id)
    assert stored.inputs == {"image": kept.input_id}
    assert stored.needs == {"purpose": "i2v"}


def test_a_run_without_what_it_needs_never_exists(room: Room) -> None:
    kept, spoken = _keep(room, picture()), _keep(room, voice())
    condition = _condition(IMAGE_SLOT)

    def refusal(**inputs: str) -> tuple[str, str | None]:
        with pytest.raises(InvalidInputError) as refused:
            _asked(room, condition, inputs=inputs)
        assert "still-to-clip" in error_message(refused.value, "en") or inputs
        return _problem(refused)

    assert refusal() == ("input_missing", "image")
    assert refusal(image=kept.input_id, audio=spoken.input_id) == ("input_unknown", "audio")
    assert refusal(image=spoken.input_id) == ("input_slot_kind", "image")
    with pytest.raises(NotFoundError):
        _asked(room, condition, inputs={"image": "0" * 64})
    assert store.find_runs(room.database, limit=9) == []


def test_a_strip_is_one_prompt_and_several_seeds(room: Room) -> None:
    kept = _keep(room, picture())
    facts: dict[str, Any] = {
        "condition": _condition(IMAGE_SLOT),
        "prompt_text": "it moves",
        "owner": "Nok",
        "origin": Origin.SANDBOX,
        "now": NOW,
    }

    runs = plan_strip(room.database, **facts, seeds=(5, 3), inputs={"image": kept.input_id})
    with pytest.raises(InvalidInputError) as refused:
        plan_strip(room.database, **facts, seeds=(5, 5), inputs={"image": kept.input_id})

    assert [run.seed for run in runs] == [5, 3]
    assert len({run.prompt_id for run in runs}) == len({run.strip_id for run in runs}) == 1
    assert runs[0].strip_id is not None
    assert runs[0].queued_at < runs[1].queued_at
    assert all(run.inputs == {"image": kept.input_id} for run in runs)
    assert _problem(refused) == ("seed_twice", "seeds")


def test_a_run_asked_for_again_keeps_its_files(room: Room) -> None:
    kept = _keep(room, picture())
    run = _asked(
        room,
        _condition(IMAGE_SLOT),
        inputs={"image": kept.input_id},
        needs={"purpose": "i2v"},
        strip_id="strip-1",
    )
    store.save(room.database, dataclasses.replace(run, status=RunStatus.FAILED, ended_at=NOW))

    again = requeue(room.database, run.run_id, "Chai", NOW)

    assert (again.inputs, again.needs, again.strip_id) == (run.inputs, run.needs, "strip-1")


def _campaign(**changes: Any) -> dict[str, Any]:
    return {
        "name": "from stills",
        "candidates": [_condition(IMAGE_SLOT, LAST_SLOT)],
        "baselines": [_condition(name="from-text")],
        "suite": SUITE,
        "n_prompts": 3,
        "seeds": (1,),
        "rated_seeds": (1,),
        "planned_n_raters": 6,
        "owner": "Nok",
        "now": NOW,
        **changes,
    }


def test_each_condition_of_a_campaign_gets_what_it_takes(room: Room) -> None:
    cat, dog = _keep(room, picture()), _keep(room, picture("L"))
    second = SUITE.prompts[1].prompt_id
    facts = _campaign(inputs={"image": {"*": cat.input_id, second: dog.input_id}})

    campaign = plan_campaign(room.database, **facts)
    runs = start_campaign(room.database, campaign.campaign_id, origin=Origin.SANDBOX, now=NOW)

    given = {(run.condition_id.split("@")[0], run.prompt_id): run.inputs for run in runs}
    assert len(runs) == 6
    assert given["still-to-clip", second] == {"image": dog.input_id}
    assert given["still-to-clip", campaign.prompt_ids[0]] == {"image": cat.input_id}
    assert given["from-text", second] == {}


def _refused_plan(room: Room, inputs: dict[str, dict[str, str]]) -> Any:
    with pytest.raises(InvalidInputError) as refused:
        draft_campaign(room.database, **_campaign(inputs=inputs))
    _problem(refused)
    return refused.value


def test_a_campaign_whose_condition_lacks_an_input_is_no_plan(
    room: Room,
) -> None:
    cat, spoken = _keep(room, picture()), _keep(room, voice())
    first = SUITE.prompts[0].prompt_id

    lacking = _refused_plan(room, {"image": {first: cat.input_id}})
    in_vain = _refused_plan(room, {"camera": {"*": cat.input_id}})
    nowhere = _refused_plan(room, {"image": {"*": cat.input_id, "p?": cat.input_id}})
    odd = _refused_plan(room, {"image": {"*": spoken.input_id}})

    assert (lacking.problem, lacking.field) == ("input_missing_for", "image")
    assert "still-to-clip" in error_message(lacking, "en")
    assert (in_vain.problem, in_vain.field) == ("input_not_taken", "camera")
    assert (nowhere.problem, nowhere.value) == ("input_of_prompt", "p?")
    assert odd.problem == "input_slot_kind"


def test_other_inputs_are_another_plan(room: Room) -> None:
    def plan(content: bytes) -> Campaign:
        kept = _keep(room, content)
        facts = _campaign(inputs={"image": {"*": kept.input_id}})
        return draft_campaign(room.database, **facts)

    assert plan(picture()).plan_sha256 != plan(picture("L")).plan_sha256


def test_a_kept_file_that_vanished_is_named(room: Room) -> None:
    kept = _keep(room, picture())
    folder, given = room.folder, {"image": kept.input_id}
    content = contents_of(room.database, folder, given)["image"]
    assert content.path.read_bytes() == picture()
    assert content.mime_type == "image/png"
    content.path.write_bytes(picture()[:-1] + b"?")  # as long as before, but not the same

    with pytest.raises(InvalidInputError) as changed:
        contents_of(room.database, folder, given)
    content.path.unlink()
    with pytest.raises(InvalidInputError) as refused:
        contents_of(room.database, folder, given)

    assert _problem(changed) == ("input_gone", "image")
    assert _problem(refused) == ("input_gone", "image")
    assert "cat.png" in error_message(refused.value, "en")
    assert contents_of(room.database, folder, given, is_sent=True)
