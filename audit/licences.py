"""Every package that runs has a licence that we may pass on, and copyleft parts are named here."""

import re
from collections.abc import Iterable, Mapping
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from audit.finding import Findings

ROOT = Path(__file__).resolve().parent.parent
# As SPDX and as classifiers of PyPI write them, without case, "License" and version marks.
ALLOWED = frozenset(
    {
        *("0bsd", "apache", "apache-2", "apache-2.0", "bsd", "bsd-2-clause", "bsd-3-clause"),
        *("3-clause-bsd", "cc0-1.0", "isc", "mit", "mit-0", "mit-cmu", "mpl-2.0", "ofl-1.1"),
        *("psf-2.0", "python-software-foundation", "unlicense", "zlib"),
    }
)
SAME = {
    "apache software": "apache-2.0",
    "apache 2.0": "apache-2.0",
    "mozilla public 2.0 (mpl 2.0": "mpl-2.0",
    "python software foundation": "python-software-foundation",
    "3-clause bsd": "3-clause-bsd",
}
# The encoders inside PyAV's wheel: started for clips on this machine, not passed on by us.
COPYLEFT_PARTS: Mapping[str, tuple[str, ...]] = {"av": ("libx264", "libx265")}
COPYLEFT = re.compile(
    r"x264|x265|xvid|libpostproc|davs2|xavs|rubberband|vidstab|frei0r", re.IGNORECASE
)
EMPTY_WORDS = re.compile(r"(?i)\s*\b(licen[sc]e|version)\b,?\s*")
EITHER, ALL = re.compile(r"\s+or\s+|\|", re.IGNORECASE), re.compile(r"\s+and\s+", re.IGNORECASE)


def licence_findings() -> Findings:
    found: Findings = []
    for package in running_packages():
        name = str(package.metadata["Name"])
        licence = licence_of(package)
        if not is_allowed(licence):
            found.append(f"{name} {package.version}: licence {licence or 'unknown'!r}")
        found += [
            f"{name} {package.version}: copyleft part {part}"
            for part in copyleft_parts(str(one) for one in package.files or ())
            if not part.startswith(COPYLEFT_PARTS.get(canonicalize_name(name), ("\0",)))
        ]
    return found


def running_packages() -> list[Distribution]:
    """What requirements.txt names and all that it needs, as installed here."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    waiting = [Requirement(line) for line in lines if line.strip() and not line.startswith("#")]
    found: dict[str, Distribution] = {}
    seen: set[str] = set()
    while waiting:
        wanted = waiting.pop()
        mark = str(wanted)
        if mark in seen:
            continue
        seen.add(mark)
        try:
            package = distribution(wanted.name)
        except PackageNotFoundError:
            continue  # only for another platform
        found[canonicalize_name(wanted.name)] = package
        waiting += _needed(package, wanted.extras or {""})
    return [found[name] for name in sorted(found)]


def licence_of(package: Distribution) -> str:
    """The SPDX expression, else the classifiers, else the first line of what it says."""
    said = package.metadata
    if said["License-Expression"]:
        return str(said["License-Expression"])
    marked = [one for one in said.get_all("Classifier") or [] if one.startswith("License ::")]
    named = [one.rsplit("::", 1)[-1].strip() for one in marked]
    named = [one for one in named if one != "OSI Approved"]
    return " | ".join(named) or str(said["License"] or "").split("\n")[0]


def is_allowed(licence: str) -> bool:
    """Of alternatives one is enough, of parts each must be."""
    parts = [ALL.split(one.strip("() ")) for one in EITHER.split(licence)]
    return any(all(_plain(one) in ALLOWED for one in together) for together in parts)


def copyleft_parts(files: Iterable[str]) -> list[str]:
    names = {Path(one).name for one in files if ".libs/" in one or one.endswith((".so", ".dll"))}
    return sorted(one for one in names if COPYLEFT.search(one))


def _needed(package: Distribution, extras: Iterable[str]) -> list[Requirement]:
    wanted = [Requirement(line) for line in package.requires or ()]
    return [
        one
        for one in wanted
        if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras)
    ]


def _plain(licence: str) -> str:
    name = re.sub(
        r"\s*\b(licen[sc]e|version)\b,?\s*", " ", licence.strip("() "), flags=re.IGNORECASE
    )
    name = " ".join(name.lower().split())
    return SAME.get(name, name)
