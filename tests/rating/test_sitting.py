from datetime import UTC, datetime, timedelta

from videogen.rating.sitting import Rest, RestKind, due_rest, seated_time

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def _ratings(*minutes: float) -> list[datetime]:
    return [START + timedelta(minutes=minute) for minute in minutes]


def _every_minute(n_minutes: int) -> list[datetime]:
    return _ratings(*range(n_minutes + 1))


def test_nobody_sits_before_the_first_rating() -> None:
    assert seated_time([], START) == timedelta(0)
    assert due_rest([], START) is None


def test_a_sitting_lasts_from_its_first_to_its_last_rating() -> None:
    assert seated_time(_every_minute(12), START + timedelta(minutes=14)) == timedelta(minutes=12)


def test_five_minutes_without_a_rating_begin_a_new_sitting() -> None:
    rated_at = _ratings(0, 1, 2, 7, 8, 9)

    assert seated_time(rated_at, rated_at[-1]) == timedelta(minutes=2)
    assert seated_time(rated_at, rated_at[-1] + timedelta(minutes=5)) == timedelta(0)


def test_a_pause_of_less_than_five_minutes_goes_on_with_the_sitting() -> None:
    rated_at = _ratings(0, 4.9, 9.8)

    assert seated_time(rated_at, rated_at[-1]) == timedelta(minutes=9.8)


def test_a_break_is_advised_from_twenty_minutes_on() -> None:
    rated_at = _every_minute(20)

    assert due_rest(rated_at[:-1], rated_at[-2]) is None
    assert due_rest(rated_at, rated_at[-1]) == Rest(
        kind=RestKind.BREAK, seated_s=1200.0, until=None
    )


def test_the_sitting_is_stopped_at_thirty_minutes_until_the_rest_is_over() -> None:
    rated_at = _every_minute(30)
    until = rated_at[-1] + timedelta(minutes=5)

    assert due_rest(rated_at, rated_at[-1]) == Rest(
        kind=RestKind.STOP, seated_s=1800.0, until=until
    )
    assert due_rest(rated_at, until) is None
