from pathlib import Path

import pytest

from videogen.catalogue import MAX_SUITE_BYTES, load_suite, parse_suite
from videogen.errors import InvalidInputError

ROOT = Path(__file__).resolve().parents[2]
HEAD = 'name = "s"\nversion = "2"\nlicence = "CC0-1.0"\n'
ROW = '[[prompts]]\nid = "a"\ntext = "x"\n'
TRAINING = '[[training]]\nid = "t"\ntext = "y"\n'


def _problem(folder: Path, text: str) -> InvalidInputError:
    path = folder / "s.toml"
    path.write_text(text)
    with pytest.raises(InvalidInputError) as caught:
        load_suite(path)
    return caught.value


def test_the_shipped_suite_reads_whole() -> None:
    suite = load_suite(ROOT / "data/prompts/core.toml")

    assert (suite.name, suite.suite_id) == ("core", f"core@{suite.version}")
    assert (len(suite.prompts), len(suite.training)) == (40, 4)
    assert all(prompt.gloss_th and prompt.tags for prompt in suite.prompts)
    assert len({prompt.prompt_id for prompt in (*suite.prompts, *suite.training)}) == 44


def test_the_example_that_people_download_is_a_suite() -> None:
    suite = load_suite(ROOT / "data/suite_example.toml")

    assert (len(suite.prompts), len(suite.training)) == (2, 2)
    assert all(prompt.gloss_th for prompt in (*suite.prompts, *suite.training))


def test_a_prompts_id_holds_the_suites_version(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    row = '[[prompts]]\nid = "a"\ntext = " a kite "\ncategory = "animals"\nmotion = "low"\n'
    path.write_text(HEAD + row + 'tags = ["wind"]\n' + TRAINING)

    prompt = load_suite(path).prompts[0]

    assert prompt.prompt_id == "a@2"
    assert prompt.text == "a kite"
    assert prompt.tags == ("animals", "motion:low", "wind")
    assert prompt.gloss_th is None


def test_a_file_from_an_editor_that_marks_utf_8_reads_the_same() -> None:
    text = (HEAD + ROW + TRAINING).encode()

    assert parse_suite(b"\xef\xbb\xbf" + text, "s.toml") == parse_suite(text, "s.toml")


@pytest.mark.parametrize("twin", [ROW, '[[training]]\nid = "a"\ntext = "z"\n'])
def test_an_id_that_stands_twice_is_refused(tmp_path: Path, twin: str) -> None:
    error = _problem(tmp_path, HEAD + ROW + TRAINING + twin)

    assert (error.problem, error.value) == ("prompt_id_twice", "a")


@pytest.mark.parametrize(
    ("text", "problem", "field"),
    [
        (HEAD + TRAINING, "suite_field_missing", "prompts"),
        (HEAD + ROW, "suite_field_missing", "training"),
        (HEAD + "training = []\n" + ROW, "suite_field_empty", "training"),
        (HEAD + '[[prompts]]\nid = "a"\n' + TRAINING, "suite_field_missing", "prompts.0.text"),
        (HEAD + '[[prompts]]\nid = "a"\ntext = " "\n' + TRAINING, "suite_text", "prompts.0.text"),
        (HEAD + ROW + TRAINING.replace("y", "y" * 4001), "suite_text", "training.0.text"),
        (HEAD + ROW.replace('"x"', "7") + TRAINING, "suite_field_value", "prompts.0.text"),
        (HEAD + ROW + 'category = "sky"\n' + TRAINING, "suite_field_word", "prompts.0.category"),
        (HEAD + ROW + 'motion = "fast"\n' + TRAINING, "suite_field_word", "prompts.0.motion"),
        (HEAD + ROW + 'glos_th = "ว่าว"\n' + TRAINING, "suite_field_unknown", "prompts.0.glos_th"),
        (HEAD + ROW + TRAINING + "expected = 6\n", "suite_field_value", "training.0.expected"),
        (HEAD.replace('"s"', '"a@b"') + ROW + TRAINING, "suite_field_value", "name"),
        (HEAD + "wrong = 1\n" + ROW + TRAINING, "suite_field_unknown", "wrong"),
        ("name = ", "suite_no_toml", "path"),
        (HEAD + "wrong = = 1", "suite_toml_line", "path"),
        ("a = " + "[" * 5000, "suite_no_toml", "path"),
    ],
)
def test_a_suite_that_does_not_fit_names_the_field(
    tmp_path: Path, text: str, problem: str, field: str
) -> None:
    error = _problem(tmp_path, text)

    assert (error.problem, error.field) == (problem, field)
    assert error.value == "s.toml"


def test_a_wrong_value_is_named_with_its_row_as_people_count() -> None:
    rows = HEAD + ROW + ROW.replace('"a"', '"b"') + 'motion = "fast"\n' + TRAINING

    with pytest.raises(InvalidInputError) as caught:
        parse_suite(rows.encode(), "mine.toml")

    assert caught.value.value == "mine.toml"
    assert caught.value.facts["place"] == "[[prompts]] no. 2, motion"
    assert caught.value.facts["given"] == "fast"
    assert "'low'" in str(caught.value.facts["known"])


def test_training_from_the_best_to_the_worst_is_refused(tmp_path: Path) -> None:
    second = '[[training]]\nid = "t2"\ntext = "z"\nexpected = 1\n'

    error = _problem(tmp_path, HEAD + ROW + TRAINING + "expected = 5\n" + second)

    assert (error.problem, error.value) == ("suite_training_order", 1)


def test_ten_megabytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    error = _problem(tmp_path, "#" * 10_000_000)

    assert (error.problem, error.value) == ("suite_too_large", "s.toml")
    with pytest.raises(InvalidInputError):
        parse_suite(b"#" * (MAX_SUITE_BYTES + 1), "s.toml")


@pytest.mark.parametrize("content", [b"\xff\xfe\x00n", b"\x00" * 99])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_suite(content, "s.toml")

    assert caught.value.problem in {"suite_no_toml", "suite_toml_line"}
