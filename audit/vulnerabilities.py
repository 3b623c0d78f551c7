"""Known holes in what is installed, as the package index lists them."""

import json
import subprocess
import sys
from typing import Any

from audit.finding import Findings, NotCheckedError

TIME_LIMIT_S = 300


def vulnerabilities() -> Findings:
    """Raises: NotCheckedError: the index cannot be reached."""
    command = [sys.executable, "-m", "pip_audit", "--local", "--format", "json"]
    try:
        asked = subprocess.run(
            [*command, "--progress-spinner", "off", "--timeout", "15"],
            capture_output=True,
            text=True,
            check=False,
            timeout=TIME_LIMIT_S,
        )
    except subprocess.TimeoutExpired:
        raise NotCheckedError("the package index did not answer in time") from None
    try:
        report = json.loads(asked.stdout)
    except ValueError:
        said = asked.stderr.strip().splitlines() or ["pip-audit said nothing"]
        raise NotCheckedError(f"the package index cannot be reached ({said[-1][:160]})") from None
    return told(report)


def told(report: dict[str, Any]) -> Findings:
    """One line for each hole, with the version that closes it.

    Raises: NotCheckedError: it says nothing of most packages, as a mirror without holes does.
    """
    packages = report["dependencies"]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    if len(skipped) * 2 > len(packages):
        raise NotCheckedError(f"the package index knows {len(skipped)} of {len(packages)} not")
    found: Findings = [f"{name}: the package index does not know it" for name in skipped]
    for package in packages:
        for hole in package.get("vulns", ()):
            fixed = ", ".join(hole["fix_versions"]) or "no version yet"
            found.append(f"{package['name']} {package['version']}: {hole['id']}, mended in {fixed}")
    return found
