"""What the client makes of refusals, of silence, and of answers that are not ours."""

import pytest

from tests.client.answering import Answer, answering, as_json, problem
from videogen.client import Client
from videogen.errors import ServerRefusedError, ServerSilentError
from videogen.texts import error_hint, error_message

TOKEN = "vgn_0123456789ab_" + "s" * 43
NOT_OURS = [
    (200, "text/html", b"<html>router login</html>"),
    as_json(200, ["a list"]),
    as_json(404, {"message": "Not Found"}),
    (502, "text/html", b"Bad Gateway"),
]


def test_a_refusal_keeps_the_servers_code_field_value_and_words() -> None:
    refused = problem(422, "invalid_input", field="seed", value=-1)
    with answering(refused) as told, Client(told.url, TOKEN) as client:
        with pytest.raises(ServerRefusedError) as raised:
            client.create_run("wan-1.3b", "a cat", seed=-1)

        error = raised.value
        assert (error.code, error.field, error.value, error.exit_code) == (
            "invalid_input",
            "seed",
            -1,
            2,
        )
        assert error_message(error, "th") == "It went wrong."
        assert error_hint(error, "en") == "Do better."
        assert len(told.asked) == 1


@pytest.mark.parametrize("answer", NOT_OURS)
def test_an_answer_that_is_not_ours_is_told_as_that(answer: Answer) -> None:
    with (
        answering(answer) as told,
        Client(told.url, TOKEN) as client,
        pytest.raises(ServerSilentError),
    ):
        client.create_token("x", ["rate"])


def test_nothing_that_answers_is_unreachable() -> None:
    with Client("http://127.0.0.1:9", TOKEN) as client, pytest.raises(ServerSilentError) as silent:
        client.create_token("x", ["rate"])

    assert silent.value.exit_code == 3
    assert "127.0.0.1:9" in error_message(silent.value, "en")


def test_what_passes_is_asked_again_with_the_same_key() -> None:
    busy = problem(503, "not_ready")
    with (
        answering(busy, busy, as_json(201, {"run_id": "r1"})) as told,
        Client(told.url, TOKEN) as client,
    ):
        run = client.create_run("wan-1.3b", "a cat")

        keys = {headers["Idempotency-Key"] for _, _, headers in told.asked}

    assert run == {"run_id": "r1"}
    assert len(told.asked) == 3
    assert len(keys) == 1


def test_what_carries_no_key_is_sent_once_only() -> None:
    with answering(problem(503, "not_ready")) as told, Client(told.url, TOKEN) as client:
        with pytest.raises(ServerRefusedError):
            client.create_token("nightly", ["rate"])

        assert len(told.asked) == 1


def test_pages_are_walked_to_the_end_and_no_further_than_asked_for() -> None:
    def page(first: int, following: str | None) -> Answer:
        return as_json(200, {"items": [{"run_id": f"r{first}"}], "next": following})

    with answering(page(1, "c1"), page(2, None)) as told, Client(told.url) as client:
        runs = [run["run_id"] for run in client.runs(status="failed")]

        paths = [path for _, path, _ in told.asked]

    assert runs == ["r1", "r2"]
    assert "status=failed" in paths[0]
    assert "after=c1" in paths[1]


def test_an_id_that_somebody_typed_cannot_lead_elsewhere() -> None:
    with answering(as_json(200, {})) as told, Client(told.url) as client:
        client.run("../tokens?x=1")

        ((_, path, _),) = told.asked

    assert path == "/api/v1/runs/..%2Ftokens%3Fx%3D1"


def test_the_token_shows_in_no_repr_and_no_error() -> None:
    with answering(problem(401, "sign_in_required")) as told, Client(told.url, TOKEN) as client:
        with pytest.raises(ServerRefusedError) as refused:
            client.me()

        sent = told.asked[0][2]["Authorization"]

    assert sent == f"Bearer {TOKEN}"
    assert TOKEN not in repr(client)
    assert TOKEN not in f"{refused.value!r} {refused.value} {refused.value.__dict__}"


def test_events_come_one_by_one_with_their_names() -> None:
    stream = b': hello\n\nid: 1\nevent: progress\ndata: {"done": 3,\ndata:  "of": 8}\n\n'
    with answering((200, "text/event-stream", stream)) as told, Client(told.url) as client:
        events = list(client.follow_run("r1"))

    assert events == [{"event": "progress", "done": 3, "of": 8}]
