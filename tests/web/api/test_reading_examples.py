"""What the document shows is what the API would answer."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from videogen.analysis.exchange import rows_from_json, rows_to_json
from videogen.web.api import reading_examples
from videogen.web.api.app import api
from videogen.web.api.document import described

DOCUMENT = described(api())
JSON_ANSWERS = [
    (f"{method} {path} {status}", content)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
    for status, answer in operation["responses"].items()
    if (content := answer.get("content", {}).get("application/json", {})).get("schema")
]


@pytest.mark.parametrize("content", [c for _, c in JSON_ANSWERS], ids=[n for n, _ in JSON_ANSWERS])
def test_an_example_is_of_its_schema(content: dict[str, Any]) -> None:
    assert "example" in content
    Draft202012Validator(content["schema"]).validate(content["example"])


def test_the_evidence_shown_is_read_back_as_it_was_written() -> None:
    shown = reading_examples.EVIDENCE

    assert rows_to_json(rows_from_json(shown)).items() <= shown.items()
