"""What the demo cannot make."""

from tests.cli.conftest import Command


def test_a_demo_of_clips_from_files_says_which_file_lacks(command: Command) -> None:
    said = command("demo", "--conditions", "wan-1.3b,wan-i2v-14b", "--json")

    error = said.answer["error"]
    assert (said.exit_code, error["field"], error["value"]) == (2, "image", "wan-i2v-14b")
