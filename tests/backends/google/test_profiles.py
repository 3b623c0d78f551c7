"""What the shipped profiles say of Google's models."""

from datetime import date
from pathlib import Path

import pytest

from videogen.backends.google.profiles import RetirementWarning, load_profiles
from videogen.domain.condition import BackendKind
from videogen.errors import InvalidInputError, ModelRetiredError
from videogen.texts import t

PROFILES = load_profiles()
TODAY = date(2026, 11, 22)


def test_each_model_belongs_to_one_protocol() -> None:
    by_kind = {
        kind: {model for model, profile in PROFILES.items() if profile.transport is kind}
        for kind in (BackendKind.VERTEX, BackendKind.INTERACTIONS)
    }

    assert {"veo-3.1-generate-001", "veo-2.0-generate-001"} <= by_kind[BackendKind.VERTEX]
    assert {"gemini-omni-1.1-flash", "gemini-omni-1.2-flash"} <= by_kind[BackendKind.INTERACTIONS]
    assert sum(map(len, by_kind.values())) == len(PROFILES)


@pytest.mark.parametrize(
    ("model", "retired_on", "replacement"),
    [
        ("veo-2.0-generate-001", date(2026, 6, 30), "veo-3.1-fast-generate-001"),
        ("veo-3.0-generate-001", date(2026, 6, 30), "veo-3.1-generate-001"),
        ("veo-3.0-fast-generate-001", date(2026, 6, 30), "veo-3.1-fast-generate-001"),
        ("gemini-omni-flash-preview", date(2026, 10, 22), "gemini-omni-1.1-flash"),
    ],
)
def test_a_retired_model_is_refused_with_its_date_and_replacement(
    model: str, retired_on: date, replacement: str
) -> None:
    with pytest.raises(ModelRetiredError) as caught:
        PROFILES[model].check_alive("vertex@google", TODAY)

    assert caught.value.facts["retired_on"] == retired_on.isoformat()
    assert caught.value.facts["replacement"] == replacement
    assert replacement in PROFILES


def test_a_date_that_only_one_source_names_warns_and_does_not_refuse() -> None:
    profile = PROFILES["veo-3.1-lite-generate-001"]

    profile.check_alive("vertex@google", TODAY)

    assert profile.is_preview
    assert profile.retires_on is None
    assert profile.retirement_warning(TODAY) == RetirementWarning(
        model="veo-3.1-lite-generate-001",
        earliest_on=date(2026, 11, 17),
        has_passed=True,
        replacement=None,
    )
    before = profile.retirement_warning(date(2026, 11, 1))
    assert before is not None
    assert not before.has_passed


def test_what_is_shut_down_and_what_nobody_dated_do_not_warn() -> None:
    assert PROFILES["veo-2.0-generate-001"].retirement_warning(TODAY) is None
    assert PROFILES["gemini-omni-1.1-flash"].retirement_warning(TODAY) is None


@pytest.mark.parametrize("language", ["en", "th"])
def test_the_warning_has_words_in_both_languages(language: str) -> None:
    warning = PROFILES["veo-3.1-generate-001"].retirement_warning(TODAY)
    assert warning is not None

    said = t(warning.message_key, language, model=warning.model, date=warning.earliest_on)

    assert "veo-3.1-generate-001" in said


def test_limits_that_nobody_publishes_are_the_strictest_published() -> None:
    omni = PROFILES["gemini-omni-1.1-flash"]

    assert omni.requests_per_minute is None  # unknown, not zero
    assert omni.submit_interval_s == 6.0
    assert omni.n_lanes == 10


def test_a_file_that_is_no_profile_is_refused(tmp_path: Path) -> None:
    (tmp_path / "models.toml").write_text('[[model]]\nmodel = "x"\n', encoding="utf-8")

    with pytest.raises(InvalidInputError):
        load_profiles(tmp_path / "models.toml")
