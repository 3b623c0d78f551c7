"""Four checks, a line for each finding; exit 1 with findings, 2 when one could not be made."""

import subprocess
import sys
from collections.abc import Callable, Mapping

from audit.finding import Findings, NotCheckedError
from audit.leaks import leaks
from audit.licences import licence_findings
from audit.vulnerabilities import vulnerabilities

CODE = ("app.py", "videogen", "pages", "bench", "audit")


def unsafe_code() -> Findings:
    """What ruff's security rules (S) find, and excuses from them that no longer excuse anything."""
    command = [sys.executable, "-m", "ruff", "check", "--select", "S,RUF100", "--output-format"]
    checked = subprocess.run(
        [*command, "concise", "--quiet", *CODE], capture_output=True, text=True, check=False
    )
    if checked.returncode > 1:
        raise NotCheckedError(checked.stderr.strip())
    return [line for line in checked.stdout.splitlines() if line]


CHECKS: Mapping[str, Callable[[], Findings]] = {
    "licences": licence_findings,
    "secrets": leaks,
    "unsafe code": unsafe_code,
    "vulnerabilities": vulnerabilities,
}


def main() -> int:
    n_findings, n_unchecked = 0, 0
    for name, check in CHECKS.items():
        try:
            found = check()
        except NotCheckedError as error:
            n_unchecked += 1
            print(f"{name}: NOT CHECKED: {error}")
            continue
        n_findings += len(found)
        print(f"{name}: {len(found) or 'no'} findings")
        for line in found:
            print(f"  {line}")
    if n_findings:
        return 1
    return 2 if n_unchecked else 0


if __name__ == "__main__":
    sys.exit(main())
