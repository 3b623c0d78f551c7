"""The OpenAPI document tells each operation in full, by names that programs may rely on."""

from collections import Counter
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from videogen.web.api.app import api
from videogen.web.api.document import described

DOCUMENT = described(api())
OPERATIONS = {
    operation["operationId"]: operation
    for methods in DOCUMENT["paths"].values()
    for operation in methods.values()
}
BODIES = {
    name: operation["requestBody"]["content"]["application/json"]["schema"]
    for name, operation in OPERATIONS.items()
    if "application/json" in operation.get("requestBody", {}).get("content", {})
}
# Programs call them by these: one that goes or changes breaks somebody's.
ACTING = {
    "cancel_campaign",
    "cancel_run",
    "create_campaign",
    "create_run",
    "estimate_run",
    "fetch_clip",
    "keep_input",
    "list_campaigns",
    "list_conditions",
    "list_runs",
    "pause_campaign",
    "requeue_run",
    "resume_campaign",
    "route_request",
    "show_campaign",
    "show_condition",
    "show_run",
    "start_campaign",
}


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema["$ref"].rsplit("/", 1)[1]
    found: dict[str, Any] = DOCUMENT["components"]["schemas"][name]
    return {**found, "components": DOCUMENT["components"]}


def test_operations_keep_their_names() -> None:
    n_operations = sum(len(methods) for methods in DOCUMENT["paths"].values())

    assert len(OPERATIONS) == n_operations
    assert set(OPERATIONS) >= ACTING
    assert DOCUMENT["servers"] == [{"url": "/api/v1"}]


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_each_operation_says_what_it_does_and_how_it_refuses(name: str) -> None:
    operation = OPERATIONS[name]
    statuses = Counter(status[0] for status in operation["responses"])

    assert operation["summary"]
    assert operation["description"]
    assert operation["tags"]
    assert statuses["2"]
    assert operation["responses"]["422"] == {"$ref": "#/components/responses/Problem"}
    if operation["security"]:
        assert {"401", "403"} <= set(operation["responses"])
        assert operation["security"] == [{"bearer": []}]


@pytest.mark.parametrize("name", sorted(BODIES))
def test_each_body_has_an_example_that_may_be_sent(name: str) -> None:
    schema = resolved(BODIES[name])

    by_field = {
        field: told["examples"][0]
        for field, told in schema["properties"].items()
        if "examples" in told
    }
    example = schema.get("examples", [by_field])[0]

    Draft202012Validator(schema).validate(example)
    assert example
    assert schema["additionalProperties"] is False


def test_nothing_is_loaded_from_elsewhere_and_no_reference_leads_nowhere() -> None:
    text = str(DOCUMENT)

    assert "HTTPValidationError" not in text
    assert "http://" not in text
    assert "https://" not in text
