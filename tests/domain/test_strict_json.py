import pytest

from videogen.domain import strict_json


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}', "", "{", "[" * 50_000])
def test_what_json_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        strict_json.parse(text)


def test_json_is_read() -> None:
    assert strict_json.parse(b'{"a": [1, 2.5, null, "\xe0\xb8\x81"]}') == {"a": [1, 2.5, None, "ก"]}
