"""Keeping the data of a running app: a backup now, and whether rows and files agree."""

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Query

from videogen.bootstrap.upkeep import told_backup, told_check
from videogen.upkeep import CheckReport, Finding, FindingKind
from videogen.web.api.asked import Asks
from videogen.web.api.documented import answered, record_schema
from videogen.web.api.door import router as door_router

router = door_router("operation")

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BACKUP_EXAMPLE: dict[str, Any] = {
    "name": "20260302T093000000000Z",
    "folder": "/srv/videogen/backups/20260302T093000000000Z",
    "made_at": AT.isoformat(),
    "took_s": 1.7,
    "program_version": "0.1.0",
    "schema_version": 7,
    "newest_at": AT.isoformat(),
    "n_rows": 4959,
    "n_files": 295,
    "size_bytes": 64_236_772,
    "missing": [],
    "damaged": [],
}
CHECK_EXAMPLE = told_check(
    CheckReport(
        checked_at=AT,
        took_s=1.1,
        n_files=386,
        has_hashes=False,
        findings=(
            Finding(
                kind=FindingKind.FILE_ORPHAN,
                subject="clips/ab/abc.mp4",
                detail="",
            ),
        ),
    )
)
BACKUP = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "folder": {"type": "string"},
        "made_at": {"type": "string", "format": "date-time"},
        "took_s": {"type": "number"},
        "program_version": {"type": "string"},
        "schema_version": {"type": "integer"},
        "newest_at": {"type": ["string", "null"], "format": "date-time"},
        "n_rows": {"type": "integer"},
        "n_files": {"type": "integer"},
        "size_bytes": {"type": "integer"},
        "missing": {"type": "array", "items": {"type": "string"}},
        "damaged": {"type": "array", "items": {"type": "string"}},
    },
    "required": list(BACKUP_EXAMPLE),
}
FINDING = record_schema(Finding, is_mendable={"type": "boolean"})
CHECK = record_schema(
    CheckReport, findings={"type": "array", "items": FINDING}, is_clean={"type": "boolean"}
)
REFUSED = {"$ref": "#/components/responses/Problem"}


@router.post(
    "/backups",
    operation_id="make_backup",
    status_code=201,
    responses={
        201: answered(BACKUP, BACKUP_EXAMPLE, "Made; everything else went on meanwhile"),
        409: REFUSED,
        507: REFUSED,
    },
)
def make_backup(asked: Asks) -> Any:
    """Make a backup now: the database of one moment, and every file that its rows name."""
    return told_backup(asked.application.upkeep.back_up(asked.person.name))


@router.get(
    "/check",
    operation_id="check_data",
    responses={200: answered(CHECK, CHECK_EXAMPLE, "What was found; nothing is changed")},
)
def check_data(
    asked: Asks,
    *,
    hashes: Annotated[bool, Query(description="Read every file, not only its size")] = False,
) -> Any:
    """Whether rows and files agree, and rows with each other."""
    return told_check(asked.application.upkeep.check(asked.person.name, with_hashes=hashes))
