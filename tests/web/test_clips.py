from datetime import UTC, datetime, timedelta

import pytest

from tests.web.conftest import Studio
from videogen.clips import ClipTokens
from videogen.domain.rating import PanelSession
from videogen.panel import playlist
from videogen.store import campaign_runs, get_clip, presentations_of

LATER = datetime.now(UTC) + timedelta(hours=1)


def _clip_id(studio: Studio) -> str:
    clip_id = campaign_runs(studio.application.database, "c1")[0].clip_id
    assert clip_id is not None
    return clip_id


def _presentation_addresses(studio: Studio, session: PanelSession) -> list[str]:
    shown = presentations_of(studio.application.database, session.session_id)
    tokens = studio.application.tokens
    return [f"/clips/{tokens.make('presentation', one.presentation_id, LATER)}" for one in shown]


def test_a_clip_is_served_whole_and_by_range(studio: Studio) -> None:
    clip_id = _clip_id(studio)
    clip = get_clip(studio.application.database, clip_id)
    address = studio.application.clip_url(clip_id)

    whole = studio.http.get(address)
    part = studio.http.get(address, headers={"Range": "bytes=100-199"})

    assert whole.status_code == 200
    assert whole.headers["content-type"] == "video/mp4"
    assert len(whole.content) == clip.size_bytes
    assert part.status_code == 206
    assert part.headers["content-range"] == f"bytes 100-199/{clip.size_bytes}"
    assert part.content == whole.content[100:200]


def test_a_range_beyond_the_clip_is_unsatisfiable(studio: Studio) -> None:
    reply = studio.http.get(
        studio.application.clip_url(_clip_id(studio)), headers={"Range": "bytes=99999999-"}
    )

    assert reply.status_code == 416


def test_a_thumbnail_is_an_image(studio: Studio) -> None:
    reply = studio.http.get(studio.application.thumbnail_url(_clip_id(studio)))

    assert reply.status_code == 200
    assert reply.headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize("route", ["clips", "thumbs"])
def test_forged_expired_and_pointless_addresses_get_one_and_the_same_answer(
    studio: Studio, route: str
) -> None:
    tokens = studio.application.tokens
    clip_id = _clip_id(studio)
    good = tokens.make("clip", clip_id, LATER)
    bad = [
        "forged",
        good[:-2] + ("AA" if not good.endswith("AA") else "BB"),
        ClipTokens(b"x" * 32).make("clip", clip_id, LATER),
        tokens.make("clip", clip_id, datetime.now(UTC) - timedelta(seconds=1)),
        tokens.make("clip", "no-such-clip", LATER),
        tokens.make("presentation", "no-such-presentation", LATER),
        tokens.make("unheard-of", clip_id, LATER),
    ]

    replies = [studio.http.get(f"/{route}/{token}") for token in bad]

    assert {reply.status_code for reply in replies} == {403}
    assert len({reply.text for reply in replies}) == 1
    assert len({tuple(sorted(reply.headers.items())) for reply in replies}) == 1


@pytest.mark.parametrize("path", ["..%2Fsecret.key", "%2e%2e%2fvideogen.duckdb", "a/b"])
def test_a_path_is_no_address(studio: Studio, path: str) -> None:
    assert studio.http.get(f"/clips/{path}").status_code in {403, 404}


def test_nothing_in_a_blind_clips_answer_differs_between_conditions(
    studio: Studio, session: PanelSession
) -> None:
    replies = [studio.http.get(one) for one in _presentation_addresses(studio, session)]

    headers = {
        tuple(sorted((k, v) for k, v in reply.headers.items() if k != "etag")) for reply in replies
    }
    assert len(replies) == 6
    assert {reply.status_code for reply in replies} == {200}
    assert len(headers) == 1
    assert len({len(reply.content) for reply in replies}) == 1
    assert replies[0].headers["cache-control"].startswith("private")
    assert replies[0].headers["content-disposition"] == 'inline; filename="clip.mp4"'


def test_what_the_player_is_told_names_no_condition_prompt_or_clip(
    studio: Studio, session: PanelSession
) -> None:
    database, tokens = studio.application.database, studio.application.tokens

    told = playlist(database, tokens, session.session_id, datetime.now(UTC))

    entry = told["next"]
    assert isinstance(entry, dict)
    assert set(entry) == {"presentation_id", "clip", "position", "is_training"}
    everything = str(told) + str(tokens.check(entry["clip"]))
    for run in campaign_runs(database, "c1"):
        for secret in (run.condition_id, run.condition_id.split("@")[0], run.run_id, run.clip_id):
            assert str(secret) not in everything


def test_the_address_of_a_clip_stays_the_same_so_that_the_preload_is_used(
    studio: Studio, session: PanelSession
) -> None:
    database, tokens = studio.application.database, studio.application.tokens
    now = datetime(2026, 11, 22, 12, 10, tzinfo=UTC)

    first = playlist(database, tokens, session.session_id, now)
    second = playlist(database, tokens, session.session_id, now + timedelta(minutes=20))

    assert first["after"] == second["after"]


def test_a_blind_clip_without_its_copy_is_refused_not_replaced_by_the_original(
    studio: Studio, session: PanelSession
) -> None:
    address = _presentation_addresses(studio, session)[0]
    folder = studio.application.clips_folder / "renditions"
    away = folder.rename(folder.with_name("away"))
    try:
        reply = studio.http.get(address)
    finally:
        away.rename(folder)

    assert reply.status_code == 403


def test_the_thai_font_comes_from_this_machine(studio: Studio) -> None:
    reply = studio.http.get("/fonts/NotoSansThai.ttf")

    assert reply.status_code == 200
    assert reply.headers["content-type"] == "font/ttf"
    assert reply.content[:4] == b"\x00\x01\x00\x00"
