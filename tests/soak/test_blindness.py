"""An adversary over 200 blind clips of four conditions, with all that a browser gets of them."""

from pathlib import Path

import pytest

from tests.web.adversary import accuracies, limit
from tests.web.blind_campaign import fetch_originals, rate_everything, served_campaign

pytestmark = pytest.mark.soak

N_PROMPTS, N_CONDITIONS = 50, 4


def test_over_200_clips_an_adversary_does_no_better_than_by_chance(tmp_path: Path) -> None:
    with served_campaign(tmp_path, n_prompts=N_PROMPTS, n_conditions=N_CONDITIONS) as served:
        blind = rate_everything(*served)
        originals = fetch_originals(*served)

    guessed = accuracies([one.features for one in blind], [one.condition for one in blind])
    known = accuracies([one.features for one in originals], [one.condition for one in originals])
    assert len(blind) == N_PROMPTS * N_CONDITIONS
    assert min(guessed) <= limit(len(blind) // 2, N_CONDITIONS)
    assert min(known) > 0.9
