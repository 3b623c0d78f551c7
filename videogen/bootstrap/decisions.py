"""Freezing a decision: its bundle is written first, then the row that names the bundle's sha256."""

import unicodedata
import uuid
from datetime import datetime
from pathlib import Path

from videogen import store
from videogen.bootstrap.application import Application
from videogen.domain.event import Event, FrozenDecision
from videogen.errors import DataFolderUnusableError, InvalidInputError, NotFoundError
from videogen.evidence.assumptions import Assumptions
from videogen.reports.bundle import make_bundle
from videogen.reports.verify import Verification, verify_bundle

DECISIONS_FOLDER = "decisions"
MAX_CHARACTERS = 500
INVISIBLE = frozenset({"Cc", "Cs"})  # control characters, halves of a surrogate pair


def freeze_decision(
    application: Application,
    campaign_id: str,
    *,
    who: str,
    why: str,
    assumptions: Assumptions,
    now: datetime,
) -> FrozenDecision:
    """What is decided now, kept so that anyone can compute it again.

    A crash between the two leaves a file that no row names, never a row without its file.
    Raises: InvalidInputError: who or why; NotFoundError; DatabaseFullError;
        DataFolderUnusableError.
    """
    signed_by, because = _checked(who, "who"), _checked(why, "why")
    store.get_campaign(application.database, campaign_id)
    decision_id = str(uuid.uuid4())
    bundle = make_bundle(
        application.database,
        campaign_id,
        _file(application, decision_id),
        claims=application.claims,
        prices=application.prices,
        assumptions=assumptions,
        now=now,
    )
    provisional = bundle.provisional_verdict
    frozen = FrozenDecision(
        decision_id=decision_id,
        campaign_id=campaign_id,
        frozen_at=now,
        who=signed_by,
        why=because,
        verdict=bundle.verdict.value,
        evidence=bundle.figures,
        provisional_verdict=None if provisional is None else provisional.value,
        criteria_version=bundle.criteria_version,
        assumptions=assumptions.as_full_query(),
        bundle_file=f"{DECISIONS_FOLDER}/{decision_id}.zip",
        bundle_sha256=bundle.sha256,
    )
    store.save(application.database, frozen, _event(frozen))
    return frozen


def bundle_of(application: Application, frozen: FrozenDecision) -> Path:
    """Raises: NotFoundError: it was frozen without one, or the file is gone."""
    if frozen.bundle_file is not None:
        file = application.settings.data_dir / frozen.bundle_file
        if file.is_file():
            return file
    raise NotFoundError(field="bundle", value=frozen.decision_id)


def check_frozen(application: Application, frozen: FrozenDecision) -> tuple[Verification, bool]:
    """Its bundle's figures computed again, and whether it still is the file that was frozen.

    Raises: NotFoundError, InvalidInputError: the file is gone, or too damaged to be computed.
    """
    found = verify_bundle(bundle_of(application, frozen))
    return found, found.sha256 == frozen.bundle_sha256


def _file(application: Application, decision_id: str) -> Path:
    folder = application.settings.data_dir / DECISIONS_FOLDER
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise DataFolderUnusableError(folder=folder, reason=error.strerror) from error
    return folder / f"{decision_id}.zip"


def _checked(text: str, field: str) -> str:
    """One line, spaces around it taken off."""
    words, name = text.strip(), f"decision_{field}"
    if not words:
        raise InvalidInputError(f"frozen_{field}_empty", field=name, value="")
    if len(words) > MAX_CHARACTERS:
        shown = f"{words[:20]}…"
        raise InvalidInputError("frozen_too_long", field=name, value=shown, limit=MAX_CHARACTERS)
    if any(unicodedata.category(letter) in INVISIBLE for letter in words):
        raise InvalidInputError("frozen_invisible", field=name, value=ascii(words)[:40])
    return words


def _event(frozen: FrozenDecision) -> Event:
    return Event(
        at=frozen.frozen_at,
        kind="decision.frozen",
        subject_id=frozen.campaign_id,
        data={
            "who": frozen.who,
            "why": frozen.why,
            "decision_id": frozen.decision_id,
            "verdict": frozen.verdict,
            "bundle_sha256": frozen.bundle_sha256,
        },
    )
