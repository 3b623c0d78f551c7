"""How a rater has rated: the counts that screening judges, never which condition was liked."""

from dataclasses import dataclass
from datetime import datetime

from videogen.domain.rating import RaterKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterConduct:
    """One rater of one campaign; figures are None where there is nothing to take them from."""

    rater_id: str
    name: str
    kind: RaterKind
    n_sessions: int
    n_test: int  # different clips of the campaign with an overall rating
    n_rated: int  # presentations with an overall rating, all but training
    n_gold: int
    n_gold_within: int  # within the tolerance of the score that is expected
    n_traps: int
    n_traps_missed: int
    n_incomplete: int  # rated and not played to the end
    n_repeats: int
    variance: float | None  # with n - 1, of the session with the smallest; no training, no trap
    n_scores: int  # that the variance is of; 0 where there are too few for any
    repeat_difference: float | None  # mean distance of a repeat from its first rating
    seconds_per_rating: float | None  # median, from being shown to being rated
    last_rated_at: datetime | None
