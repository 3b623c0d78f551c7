"""The API never fails, whatever is sent: made-up requests of every kind, by several roles."""

from pathlib import Path

import pytest

from tests.soak.fuzzing import fuzz
from tests.web.api.served import furnish, serving, token_of
from videogen.domain.access import Role

N_REQUESTS = 10_000
KNOWN = {"campaign_id": "c1", "run_id": "wan-1.3b-p00-1-live", "name": "wan-1.3b"}
SLOW = frozenset({"fetch_report"})
ROLES = (Role.ADMIN, Role.STAKEHOLDER, Role.RATER)


def test_a_sample_of_made_up_requests_meets_no_server_error(tmp_path: Path) -> None:
    furnish(tmp_path / "data")
    with serving(tmp_path / "data") as served:
        token = token_of(served.application, Role.ADMIN, name="fuzz@example.org")
        url = f"{served.url}/api/v1"
        found = fuzz(url, token, known=KNOWN, n_each=2, seed=1, without=SLOW)

    assert found.failures == []
    assert found.n_requests >= 140
    assert {200, 404, 422} <= found.statuses.keys()


@pytest.mark.soak
def test_ten_thousand_made_up_requests_meet_no_server_error(tmp_path: Path) -> None:
    furnish(tmp_path / "data")
    n_requests, n_round, failures = 0, 0, list[str]()
    with serving(tmp_path / "data") as served:
        while n_requests < N_REQUESTS and not failures:
            role = ROLES[n_round % len(ROLES)]
            token = token_of(served.application, role, name=f"{role}-{n_round}@example.org")
            url = f"{served.url}/api/v1"
            found = fuzz(url, token, known=KNOWN, n_each=20, seed=n_round)
            n_requests, n_round = n_requests + found.n_requests, n_round + 1
            failures += found.failures

    assert failures == []
