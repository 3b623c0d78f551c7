import pytest

from tests.analysis.oracles import Raw, oracle
from videogen.analysis import SosHealth, sos_health, sos_parameter


def test_the_netflix_panel_has_the_published_parameter() -> None:
    a = sos_parameter(oracle("nflx_public")["raw"])

    assert a == pytest.approx(oracle("decision_cases")["sos_a_nflx"], abs=1e-9)
    assert sos_health(a) is SosHealth.USUAL


def test_a_panel_of_extremes_is_noisy_and_one_that_copies_has_one_voice() -> None:
    extremes: Raw = [[1, 5, 1, 5]] * 4
    copies: Raw = [[3, 3, 3, 3], [4, 4, 4, None], [2, 2, 2, 2]]

    assert sos_health(sos_parameter(extremes)) is SosHealth.NOISY
    assert sos_parameter(copies) == 0.0
    assert sos_health(sos_parameter(copies)) is SosHealth.ONE_VOICE


@pytest.mark.parametrize("raw", [[], [[]], [[3], [4]], [[5, 5], [1, 1]], [[None, 4]]])
def test_where_no_clip_has_room_to_spread_it_is_unknown(raw: Raw) -> None:
    assert sos_parameter(raw) is None
    assert sos_health(None) is None
