"""The prompt suite that every first campaign runs."""

import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

SUITE_FILE = Path(__file__).parents[2] / "data" / "prompts" / "core.toml"
N_CATEGORIES = 8
CLIP_TEXT_ENCODER_TOKENS = 77  # AnimateDiff's encoder drops what comes after


@pytest.fixture(scope="module")
def suite() -> dict[str, Any]:
    return tomllib.loads(SUITE_FILE.read_text(encoding="utf-8"))


def test_the_suite_has_forty_prompts_of_eight_categories(suite: dict[str, Any]) -> None:
    by_category = Counter(prompt["category"] for prompt in suite["prompts"])

    assert set(by_category.values()) == {5}
    assert len(by_category) == N_CATEGORIES


def test_any_whole_round_of_first_prompts_holds_every_category_equally(
    suite: dict[str, Any],
) -> None:
    for start in range(0, 40, N_CATEGORIES):
        categories = {p["category"] for p in suite["prompts"][start : start + N_CATEGORIES]}

        assert len(categories) == N_CATEGORIES


def test_motion_and_length_are_crossed_with_the_categories(suite: dict[str, Any]) -> None:
    for category in {prompt["category"] for prompt in suite["prompts"]}:
        of_category = [p for p in suite["prompts"] if p["category"] == category]

        assert {p["motion"] for p in of_category} == {"low", "mid", "high"}
        assert {p["length"] for p in of_category} == {"short", "long"}


def test_at_most_two_prompts_ask_for_lettering(suite: dict[str, Any]) -> None:
    lettering = [p for p in suite["prompts"] if "text-rendering" in p["tags"]]

    assert len(lettering) <= 2


def test_every_prompt_fits_the_shortest_text_encoder(suite: dict[str, Any]) -> None:
    for prompt in suite["prompts"] + suite["training"]:
        tokens_at_most = len(prompt["text"].split()) * 1.5 + 2

        assert tokens_at_most <= CLIP_TEXT_ENCODER_TOKENS, prompt["id"]


def test_every_prompt_has_a_thai_gloss_and_an_id_of_its_own(suite: dict[str, Any]) -> None:
    prompts = suite["prompts"] + suite["training"]

    assert len({p["id"] for p in prompts}) == len({p["text"] for p in prompts}) == 44
    for prompt in prompts:
        assert any("\u0e00" <= letter <= "\u0e7f" for letter in prompt["gloss_th"]), prompt["id"]


def test_training_prompts_go_from_the_worst_to_the_best(suite: dict[str, Any]) -> None:
    expected = [prompt["expected"] for prompt in suite["training"]]

    assert expected == sorted(expected)
    assert (expected[0], expected[-1]) == (1, 5)
