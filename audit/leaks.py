"""Secrets in files that git keeps: what is once in a history stays there."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from audit.finding import Findings, NotCheckedError

ROOT = Path(__file__).resolve().parent.parent
SHAPES = {
    "Google API key": re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b"),
    "Google access token": re.compile(r"\bya29\.[0-9A-Za-z_-]{20,}"),
    "Replicate token": re.compile(r"\br8_[0-9A-Za-z]{37}\b"),
    "access token of ours": re.compile(r"\bvgn_[0-9a-f]{12}_[0-9A-Za-z_-]{43}\b"),
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----\s*[0-9A-Za-z+/]{40}"),
    "AWS key": re.compile(r"\bAKIA[0-9A-Z]{16}\b"),
    "GitHub token": re.compile(r"\bgh[pousr]_[0-9A-Za-z]{36,}\b"),
    "Slack token": re.compile(r"\bxox[abprs]-[0-9A-Za-z-]{20,}"),
    "password in an address": re.compile(r"https?://[^/\s:@'\"{}]+:[^/\s@'\"{}]{12,}@"),
    "setting with a value": re.compile(
        r"^(?:export\s+)?(?:GEMINI_API_KEY|REPLICATE_API_TOKEN|VIDEOGEN_API_TOKEN"
        r"|VIDEOGEN_OIDC_CLIENT_SECRET)=(?!\.\.\.|<|\"|'|\$)\S{12,}",
        re.MULTILINE,
    ),
}
FORBIDDEN_FILES = re.compile(
    r"(^|/)(\.env|secret[^/]*\.key|.*\.pem|local_access\.json|access\.toml)$"
)
# An example says so: counted digits or letters, one sign over and over, or a word.
EXAMPLE = re.compile(r"(?i)012345|123456|abcdef|(.)\1{7}|fake|example|test|secret|sample")
LARGEST_BYTES = 5_000_000


def leaks() -> Findings:
    return [line for name in kept_files() for line in leaks_in(name, ROOT / name)]


def leaks_in(name: str, file: Path) -> Iterator[str]:
    if FORBIDDEN_FILES.search(name):
        yield f"{name}: a file that may hold secrets"
    if not file.is_file() or file.stat().st_size > LARGEST_BYTES:
        return
    text = file.read_bytes().decode("utf-8", "replace")
    for kind, shape in SHAPES.items():
        for match in shape.finditer(text):
            if not EXAMPLE.search(match[0]):
                line = text.count("\n", 0, match.start()) + 1
                yield f"{name}:{line}: looks like a {kind}"  # never the value itself


def kept_files() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        raise NotCheckedError("this folder is no git repository")
    return [name for name in listed.stdout.split("\0") if name]
