"""Every failure says what happened, what it means and what to do, in both languages."""

from decimal import Decimal
from typing import Any

import pytest

from videogen.domain.run import FailureClass
from videogen.errors import BudgetExceededError, CampaignBudgetExceededError, PriceUnknownError
from videogen.texts import failure_advice, keys, t

CLASSES = (
    "out_of_vram",
    "node_missing",
    "model_missing",
    "invalid_input",
    "server_down",
    "execution_error",
    "lost",
    "stalled",
    "timed_out",
    "filtered",
    "quota",
    "model_retired",
    "sign_in",
    "budget",
    "clip_rejected",
    "download_failed",
    "disk_full",
    "uncertain",
)
REFUSED: dict[str, Any] = {
    "asked_usd": Decimal("3.20"),
    "left_usd": Decimal("1.80"),
    "cap_usd": Decimal("50.00"),
}


def test_the_eighteen_classes_are_the_ones_that_runs_have() -> None:
    assert len(CLASSES) == 18
    assert set(CLASSES) == {one.value for one in FailureClass}


@pytest.mark.parametrize("failure_class", CLASSES)
@pytest.mark.parametrize("language", ["en", "th"])
def test_each_class_has_a_name_what_happened_what_it_means_and_what_to_do(
    failure_class: str, language: str
) -> None:
    advice = failure_advice(failure_class, language)
    said = (advice.happened, advice.means, advice.next_step)

    assert t(f"failure.{failure_class}", language)
    assert all(len(sentence) > 15 for sentence in said)
    assert len(set(said)) == 3
    is_thai = [any("ก" <= letter <= "๙" for letter in sentence) for sentence in said]
    assert is_thai == [language == "th"] * 3


def test_no_class_has_anothers_words() -> None:
    sentences = [
        t(key, language)
        for language in ("en", "th")
        for key in keys(language)
        if key.startswith("failure.") and key.count(".") == 2
    ]

    assert len(sentences) == len(set(sentences)) == 18 * 3 * 2


@pytest.mark.parametrize("language", ["en", "th"])
@pytest.mark.parametrize(
    ("refusal", "key"),
    [
        (BudgetExceededError(cap="month", **REFUSED), "error.budget"),
        (CampaignBudgetExceededError(cap="campaign", **REFUSED), "error.budget_campaign"),
    ],
)
def test_a_stored_refusal_names_its_cap_what_was_asked_and_what_is_left(
    refusal: BudgetExceededError, key: str, language: str
) -> None:
    advice = failure_advice("budget", language, str(refusal))

    assert advice.happened == t(f"{key}.message", language, **REFUSED)
    assert advice.next_step == t(f"{key}.hint", language)
    assert "1.80" in advice.happened


def test_a_stored_refusal_for_want_of_a_price_names_the_model() -> None:
    refusal = PriceUnknownError(field="model", value="veo-9", cap_usd=Decimal(50))

    advice = failure_advice("budget", "en", str(refusal))

    assert "veo-9" in advice.happened
    assert "price" in advice.next_step


def test_an_odd_detail_leaves_the_words_of_the_class() -> None:
    assert failure_advice("budget", "en", "budget: {odd}") == failure_advice("budget", "en")
