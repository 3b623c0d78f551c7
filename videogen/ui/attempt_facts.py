"""What one attempt ran on and in: nodes by time, versions, settings, hashes."""

from collections.abc import Mapping
from typing import Any

from videogen.domain.run import Attempt
from videogen.ui import formats, language, markup
from videogen.ui.language import t

N_STAGES = 6  # the longest; the rest are fractions of a second
HASH_CHARACTERS = 12


def circumstances(attempt: Attempt) -> str:
    """Empty where nothing was kept."""
    blocks = [
        _block(t("attempt.stages"), _stages(attempt)),
        _block(t("attempt.fingerprint"), versions(attempt.fingerprint)),
    ]
    return "".join(blocks)


def made_smaller(attempt: Attempt, before: Attempt) -> str:
    """What the second try changed; empty where one of them kept no settings."""
    first, second = before.fingerprint.get("settings"), attempt.fingerprint.get("settings")
    if not isinstance(first, Mapping) or not isinstance(second, Mapping):
        return ""
    changed = [
        (language.t_or(f"health.part.{name}", name), f"{first.get(name)} → {value}")
        for name, value in second.items()
        if first.get(name) != value
    ]
    return _block(t("attempt.smaller"), changed)


def _block(title: str, pairs: list[tuple[str, str]]) -> str:
    if not pairs:
        return ""
    rows = "".join(
        f"<tr><th>{markup.esc(name)}</th><td>{markup.esc(value)}</td></tr>" for name, value in pairs
    )
    return (
        f'<p class="vg-eyebrow vg-above">{markup.esc(title)}</p>'
        f'<div class="vg vg-scroll"><table class="vg-table vg-pairs"><tbody>{rows}</tbody>'
        "</table></div>"
    )


def _stages(attempt: Attempt) -> list[tuple[str, str]]:
    spoken = language.current()
    longest = sorted(attempt.stages.items(), key=lambda stage: stage[1], reverse=True)
    return [
        (language.t_or(f"node.{name}", name), formats.seconds(took_s, spoken))
        for name, took_s in longest[:N_STAGES]
    ]


def versions(fingerprint: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (language.t_or(f"health.part.{name}", name), _plain(name, value))
        for name, value in fingerprint.items()
        if value not in (None, "", {}, [])
    ]


def _plain(name: str, value: Any) -> str:
    """Hashes short, lists and settings in one line."""
    if isinstance(value, Mapping):
        said = (f"{key} {one}" if one not in (None, "") else str(key) for key, one in value.items())
        return ", ".join(said)
    if isinstance(value, list | tuple):
        return ", ".join(str(one) for one in value)
    if name == "memory_total_mib":
        return formats.memory(value)
    if name.endswith("sha256"):
        return str(value)[:HASH_CHARACTERS]
    return str(value)
