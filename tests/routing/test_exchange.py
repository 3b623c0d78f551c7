import json
from decimal import Decimal
from typing import Any

import pytest

from videogen.domain.condition import Purpose
from videogen.errors import InvalidInputError
from videogen.routing import RouteRequest, request_as_json, request_from_json
from videogen.texts import LANGUAGES, error_hint, error_message


def test_every_field_of_a_request_is_read() -> None:
    request = request_from_json(
        {
            "prompt": " a kite ",
            "purpose": "lipsync",
            "inputs": ["image", "audio"],
            "motion": "high",
            "min_height_px": 720,
            "duration_s": 5,
            "max_cost_usd": 0.8,
            "max_wall_time_s": 600.5,
            "local_only": True,
            "quality_min": 4.5,
        }
    )

    assert request == RouteRequest(
        prompt="a kite",
        purpose=Purpose.LIPSYNC,
        inputs=frozenset({"audio", "image"}),
        motion="high",
        min_height_px=720,
        duration_s=5,
        max_cost_usd=Decimal("0.8"),
        max_wall_time_s=600.5,
        local_only=True,
        quality_min=4.5,
    )


@pytest.mark.parametrize(
    "request_",
    [
        RouteRequest(),
        RouteRequest(inputs=frozenset()),
        RouteRequest(
            prompt="a kite",
            purpose=Purpose.I2V,
            inputs=frozenset({"image"}),
            motion="low",
            min_height_px=720,
            duration_s=5.5,
            max_cost_usd=Decimal("0.26"),
            max_wall_time_s=600,
            local_only=True,
            quality_min=4.5,
        ),
    ],
)
def test_what_a_run_keeps_of_a_request_reads_back_as_the_same(request_: RouteRequest) -> None:
    kept = json.loads(json.dumps(request_as_json(request_)))

    assert request_from_json(kept) == request_


def test_what_is_left_out_or_null_sets_no_limit() -> None:
    nulls = {"prompt": None, "purpose": None, "max_cost_usd": None, "local_only": None}

    assert request_from_json({}) == request_from_json(nulls) == RouteRequest()


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"purpose": "dance"}, "purpose"),
        ({"purpose": ["t2v"]}, "purpose"),
        ({"prompt": 5}, "prompt"),
        ({"prompt": "   "}, "prompt"),
        ({"prompt": "a" * 5000}, "prompt"),
        ({"duration_s": -1}, "duration_s"),
        ({"duration_s": 0}, "duration_s"),
        ({"duration_s": "8"}, "duration_s"),
        ({"duration_s": float("nan")}, "duration_s"),
        ({"max_cost_usd": float("inf")}, "max_cost_usd"),
        ({"max_cost_usd": -0.01}, "max_cost_usd"),
        ({"max_wall_time_s": True}, "max_wall_time_s"),
        ({"max_wall_time_s": 10**400}, "max_wall_time_s"),
        ({"min_height_px": 720.5}, "min_height_px"),
        ({"min_height_px": 0}, "min_height_px"),
        ({"local_only": "yes"}, "local_only"),
        ({"quality_min": 0.9}, "quality_min"),
        ({"quality_min": 5.1}, "quality_min"),
        ({"inputs": "image"}, "inputs"),
        ({"inputs": [1]}, "inputs"),
        ({"motion": "wild"}, "motion"),
        ({"motion": ["high"]}, "motion"),
        ({"max_cost": 1}, "max_cost"),
        ([], "request"),
        (None, "request"),
    ],
)
def test_a_bad_value_is_refused_in_one_line_that_names_its_field(data: Any, field: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        request_from_json(data)

    assert caught.value.field == field
    for language in LANGUAGES:
        said = f"{error_message(caught.value, language)} {error_hint(caught.value, language)}"
        assert "{field}" not in said
        assert len(said) < 400
