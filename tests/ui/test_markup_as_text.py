"""What a person or a server wrote stays text in widgets that read Markdown."""

import pytest

from videogen.ui import markup


@pytest.mark.parametrize(
    "written",
    [
        "![x](http://127.0.0.1:9/name.png)",
        "[click](javascript:alert(1))",
        "**loud** and `code`",
        ":red[danger] :material/home:",
        "# a heading",
        "<b>html</b>",
        "$x$ and ~~gone~~",
    ],
)
def test_every_mark_of_markdown_is_escaped(written: str) -> None:
    escaped = markup.as_text(written)

    assert escaped.replace("\\", "") == written
    for place, letter in enumerate(escaped):
        if letter in "![]()*`:#<>$~_":
            assert escaped[place - 1] == "\\", letter


def test_thai_and_plain_words_stay_as_they_are() -> None:
    assert markup.as_text("ใช้เวลา 4 นาที, 21 วินาที") == "ใช้เวลา 4 นาที, 21 วินาที"
