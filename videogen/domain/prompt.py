"""Prompts and the named, versioned lists that they stand in."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from videogen.errors import InvalidInputError

MAX_PROMPT_CHARACTERS = 4000  # Veo's limit is 1,024 tokens; text encoders cut earlier still


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    prompt_id: str
    text: str  # English, as sent to the model
    gloss_th: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptSuite:
    suite_id: str
    name: str
    version: str
    prompts: tuple[Prompt, ...]
    training: tuple[Prompt, ...] = ()

    @property
    def content_sha256(self) -> str:
        return _digest([*self.prompts, *self.training])


def checked_prompt_text(text: str) -> str:
    """The text without outer blanks; raises InvalidInputError when empty or too long."""
    stripped = text.strip()
    if not stripped:
        raise InvalidInputError("prompt_empty", field="prompt", value="")
    if len(stripped) > MAX_PROMPT_CHARACTERS:
        raise InvalidInputError(
            "prompt_too_long",
            field="prompt",
            value=f"{stripped[:40]}…",
            length=len(stripped),
            limit=MAX_PROMPT_CHARACTERS,
        )
    return stripped


def _digest(prompts: Sequence[Prompt]) -> str:
    content = [[p.prompt_id, p.text, p.gloss_th, list(p.tags)] for p in prompts]
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
