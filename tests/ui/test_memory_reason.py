"""A run without a memory reading says why in words."""

import pytest

from videogen.texts import t
from videogen.ui import notices


@pytest.mark.parametrize("code", ["nvml_library_not_found", "no_gpu", "server_gives_no_reading"])
def test_a_missing_reading_is_explained_by_its_own_sentence(code: str) -> None:
    assert notices.memory_reason(code) == t(f"gpu.reason.{code}", "en")


@pytest.mark.parametrize("code", [None, "a word of another version"])
def test_an_unknown_reason_is_no_code_on_the_page(code: str | None) -> None:
    assert notices.memory_reason(code) == t("run.vram_none", "en")
