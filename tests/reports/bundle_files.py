"""A bundle of a small campaign, and copies of it that somebody has changed."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.evidence import records
from videogen.domain.event import SetupStep
from videogen.domain.feedback import ClipFeedback, Thumb
from videogen.domain.money import Price, PriceUnit
from videogen.domain.prompt import Prompt, PromptSuite
from videogen.domain.rating import Rater, RaterKind
from videogen.domain.run import Attempt, AttemptState, Origin, VramTrace
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.claims import Claim
from videogen.reports.bundle import Bundle, make_bundle
from videogen.store import Database, save, save_vram_trace

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
CLAIM = Claim(
    condition="wan-1.3b",
    measure="cost_usd",
    low=0.68,
    high=0.82,
    kind="claimed",
    source="brief",
    as_of="2025-12-28",
)
PRICE = Price(
    price_id="gpu",
    subject="local_gpu",
    unit=PriceUnit.GPU_HOUR,
    amount_usd=Decimal("0.4875"),
    as_of=NOW.date(),
    source="brief",
    kind="claimed",
)
NAMES = ("Somchai", "Malee", "Preecha", "Wanida")
SECRETS = ("clips-of-our-house", "projects/our-company/operations/17")


def fill(database: Database) -> None:
    """Two conditions, four raters, one attempt with all that must not leave the house."""
    prompts = tuple(Prompt(prompt_id=one, text=f"Prompt {one}") for one in records.PROMPTS)
    suite = PromptSuite(suite_id="s1", name="s", version="1", prompts=prompts, training=())
    save(database, suite, PRICE)
    records.plan(database, owner="Somchai", suite_id="s1")
    save(database, *records.grid(records.WAN), *records.grid(records.VEO))
    scores = {"r1": 5, "r2": 4, "r3": 5, "r4": 4}
    save(database, *records.panel(scores), *records.panel(scores, records.VEO))
    people = zip(scores, NAMES, strict=True)
    save(database, *(_person(rater_id, name) for rater_id, name in people))
    attempt = Attempt(
        attempt_id="a1",
        run_id=f"wan-1.3b-p00-1-{Origin.LIVE}",
        ordinal=1,
        state=AttemptState.SUCCEEDED,
        backend="comfy@gpu",
        intended_at=NOW,
        external_id=SECRETS[1],
        failure_detail=SECRETS[0],
        condition_id=records.WAN.condition_id,
    )
    step = SetupStep(
        setup_step_id="st1",
        condition_name="wan-1.3b",
        what="Installed the node pack",
        person_hours=3.0,
        machine_hours=1.0,
        done_on=NOW,
        who="Preecha",
    )
    liked = ClipFeedback(
        feedback_id="f1",
        clip_id=f"clip-wan-1.3b-p00-1-{Origin.LIVE}",
        who="Malee",
        given_at=NOW,
        thumb=Thumb.UP,
    )
    save(database, attempt, step, liked)
    save_vram_trace(database, "a1", VramTrace(source="nvml", energy_wh=12.5))


def _person(rater_id: str, name: str) -> Rater:
    return Rater(rater_id=rater_id, name=name, kind=RaterKind.HUMAN, created_at=NOW)


def pack(database: Database, target: Path, *, campaign_id: str = "c1", **changes: Any) -> Bundle:
    fields: dict[str, Any] = {
        "claims": (CLAIM,),
        "prices": (PRICE,),
        "assumptions": Assumptions(n_videos_month=300),
        "now": NOW,
    }
    return make_bundle(database, campaign_id, target, **{**fields, **changes})


def files_of(bundle: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(bundle) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def written(target: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(target, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return target


def changed(bundle: Path, target: Path, name: str, change: Callable[[str], str]) -> Path:
    """One file's text is another; nobody took care of the hashes."""
    files = files_of(bundle)
    before = files[name].decode()
    after = change(before)
    assert after != before
    return written(target, {**files, name: after.encode()})


def forged(bundle: Path, target: Path, name: str, change: Callable[[str], str]) -> Path:
    """As `changed`, by somebody who knows how to make all hashes fit again."""
    files = files_of(changed(bundle, target, name, change))
    manifest = json.loads(files["manifest.json"])
    manifest["files"][name] = hashlib.sha256(files[name]).hexdigest()
    files["manifest.json"] = json.dumps(manifest).encode()
    line = f"{hashlib.sha256(files['manifest.json']).hexdigest()}  manifest.json\n"
    files["manifest.sha256"] = line.encode()
    return written(target, files)


def as_json(change: Callable[[Any], None]) -> Callable[[str], str]:
    """A change of the parsed content."""

    def apply(text: str) -> str:
        parsed = json.loads(text)
        change(parsed)
        return json.dumps(parsed)

    return apply


def row_field(n: int, column: str, value: str) -> Callable[[str], str]:
    """One field of the n-th row of a CSV whose texts hold neither quotes nor line breaks."""

    def apply(text: str) -> str:
        lines = text.splitlines()
        place = lines[0].split(",").index(f'"{column}"')
        fields = lines[n].split(",")
        fields[place] = f'"{value}"'
        lines[n] = ",".join(fields)
        return "\n".join(lines) + "\n"

    return apply
