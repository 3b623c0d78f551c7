"""A campaign's evidence as one zip file, from which anyone can recompute every figure.

Nobody is named in it and no clip is: raters and other people have numbers, clips their sha256.
"""

import contextlib
import errno
import functools
import hashlib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import videogen
from videogen import __version__
from videogen.clips import file_sha256
from videogen.domain.decision import Verdict
from videogen.domain.money import Price
from videogen.domain.run import Origin
from videogen.errors import DatabaseFullError, DataFolderUnusableError, VideogenError
from videogen.evidence.assumptions import Assumptions
from videogen.evidence.claims import Claim
from videogen.reports.figures import Figure
from videogen.reports.recompute import (
    BESIDE_ROWS,
    REPORT_LANGUAGES,
    ROWS_FOLDER,
    Recomputed,
    recompute,
    write_beside_rows,
    write_json,
)
from videogen.store import Database
from videogen.store.bundle import export_campaign
from videogen.texts import t

BUNDLE_FORMAT = 2  # 1 had texts in its rows that a spreadsheet would run
GUARDED_SINCE = 2
MANIFEST_FILE, MANIFEST_HASH_FILE = "manifest.json", "manifest.sha256"
FIGURES_FILE = "figures.json"
READ_ME = {language: f"README.{language}.md" for language in REPORT_LANGUAGES}
DATE_IN_ZIP = (1980, 1, 1, 0, 0, 0)  # the same content is the same file, whenever it is packed
UNIX, PLAIN_FILE = 3, 0o100644
CHUNK_BYTES = 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What was packed, and what it says."""

    file: Path
    sha256: str
    size_bytes: int
    verdict: Verdict
    provisional_verdict: Verdict | None
    criteria_version: int
    figures: dict[str, Figure]


def make_bundle(
    database: Database,
    campaign_id: str,
    target: Path,
    *,
    claims: Sequence[Claim],
    prices: Sequence[Price],
    assumptions: Assumptions,
    now: datetime,
    origin: Origin | None = None,
) -> Bundle:
    """Written whole under another name first: a file that stands there was finished.

    The figures in it are computed from its own rows, so that they agree down to the pseudonyms.
    Raises: NotFoundError, DatabaseFullError, DataFolderUnusableError.
    """
    with tempfile.TemporaryDirectory(prefix="videogen-bundle-") as name:
        folder = Path(name)
        (folder / ROWS_FOLDER).mkdir()
        export_campaign(database, campaign_id, folder / ROWS_FOLDER)
        write_beside_rows(folder, claims=claims, prices=prices, assumptions=assumptions)
        found = recompute(folder, campaign_id=campaign_id, origin=origin, made_at=now)
        files = _written(folder, found)
        manifest = manifest_of(found, campaign_id=campaign_id, made_at=now.isoformat())
        manifest["files"] = {file: file_sha256(folder / file) for file in files}
        write_json(folder / MANIFEST_FILE, manifest)
        manifest_sha256 = file_sha256(folder / MANIFEST_FILE)
        (folder / MANIFEST_HASH_FILE).write_text(
            manifest_hash_line(manifest_sha256), encoding="ascii"
        )
        _pack(folder, [*files, MANIFEST_FILE, MANIFEST_HASH_FILE], target)
    return Bundle(
        file=target,
        sha256=file_sha256(target),
        size_bytes=target.stat().st_size,
        verdict=found.decision.verdict,
        provisional_verdict=found.decision.provisional_verdict,
        criteria_version=found.criteria_version,
        figures=dict(found.figures),
    )


def manifest_of(
    found: Recomputed, *, campaign_id: str, made_at: str, bundle_format: int = BUNDLE_FORMAT
) -> dict[str, Any]:
    """All that it says but the files' hashes."""
    provisional = found.decision.provisional_verdict
    return {
        "format": bundle_format,
        "videogen": __version__,
        "code_sha256": code_sha256(),
        "made_at": made_at,
        "campaign_id": campaign_id,
        "campaign": found.campaign_name,
        "origin": found.origin.value,
        "languages": list(REPORT_LANGUAGES),
        "criteria_version": found.criteria_version,
        "verdict": found.decision.verdict.value,
        "provisional_verdict": None if provisional is None else provisional.value,
        "n_figures": len(found.figures),
    }


@functools.cache
def code_sha256() -> str:
    """Of the program's own lines and words: a version has many states between two releases."""
    package = Path(videogen.__file__).parent
    files = sorted(file for kind in ("*.py", "*.po") for file in package.rglob(kind))
    digest = hashlib.sha256()
    for file in files:
        content = file.read_bytes()
        digest.update(f"{file.relative_to(package).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def manifest_hash_line(sha256: str) -> str:
    """As `sha256sum --check` reads it."""
    return f"{sha256}  {MANIFEST_FILE}\n"


def disk_error(error: OSError, file: Path) -> VideogenError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return DatabaseFullError(file=file)
    return DataFolderUnusableError(folder=file.parent, reason=error.strerror)


def _written(folder: Path, found: Recomputed) -> list[str]:
    """Every file but the manifest, sorted."""
    write_json(folder / FIGURES_FILE, found.figures)
    for language, file in READ_ME.items():
        (folder / file).write_text(t("bundle.read_me", language), encoding="utf-8")
    for file, content in found.reports.items():
        (folder / file).write_bytes(content)
    rows = [f"{ROWS_FOLDER}/{file.name}" for file in (folder / ROWS_FOLDER).iterdir()]
    return sorted([*rows, *BESIDE_ROWS, FIGURES_FILE, *READ_ME.values(), *found.reports])


def _pack(folder: Path, files: Sequence[str], target: Path) -> None:
    unfinished = target.with_name(target.name + ".unfinished")
    try:
        with unfinished.open("wb") as stream:
            with zipfile.ZipFile(stream, "w", compresslevel=6) as packed:
                for file in sorted(files):
                    _add(packed, folder / file, file)
            stream.flush()
            os.fsync(stream.fileno())
        unfinished.replace(target)
    except OSError as error:
        raise disk_error(error, target) from error
    finally:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)


def _add(packed: zipfile.ZipFile, file: Path, name: str) -> None:
    entry = zipfile.ZipInfo(name, DATE_IN_ZIP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system = UNIX
    entry.external_attr = PLAIN_FILE << 16
    entry.file_size = file.stat().st_size  # whether the entry needs the form for large files
    with file.open("rb") as source, packed.open(entry, "w") as inside:
        shutil.copyfileobj(source, inside, CHUNK_BYTES)
