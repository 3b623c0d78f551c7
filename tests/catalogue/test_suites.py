from pathlib import Path

import pytest

from videogen.catalogue import load_suite
from videogen.errors import InvalidInputError

ROOT = Path(__file__).resolve().parents[2]
HEAD = 'name = "s"\nversion = "2"\nlicence = "CC0-1.0"\n'


def _problem(folder: Path, text: str) -> InvalidInputError:
    path = folder / "s.toml"
    path.write_text(text)
    with pytest.raises(InvalidInputError) as caught:
        load_suite(path)
    return caught.value


def test_the_shipped_suite_reads_whole() -> None:
    suite = load_suite(ROOT / "data/prompts/core.toml")

    assert (suite.name, suite.suite_id) == ("core", f"core@{suite.version}")
    assert len(suite.prompts) == 40
    assert suite.training
    assert all(prompt.gloss_th and prompt.tags for prompt in suite.prompts)
    assert len({prompt.prompt_id for prompt in (*suite.prompts, *suite.training)}) == len(
        suite.prompts
    ) + len(suite.training)


def test_a_prompts_id_holds_the_suites_version(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    row = '[[prompts]]\nid = "a"\ntext = " a kite "\ncategory = "sky"\nmotion = "low"\n'
    path.write_text(HEAD + row + 'tags = ["wind"]\n')

    prompt = load_suite(path).prompts[0]

    assert prompt.prompt_id == "a@2"
    assert prompt.text == "a kite"
    assert prompt.tags == ("sky", "motion:low", "wind")
    assert prompt.gloss_th is None


def test_an_id_that_stands_twice_is_refused(tmp_path: Path) -> None:
    row = '[[prompts]]\nid = "a"\ntext = "x"\n'

    error = _problem(tmp_path, HEAD + row + row)

    assert (error.problem, error.value) == ("prompt_id_twice", "a")


@pytest.mark.parametrize(
    ("text", "problem", "field"),
    [
        (HEAD, "file_content", "prompts"),
        (HEAD + '[[prompts]]\nid = "a"\n', "file_content", "prompts.0.text"),
        (HEAD + '[[prompts]]\nid = "a"\ntext = " "\n', "prompt_empty", "prompt"),
        (HEAD + 'wrong = 1\n[[prompts]]\nid = "a"\ntext = "x"\n', "file_content", "wrong"),
        ("name = ", "file_unreadable", "path"),
    ],
)
def test_a_suite_that_does_not_fit_names_the_field(
    tmp_path: Path, text: str, problem: str, field: str
) -> None:
    error = _problem(tmp_path, text)

    assert (error.problem, error.field) == (problem, field)
