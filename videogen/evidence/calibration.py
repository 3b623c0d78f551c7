"""How one rater sees the clips beside the others: for the rater's own eyes, never for the gate."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from statistics import fmean

from videogen.domain.campaign import Campaign
from videogen.domain.run import Origin
from videogen.store import Database, OwnAgainstOthers, own_against_others

N_OTHERS_MIN = 3  # fewer are no panel to be held against
N_FAR = 4
FAR_APART = 1.0  # a score


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreStep:
    """What the others gave to the clips that this rater gave one score."""

    own_score: int
    n_clips: int
    others_mean: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    n_clips: int  # rated by this rater and at least `N_OTHERS_MIN` others
    bias: float  # own minus others, mean over the clips; below 0 is stricter
    steps: tuple[ScoreStep, ...]  # from 1 to 5, those that were given
    far_apart: tuple[OwnAgainstOthers, ...]  # the few where they differ most, first of all


def load_calibration(
    database: Database,
    campaign: Campaign,
    rater_id: str,
    origin: Origin,
    *,
    left_out: Collection[str] = (),
) -> Calibration | None:
    """None while fewer than three others have rated the same clips.

    Args: left_out: the rater_ids whom the campaign's rules leave out of the panel.
    """
    pairs = own_against_others(
        database,
        campaign.campaign_id,
        rater_id,
        origin,
        n_others_min=N_OTHERS_MIN,
        without=sorted(left_out),
    )
    return calibrate(pairs) if pairs else None


def calibrate(pairs: Sequence[OwnAgainstOthers]) -> Calibration:
    """`pairs` holds one clip at least."""
    steps = [
        ScoreStep(
            own_score=score,
            n_clips=len(others),
            others_mean=fmean(others),
        )
        for score in range(1, 6)
        if (others := [one.others_mean for one in pairs if one.own_score == score])
    ]
    far = sorted(pairs, key=lambda one: (-_distance(one), one.clip_id))
    return Calibration(
        n_clips=len(pairs),
        bias=fmean(one.own_score - one.others_mean for one in pairs),
        steps=tuple(steps),
        far_apart=tuple(one for one in far[:N_FAR] if _distance(one) >= FAR_APART),
    )


def _distance(one: OwnAgainstOthers) -> float:
    return abs(one.own_score - one.others_mean)
