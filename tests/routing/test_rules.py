import hashlib
import tomllib
from pathlib import Path

import pytest

from tests.routing.options import ACTIVE, ROOT, RULES
from videogen.errors import InvalidInputError
from videogen.routing import RoutingRules, active_rules, load_rules, rule_versions, rules_of
from videogen.texts import error_hint, has_key

HYBRID = next(
    row
    for row in tomllib.loads((ROOT / "data/conditions.toml").read_text())["condition"]
    if row["name"] == "hybrid"
)
GOOD = 'version = "1"\nsource = "test"\nlast = "a"\n\n[[rule]]\nreason = "simple"\nprefer = ["a"]\n'


def test_the_hybrid_condition_names_the_version_of_the_shipped_rules() -> None:
    assert HYBRID["settings"]["rules_version"] == ACTIVE.version


def test_every_version_is_named_as_its_file_and_loads() -> None:
    folder = ROOT / "data" / "routing"

    versions = rule_versions(folder)

    assert versions == ("brief-1", "brief-2")
    assert [rules_of(folder, version).version for version in versions] == list(versions)


def test_older_rules_decide_as_they_did() -> None:
    content = (ROOT / "data" / "routing" / "brief-1.toml").read_bytes()

    assert hashlib.sha256(content).hexdigest()[:16] == "5913efcc70fbae12"
    assert not RULES.keeps_quality
    assert not RULES.by_measurements


def test_a_version_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(InvalidInputError) as caught:
        rules_of(ROOT / "data" / "routing", "brief-9")

    said = error_hint(caught.value, "en")
    assert (caught.value.field, caught.value.value) == ("rules", "brief-9")
    assert "brief-1, brief-2" in said


def test_without_an_active_version_the_data_folder_is_said_to_be_unreadable(
    tmp_path: Path,
) -> None:
    (tmp_path / "routing.toml").write_text('active_one = "brief-1"')

    with pytest.raises(InvalidInputError) as caught:
        active_rules(tmp_path)

    assert (caught.value.problem, caught.value.field) == ("rules_unreadable", "active")


@pytest.mark.parametrize("rules", [RULES, ACTIVE], ids=["brief-1", "active"])
def test_every_rule_has_its_sentence(rules: RoutingRules) -> None:
    assert all(has_key(f"routing.reason.{rule.reason}") for rule in rules.rule)


@pytest.mark.parametrize("rules", [RULES, ACTIVE], ids=["brief-1", "active"])
def test_the_last_rule_fits_every_request(rules: RoutingRules) -> None:
    last = rules.rule[-1]

    assert last.model_fields_set == {"reason", "prefer"}


def test_a_misspelt_condition_of_a_rule_is_refused_and_named(tmp_path: Path) -> None:
    path = tmp_path / "routing.toml"
    path.write_text(GOOD + "height_from = 720\n")

    with pytest.raises(InvalidInputError) as caught:
        load_rules(path)

    assert (caught.value.field, caught.value.value) == ("rule.0.height_from", "routing.toml")


@pytest.mark.parametrize("text", ["version = ", None])
def test_rules_that_do_not_read_are_said_so(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "routing.toml"
    if text is not None:
        path.write_text(text)

    with pytest.raises(InvalidInputError) as caught:
        load_rules(path)

    assert (caught.value.problem, caught.value.field) == ("rules_unreadable", "file")


def test_rules_of_ones_own_are_read(tmp_path: Path) -> None:
    path = tmp_path / "routing.toml"
    path.write_text(GOOD)

    assert load_rules(path).rule[0].prefer == ("a",)


@pytest.mark.parametrize("content", ["a = " + "[" * 5000, "last = \xe9", "quality_from = nan"])
def test_a_damaged_file_of_rules_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(content.encode("latin-1"))

    with pytest.raises(InvalidInputError) as caught:
        load_rules(path)

    assert (caught.value.problem, caught.value.value) == ("rules_unreadable", "mine.toml")
