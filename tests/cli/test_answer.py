"""What stands on a terminal or in the last line."""

import pytest

from videogen.cli.answer import report_error
from videogen.errors import InvalidInputError


def test_what_a_file_is_called_does_not_steer_the_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    error = InvalidInputError("file_missing", field="file", value="a\x1b[2J\u202eb")

    exit_code = report_error(error, as_json=False)
    said = capsys.readouterr().err.rstrip("\n")

    assert exit_code == 2
    assert "a [2J b" in said
    assert said.isprintable()
