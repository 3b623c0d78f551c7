import math

import pytest

from videogen.domain import strict_json


@pytest.mark.parametrize("text", ["NaN", "[Infinity]", '{"a": -Infinity}', "", "{", "[" * 50_000])
def test_what_json_does_not_know_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        strict_json.parse(text)


@pytest.mark.parametrize(
    ("text", "problem", "facts"),
    [
        ("[1,\n 2 3]", "file_not_json", {"line": 2, "column": 4}),
        ("[NaN]", "file_json_nan", {"word": "NaN"}),
        ("1" * 5000, "file_json_digits", {"limit": 4300}),
        ("[" * 100_000, "file_json_deep", {}),
        (b"\xff\xff", "file_not_text", {}),
        ('{"a": {"b": 1, "c": 2, "b": 3}}', "file_json_twice", {"word": "b"}),
    ],
)
def test_what_is_wrong_is_told_in_facts_and_not_in_the_parsers_words(
    text: str | bytes, problem: str, facts: dict[str, object]
) -> None:
    with pytest.raises(strict_json.NoJsonError) as refused:
        strict_json.parse(text)

    assert (refused.value.problem, refused.value.facts) == (problem, facts)


def test_the_last_of_a_hundred_thousand_names_is_told_at_once_when_it_stands_twice() -> None:
    pairs = ",".join(f'"{n}":0' for n in [*range(100_000), 99_999])

    with pytest.raises(strict_json.NoJsonError) as refused:
        strict_json.parse(f"{{{pairs}}}")

    assert refused.value.facts == {"word": "99999"}


def test_json_is_read() -> None:
    assert strict_json.parse(b'{"a": [1, 2.5, null, "\xe0\xb8\x81"]}') == {"a": [1, 2.5, None, "ก"]}


def test_a_reader_that_names_the_field_itself_gets_the_nan() -> None:
    found = strict_json.parse('{"a": NaN, "b": -Infinity}', keeps_nan=True)

    assert isinstance(found, dict)
    assert math.isnan(found["a"])
    assert found["b"] == -math.inf
