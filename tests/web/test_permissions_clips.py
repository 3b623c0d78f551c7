"""Clips, sessions and pairs are for the person whom they are meant for, and for nobody else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
from starlette.applications import Starlette

from tests.web.api.served import asking, listening, token_of
from tests.web.studio import furnish
from videogen import bootstrap
from videogen.bootstrap import Application
from videogen.clips import ClipTokens
from videogen.domain.access import Role
from videogen.domain.rating import PairRound, PanelSession
from videogen.panel import start
from videogen.panel.pair_playlist import LEFT_OF_PAIR, RIGHT_OF_PAIR
from videogen.panel.pairs import leave_pairs, start_pairs
from videogen.panel.playlist import PRESENTATION
from videogen.panel.sessions import leave_round
from videogen.settings import Settings
from videogen.store import campaign_runs, get_campaign, pairs_of, presentations_of
from videogen.web.routes import middleware, routes

RATER, OTHER, VOTER, MAKER = "anong@x.org", "boonmi@x.org", "chalida@x.org", "decha@x.org"
ADMIN = "ekachai@x.org"
ROLES = {
    RATER: Role.RATER,
    OTHER: Role.RATER,
    VOTER: Role.RATER,
    MAKER: Role.MAKER,
    ADMIN: Role.ADMIN,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    application: Application
    url: str
    of: dict[str, httpx.Client]
    session: PanelSession  # of RATER
    pair_round: PairRound  # of VOTER
    clip_id: str

    def token(self, kind: str, subject_id: str) -> str:
        return self.application.tokens.make(
            kind, subject_id, datetime.now(UTC) + timedelta(hours=1)
        )

    def get(self, who: str, path: str) -> httpx.Response:
        return self.of[who].get(f"{self.url}{path}")

    def post(self, who: str, path: str, body: dict[str, object]) -> httpx.Response:
        return self.of[who].post(f"{self.url}{path}", json=body)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data_dir = tmp_path_factory.mktemp("house")
    furnish(data_dir)
    application = bootstrap.start(
        Settings(
            data_dir=data_dir, comfy_urls=(), oidc_metadata_url="https://sign-in.example/metadata"
        )
    )
    database, now = application.database, datetime.now(UTC)
    chosen = get_campaign(database, "c1").condition_ids[:2]
    clip_id = campaign_runs(database, "c1")[0].clip_id
    assert clip_id is not None
    try:
        with listening(Starlette(routes=routes(), middleware=middleware())) as url:
            yield House(
                application=application,
                url=url,
                of={
                    name: asking(url, token_of(application, role, name))
                    for name, role in ROLES.items()
                },
                session=start(database, "c1", RATER, seed=3, now=now),
                pair_round=start_pairs(database, "c1", VOTER, chosen, seed=3, now=now),
                clip_id=clip_id,
            )
    finally:
        bootstrap.stop()


def blind_addresses(house: House) -> dict[str, str]:
    """By the person whom each is for."""
    database = house.application.database
    shown = presentations_of(database, house.session.session_id)[0]
    pair = pairs_of(database, house.pair_round.pair_round_id)[0]
    return {
        f"/clips/{house.token(PRESENTATION, shown.presentation_id)}": RATER,
        f"/clips/{house.token(LEFT_OF_PAIR, pair.pair_id)}": VOTER,
        f"/clips/{house.token(RIGHT_OF_PAIR, pair.pair_id)}": VOTER,
    }


def test_a_blind_copy_is_served_by_permission_of_its_round_alone(house: House) -> None:
    for address, theirs in blind_addresses(house).items():
        answers = {who: house.get(who, address) for who in ROLES}

        assert {who for who, one in answers.items() if one.status_code == 200} == {theirs}
        assert {one.status_code for one in answers.values()} == {200, 403}


def test_a_token_without_permission_says_no_more_than_a_forged_one(house: House) -> None:
    original = house.token("clip", house.clip_id)
    forged = ClipTokens(b"another secret of thirty-two bytes").make(
        "clip", house.clip_id, datetime.now(UTC) + timedelta(hours=1)
    )
    refused = [
        house.get(OTHER, next(iter(blind_addresses(house)))),
        house.get(OTHER, f"/clips/{original}"),
        house.get(MAKER, f"/clips/{house.token('thumb', house.clip_id)}"),
        house.get(MAKER, f"/clips/{forged}"),
        house.get(MAKER, "/clips/none"),
        house.get(MAKER, f"/thumbs/{original}"),
        house.get(MAKER, f"/inputs/{original}"),
    ]

    assert {one.status_code for one in refused} == {403}
    assert len({one.content for one in refused}) == 1
    assert house.get(MAKER, f"/clips/{original}").status_code == 200


def test_permission_to_vote_in_a_session_or_round_is_its_own_raters(house: House) -> None:
    session = f"/rate/{house.session.session_id}"
    pairs = f"/pairs/{house.pair_round.pair_round_id}"
    vote: dict[str, object] = {"rating_id": str(uuid4()), "presentation_id": "none", "score": 4}
    ballot: dict[str, object] = {"vote_id": str(uuid4()), "pair_id": "none", "choice": "left"}
    asked: list[tuple[str, str, dict[str, object]]] = [
        (RATER, f"{session}/ratings", vote),
        (RATER, f"{session}/put-off", {"presentation_id": "none"}),
        (RATER, f"{session}/undo", {}),
        (VOTER, f"{pairs}/votes", ballot),
        (VOTER, f"{pairs}/put-off", {"pair_id": "none"}),
        (VOTER, f"{pairs}/undo", {}),
    ]

    for theirs, path, body in asked:
        own = house.post(theirs, path, body)
        others = [house.post(who, path, body) for who in (OTHER, ADMIN)]

        assert {unknown(one) for one in others} <= {"session_id", "pair_round_id"}, path
        assert unknown(own) not in {"session_id", "pair_round_id"}, path


def unknown(answer: httpx.Response) -> str | None:
    """What there is none of, as this asker is told."""
    return answer.json()["error"]["field"] if answer.status_code == 404 else None


def test_an_open_round_takes_the_permission_to_see_its_originals(house: House) -> None:
    database, now = house.application.database, datetime.now(UTC)
    clip = f"/clips/{house.token('clip', house.clip_id)}"
    before = house.get(ADMIN, clip).status_code

    session = start(database, "c1", ADMIN, seed=5, now=now)
    while_rating = house.get(ADMIN, clip).status_code
    leave_round(database, "c1", session.rater_id, now)
    after = house.get(ADMIN, clip).status_code
    begun = start_pairs(
        database, "c1", ADMIN, get_campaign(database, "c1").condition_ids[:2], seed=5, now=now
    )
    while_comparing = house.get(ADMIN, clip).status_code
    leave_pairs(database, begun.pair_round_id, now)

    assert (before, while_rating, after, while_comparing) == (200, 403, 200, 403)
    assert house.get(ADMIN, clip).status_code == 200
