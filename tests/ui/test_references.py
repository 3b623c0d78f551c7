"""Reference clips on the System page, as an operator finds them."""

from pathlib import Path

import pytest

from tests.clips.drawing import draw_clip
from tests.ui.pages import checked, visit, words
from videogen.bootstrap import Application
from videogen.domain.rating import PresentationKind, ReferenceClip
from videogen.domain.run import Origin
from videogen.panel import add_reference_clip, ensure_traps
from videogen.runs.context import utc_now
from videogen.store import reference_clips
from videogen.texts import t
from videogen.ui import reference_loaders


def _add(
    application: Application,
    folder: Path,
    look: str,
    *,
    expected_score: int,
    kind: PresentationKind = PresentationKind.GOLD,
    title: str = "Street, filmed",
) -> ReferenceClip:
    return add_reference_clip(
        application.database,
        draw_clip(folder / f"{look}.mp4", look),
        clips_folder=application.clips_folder,
        kind=kind,
        expected_score=expected_score,
        title=title,
        origin=Origin.LIVE,
        who="Nok",
        now=utc_now(),
    )


@pytest.mark.parametrize("lang", ["en", "th"])
def test_without_any_the_page_says_that_panels_stay_unscreened(
    application: Application, lang: str
) -> None:
    shown = words(visit("9_system.py", lang=lang))

    assert t("references.state.none", lang) in shown
    assert t("references.advice.gold", lang) in shown
    assert t("references.advice.same", lang) in shown


@pytest.mark.parametrize("lang", ["en", "th"])
def test_a_clip_stands_with_its_kind_its_expected_word_and_what_was_noted(
    application: Application, tmp_path: Path, lang: str
) -> None:
    _add(application, tmp_path, "noise", expected_score=1, title="<b>Snow</b>")

    shown = words(visit("9_system.py", lang=lang))

    assert "&lt;b&gt;Snow&lt;/b&gt;" in shown
    assert f"1 {t('rate.score_1', lang)}" in shown
    assert t("clips.check.noise.label", lang) in shown
    assert t("references.state.some", lang, n_gold=1, n_training=0) in shown


def test_a_good_anchor_that_the_guards_doubt_is_marked(
    application: Application, tmp_path: Path
) -> None:
    _add(application, tmp_path, "noise", expected_score=5)

    assert "vg-small vg-not_yet" in words(visit("9_system.py"))


def test_retiring_takes_a_clip_out_and_it_can_come_back(
    application: Application, tmp_path: Path
) -> None:
    added = _add(application, tmp_path, "pan", expected_score=5)
    page = visit("9_system.py")

    page = checked(page.button(key=f"reference_retire_{added.clip_id}").click().run())
    retired = reference_clips(application.database, Origin.LIVE)
    page = checked(page.button(key=f"reference_restore_{added.clip_id}").click().run())

    assert retired == []
    assert reference_clips(application.database, Origin.LIVE) == [added]


def test_traps_are_named_in_the_visitors_language(application: Application) -> None:
    ensure_traps(application.database, application.clips_folder, Origin.LIVE, utc_now())

    shown = words(visit("9_system.py", lang="th"))

    assert t("trap.title", "th", score=3) in shown
    assert t("references.state.none", "th") in shown  # a trap is no anchor


def test_the_sandboxs_own_are_marked_and_do_not_count_for_real_campaigns(
    application: Application, tmp_path: Path
) -> None:
    add_reference_clip(
        application.database,
        draw_clip(tmp_path / "a.mp4"),
        clips_folder=application.clips_folder,
        kind=PresentationKind.GOLD,
        expected_score=5,
        title="Flawless",
        origin=Origin.SANDBOX,
        who="sandbox",
        now=utc_now(),
    )

    shown = words(visit("9_system.py"))

    assert t("sandbox.short", "en") in shown
    assert t("references.state.none", "en") in shown


def test_asking_without_a_file_says_so(application: Application) -> None:
    page = visit("9_system.py")
    (button,) = (one for one in page.button if one.label == t("references.save", "en"))

    page = checked(button.click().run())

    assert t("references.no_file", "en") in words(page)


def test_a_retired_file_that_is_uploaded_again_is_told_to_be_back_in_use(
    application: Application, tmp_path: Path
) -> None:
    class Upload:
        name = "street.mp4"

        def getbuffer(self) -> memoryview:
            return memoryview(draw_clip(tmp_path / "street.mp4").read_bytes())

    def add() -> tuple[ReferenceClip, str]:
        return reference_loaders.add(
            Upload(), kind=PresentationKind.GOLD, expected_score=5, title="A street"
        )

    clip, first = add()
    known = add()[1]
    reference_loaders.retire(clip.clip_id)
    again = add()[1]

    assert (first, known, again) == ("added", "known", "restored")
