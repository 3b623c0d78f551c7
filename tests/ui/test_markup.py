from videogen.ui import icons, markup


def test_what_a_person_wrote_never_becomes_markup() -> None:
    cells = markup.facts([("<b>", '"><script>', "a & b")])

    assert "<script>" not in cells
    assert "&lt;b&gt;" in cells
    assert "a &amp; b" in cells


def test_a_link_leaves_out_what_is_unknown_and_quotes_the_rest() -> None:
    drawn = markup.link("runs", "Runs", condition="wan@1 2&3", campaign=None)

    assert 'href="/runs?condition=wan%401+2%263"' in drawn


def test_a_chip_says_with_an_icon_what_its_colour_says() -> None:
    drawn = markup.chip("Pass", "pass", icon_name="pass")

    assert "vg-chip-pass" in drawn
    assert "vg-i-pass" in drawn
    assert "Pass" in drawn


def test_every_icon_of_a_verdict_is_drawn() -> None:
    drawn = icons.css()

    for verdict in ("pass", "fail", "not_yet", "not_applicable", "go", "no_go"):
        assert f".vg-i-{markup.VERDICT_ICONS.get(verdict, verdict)} " in drawn


def test_a_bar_without_a_share_moves_but_tells_no_number() -> None:
    assert "aria-valuenow" not in markup.progress(None, "loading")
    assert 'aria-valuenow="42"' in markup.progress(0.42, "loading")
    assert 'aria-valuenow="100"' in markup.progress(1.7, "loading")


def test_the_first_screen_is_linked_at_the_root_where_streamlit_serves_it() -> None:
    assert 'href="/?campaign=c1"' in markup.link("decision", "See it", campaign="c1")
    assert 'href="/runs"' in markup.link("runs", "Runs")


def test_no_name_turns_the_words_after_it_round() -> None:
    name = "nok\u202e)evil(\u202c\u2066\x00"

    assert markup.esc(name) == "nok)evil("
    assert markup.as_text(name) == r"nok\)evil\("
