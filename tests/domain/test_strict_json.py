import math

import pytest

from videogen.domain import strict_json


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}', "", "{", "[" * 50_000])
def test_what_json_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        strict_json.parse(text)


def test_json_is_read() -> None:
    assert strict_json.parse(b'{"a": [1, 2.5, null, "\xe0\xb8\x81"]}') == {"a": [1, 2.5, None, "ก"]}


def test_a_reader_that_names_the_field_itself_gets_the_nan() -> None:
    found = strict_json.parse('{"a": NaN, "b": -Infinity}', keeps_nan=True)

    assert isinstance(found, dict)
    assert math.isnan(found["a"])
    assert found["b"] == -math.inf
