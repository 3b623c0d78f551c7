from collections.abc import Iterator

import pytest

from tests.web.adversary import accuracies, boxes_of, limit, sample_table
from tests.web.blind_campaign import Seen, fetch_originals, rate_everything, served_campaign
from videogen.bootstrap import Application
from videogen.store import campaign_runs

N_PROMPTS, N_CONDITIONS = 16, 3


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Application, str]]:
    folder = tmp_path_factory.mktemp("blind")
    with served_campaign(folder, n_prompts=N_PROMPTS, n_conditions=N_CONDITIONS) as both:
        yield both


@pytest.fixture(scope="module")
def seen(served: tuple[Application, str]) -> list[Seen]:
    return rate_everything(*served)


def test_an_adversary_guesses_a_blind_clips_condition_no_better_than_by_chance(
    seen: list[Seen],
) -> None:
    guessed = accuracies([one.features for one in seen], [one.condition for one in seen])

    assert len(seen) == N_PROMPTS * N_CONDITIONS
    assert min(guessed) <= limit(len(seen) // 2, N_CONDITIONS)


def test_the_same_adversary_knows_the_originals(served: tuple[Application, str]) -> None:
    originals = fetch_originals(*served)

    guessed = accuracies([one.features for one in originals], [one.condition for one in originals])

    assert min(guessed) > 0.9


def test_all_that_comes_before_the_pictures_is_equal_to_the_byte(seen: list[Seen]) -> None:
    heads = {one.exhibit.content.split(b"mdat")[0] for one in seen}
    tables = {tuple(sample_table(one.exhibit.content)) for one in seen}
    lengths = {tuple(len(inner) for _, inner in boxes_of(one.exhibit.content)) for one in seen}

    assert len(heads) == len(tables) == len(lengths) == 1


def test_no_header_but_the_addresss_own_tag_differs(seen: list[Seen]) -> None:
    headers = {tuple((k, v) for k, v in one.exhibit.headers.items() if k != "etag") for one in seen}

    assert len(headers) == 1


def test_no_byte_that_came_names_a_condition_a_prompt_or_a_run(
    served: tuple[Application, str], seen: list[Seen]
) -> None:
    runs = campaign_runs(served[0].database, "c1")
    secrets = {run.condition_id.split("@")[0] for run in runs}
    secrets |= {str(run.clip_id) for run in runs} | {run.run_id for run in runs}

    told = b"".join(one.exhibit.content + str(one.exhibit.headers).encode() for one in seen)

    assert [secret for secret in secrets if secret.encode() in told] == []
