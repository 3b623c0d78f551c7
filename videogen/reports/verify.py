"""Does a bundle say what its rows say? Every figure is computed again, on any machine."""

import contextlib
import hashlib
import math
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from videogen import __version__
from videogen.clips import file_sha256
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError, NotFoundError
from videogen.reports.bundle import (
    BUNDLE_FORMAT,
    FIGURES_FILE,
    GUARDED_SINCE,
    MANIFEST_FILE,
    MANIFEST_HASH_FILE,
    code_sha256,
    manifest_hash_line,
    manifest_of,
)
from videogen.reports.figures import Figure
from videogen.reports.recompute import Recomputed, read_json, recompute, unreadable
from videogen.reports.unpacking import unpack
from videogen.store.bundle import rows_of_strangers

RELATIVE = 1e-9  # what summing in another order may change
ABSOLUTE = 1e-12
MAX_CHARACTERS = 200
# What code meets in rows that this program cannot have written.
NONSENSE = (ValueError, TypeError, AttributeError, LookupError, ArithmeticError, StopIteration)
PROGRAM = ("videogen", "code_sha256", "n_figures")  # what another program's may differ in
KNOWN_FORMATS = range(1, BUNDLE_FORMAT + 1)
NOT_HASHED = frozenset({MANIFEST_FILE, MANIFEST_HASH_FILE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Something that the bundle tells otherwise than its rows; None: it is not there."""

    name: str  # a figure's, or "file:" and a file's, or "manifest." and a field's
    told: Figure
    recomputed: Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    n_figures: int  # compared
    differ: tuple[Difference, ...]
    sha256: str  # of the bundle itself: what a frozen decision keeps
    campaign: str
    campaign_id: str
    made_at: datetime
    made_with: str  # the version of videogen
    are_reports_compared: bool  # only where this very program made them

    @property
    def is_ok(self) -> bool:
        return not self.differ


def verify_bundle(file: Path) -> Verification:
    """Needs no data folder and no network; leaves nothing behind.

    Raises: InvalidInputError: it is no bundle, or too damaged for its figures to be computed.
    """
    with tempfile.TemporaryDirectory(prefix="videogen-verify-") as name:
        folder = Path(name)
        hashes = unpack(file, folder)
        manifest = _manifest(folder)
        made_at, origin = _moment(manifest), _origin(manifest)
        is_of_this_program = _is_of_this_program(manifest)
        found = _recomputed(folder, manifest, origin, made_at, with_reports=is_of_this_program)
        told = _told_figures(folder)
        differ = [
            *_hash_differences(folder, manifest, hashes),
            *_manifest_differences(manifest, found),
            *_figure_differences(told, found.figures, may_lack=not is_of_this_program),
            *_report_differences(folder, found),
        ]
    return Verification(
        n_figures=len(told.keys() | found.figures.keys()),
        differ=tuple(differ),
        sha256=file_sha256(file),
        campaign=found.campaign_name,
        campaign_id=str(_shown(manifest.get("campaign_id"))),
        made_at=made_at,
        made_with=_maker(manifest),
        are_reports_compared=is_of_this_program,
    )


def is_same(told: Figure, recomputed: Figure) -> bool:
    if isinstance(told, bool) or isinstance(recomputed, bool):
        return told is recomputed
    if isinstance(told, int | float) and isinstance(recomputed, int | float):
        with contextlib.suppress(OverflowError):  # an integer of hundreds of digits
            return math.isclose(told, recomputed, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
    return told == recomputed


def _manifest(folder: Path) -> Mapping[str, Any]:
    """Raises: InvalidInputError: it is none, or of another form than this program knows."""
    file = folder / MANIFEST_FILE
    manifest = read_json(file)
    if not isinstance(manifest, dict) or not isinstance(manifest.get("files"), dict):
        raise unreadable(file)
    if manifest.get("format") not in KNOWN_FORMATS:
        raise InvalidInputError(
            "bundle_version", field="format", value=manifest.get("format"), known=BUNDLE_FORMAT
        )
    return manifest


def _is_of_this_program(manifest: Mapping[str, Any]) -> bool:
    told = (manifest.get("videogen"), manifest.get("code_sha256"))
    return told == (__version__, code_sha256())


def _maker(manifest: Mapping[str, Any]) -> str:
    """The version; where it is this one's and the program is not, the beginning of its sha256."""
    version = str(_shown(manifest.get("videogen")))
    if version != __version__ or _is_of_this_program(manifest):
        return version
    return f"{version} ({str(_shown(manifest.get('code_sha256')))[:8]})"


def _moment(manifest: Mapping[str, Any]) -> datetime:
    try:
        made_at = datetime.fromisoformat(str(manifest.get("made_at")))
    except ValueError as error:
        raise unreadable(Path(MANIFEST_FILE)) from error
    if made_at.tzinfo is None:
        raise unreadable(Path(MANIFEST_FILE))
    return made_at


def _origin(manifest: Mapping[str, Any]) -> Origin:
    try:
        return Origin(str(manifest.get("origin")))
    except ValueError as error:
        raise unreadable(Path(MANIFEST_FILE)) from error


def _recomputed(
    folder: Path,
    manifest: Mapping[str, Any],
    origin: Origin,
    made_at: datetime,
    *,
    with_reports: bool,
) -> Recomputed:
    """Rows may be well written and still hold nonsense: then the statistics refuse them."""
    try:
        with rows_of_strangers():
            return recompute(
                folder,
                campaign_id=str(manifest.get("campaign_id")),
                origin=origin,
                made_at=made_at,
                with_reports=with_reports,
                is_guarded=manifest["format"] >= GUARDED_SINCE,
            )
    except NotFoundError as error:
        raise InvalidInputError(
            "bundle_row_missing", field=error.field or "row", value=error.value
        ) from error
    except NONSENSE as error:
        detail = _shown(f"{type(error).__name__}: {error}")
        raise InvalidInputError("bundle_nonsense", field="rows", value=detail) from error


def _told_figures(folder: Path) -> Mapping[str, Figure]:
    file = folder / FIGURES_FILE
    told = read_json(file)
    if not isinstance(told, dict):
        raise unreadable(file)
    return told


def _hash_differences(
    folder: Path, manifest: Mapping[str, Any], hashes: Mapping[str, str]
) -> Iterator[Difference]:
    """Files that were changed, taken out or put in since the manifest was written."""
    told = manifest["files"]
    for name in sorted(told.keys() | hashes.keys() - NOT_HASHED):
        if told.get(name) != hashes.get(name):
            yield _difference(f"file:{name}", told.get(name), hashes.get(name))
    line = folder / MANIFEST_HASH_FILE
    written = line.read_text(encoding="ascii", errors="replace") if line.exists() else None
    right = manifest_hash_line(hashes[MANIFEST_FILE])
    if written != right:
        yield _difference(f"file:{MANIFEST_FILE}", written, right)


def _manifest_differences(manifest: Mapping[str, Any], found: Recomputed) -> Iterator[Difference]:
    ignored = () if _is_of_this_program(manifest) else PROGRAM
    right = manifest_of(
        found,
        campaign_id=str(manifest.get("campaign_id")),
        made_at=str(manifest.get("made_at")),
        bundle_format=manifest["format"],
    )
    for name, value in right.items():
        # The files' hashes are compared by themselves.
        if name not in ignored and manifest.get(name) != value:
            yield _difference(f"manifest.{name}", manifest.get(name), value)


def _figure_differences(
    told: Mapping[str, Figure], recomputed: Mapping[str, Figure], *, may_lack: bool
) -> Iterator[Difference]:
    """Args: may_lack: another program made it, which may not have known every figure of ours."""
    if may_lack:
        recomputed = {name: value for name, value in recomputed.items() if name in told}
    for name in [*recomputed, *(one for one in told if one not in recomputed)]:
        is_in_both = name in told and name in recomputed
        if not is_in_both or not is_same(told[name], recomputed[name]):
            yield _difference(name, told.get(name), recomputed.get(name))


def _report_differences(folder: Path, found: Recomputed) -> Iterator[Difference]:
    """Where a report is what its figures make it; one that is missing differs by its hash."""
    for name, right in found.reports.items():
        file = folder / name
        if file.exists() and file.read_bytes() != right:
            told = hashlib.sha256(file.read_bytes()).hexdigest()
            yield _difference(f"report:{name}", told, hashlib.sha256(right).hexdigest())


def _difference(name: str, told: object, recomputed: object) -> Difference:
    return Difference(name=str(_shown(name)), told=_shown(told), recomputed=_shown(recomputed))


def _shown(value: object) -> Figure:
    """What a stranger wrote, fit for a terminal and for JSON."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    text = str(value)[:MAX_CHARACTERS]
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
