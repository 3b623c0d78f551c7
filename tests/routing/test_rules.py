import tomllib
from pathlib import Path

import pytest

from tests.routing.options import ROOT, RULES
from videogen.errors import InvalidInputError
from videogen.routing import load_rules
from videogen.texts import has_key

HYBRID = next(
    row
    for row in tomllib.loads((ROOT / "data/conditions.toml").read_text())["condition"]
    if row["name"] == "hybrid"
)
GOOD = 'version = "1"\nsource = "test"\nlast = "a"\n\n[[rule]]\nreason = "simple"\nprefer = ["a"]\n'


def test_the_hybrid_condition_names_the_version_of_the_shipped_rules() -> None:
    assert HYBRID["settings"]["rules_version"] == RULES.version


def test_every_rule_has_its_sentence() -> None:
    assert all(has_key(f"routing.reason.{rule.reason}") for rule in RULES.rule)


def test_the_last_rule_fits_every_request() -> None:
    last = RULES.rule[-1]

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
