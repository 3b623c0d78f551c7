"""Prompt suites: named, versioned lists of prompts in TOML."""

from pathlib import Path
from typing import Literal

from pydantic import ConfigDict, Field

from videogen.catalogue.toml_file import FromFile, parsed, read_toml
from videogen.domain.prompt import Prompt, PromptSuite, checked_prompt_text
from videogen.errors import InvalidInputError


class _PromptFile(FromFile):
    model_config = ConfigDict(extra="ignore", frozen=True)  # length: for the curious

    id: str = Field(min_length=1)
    text: str
    gloss_th: str | None = None
    category: str | None = None
    motion: Literal["low", "mid", "high"] | None = None
    tags: tuple[str, ...] = ()


class _SuiteFile(FromFile):
    name: str = Field(min_length=1)
    version: str = Field(min_length=1)
    licence: str
    prompts: tuple[_PromptFile, ...] = Field(min_length=1)
    training: tuple[_PromptFile, ...] = ()


def load_suite(path: Path) -> PromptSuite:
    """Raises: InvalidInputError: naming the field, or the id that stands twice."""
    content = parsed(_SuiteFile, path, read_toml(path))
    _refuse_twins(path, [row.id for row in (*content.prompts, *content.training)])
    return PromptSuite(
        suite_id=f"{content.name}@{content.version}",
        name=content.name,
        version=content.version,
        prompts=tuple(_prompt(content.version, row) for row in content.prompts),
        training=tuple(_prompt(content.version, row) for row in content.training),
    )


def _prompt(version: str, row: _PromptFile) -> Prompt:
    category = () if row.category is None else (row.category,)
    motion = () if row.motion is None else (f"motion:{row.motion}",)  # the router reads it
    return Prompt(
        # Texts change between versions, and ratings of different texts must never meet.
        prompt_id=f"{row.id}@{version}",
        text=checked_prompt_text(row.text),
        gloss_th=row.gloss_th,
        tags=(*category, *motion, *row.tags),
    )


def _refuse_twins(path: Path, ids: list[str]) -> None:
    seen: set[str] = set()
    for prompt_id in ids:
        if prompt_id in seen:
            raise InvalidInputError(
                "prompt_id_twice", field="prompts.id", value=prompt_id, file=path.name
            )
        seen.add(prompt_id)
