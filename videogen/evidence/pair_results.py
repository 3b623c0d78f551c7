"""What a campaign's pair votes say: strengths, who beat whom, and how steady the voters are."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from videogen import store
from videogen.analysis.bradley_terry import (
    BradleyTerry,
    Choice,
    PairOpinion,
    fit_bradley_terry,
)
from videogen.analysis.pair_checks import (
    HeadToHead,
    SidePreference,
    head_to_heads,
    n_consistent,
    side_preference,
)
from videogen.domain.rating import RaterKind
from videogen.domain.run import Origin
from videogen.evidence.origins import choose_origin
from videogen.store import Database, VotedPair


@dataclass(frozen=True, slots=True, kw_only=True)
class PairResults:
    """Of one origin; conditions by condition_id. A repeat only checks its voter."""

    origin: Origin
    fit: BradleyTerry | None  # None: no vote, or conditions that never met
    heads: tuple[HeadToHead, ...]
    sides: SidePreference | None  # None: nobody preferred either
    n_votes: int  # without the repeats
    n_prompts: int
    n_raters: int
    n_raters_simulated: int
    n_repeats: int  # with both votes given
    n_repeats_agree: int
    n_left_out: int  # of the other origin, or simulated ones on live clips


def load_pair_results(
    database: Database, campaign_id: str, *, origin: Origin | None = None
) -> PairResults:
    """Live when any live run is there; simulated voters count for sandbox clips only."""
    chosen = origin or choose_origin(
        {one.origin for one in store.run_origins(database, campaign_id)}
    )
    found = store.voted_pairs(database, campaign_id)
    counted = [vote for vote in found if _counts(vote, chosen)]
    asked = [vote for vote in counted if not vote.is_repeat]
    opinions = [_opinion(vote) for vote in asked]
    simulated = {one.rater_id for one in asked if one.rater_kind is RaterKind.SIMULATED}
    n_agree, n_repeats = _consistency(counted)
    return PairResults(
        origin=chosen,
        fit=_fit(tuple(opinions)),
        heads=head_to_heads(opinions),
        sides=side_preference([Choice(vote.choice) for vote in asked]),
        n_votes=len(asked),
        n_prompts=len({vote.prompt_id for vote in asked}),
        n_raters=len({vote.rater_id for vote in asked}),
        n_raters_simulated=len(simulated),
        n_repeats=n_repeats,
        n_repeats_agree=n_agree,
        n_left_out=len(found) - len(counted),
    )


@functools.lru_cache(maxsize=16)
def _fit(opinions: tuple[PairOpinion, ...]) -> BradleyTerry | None:
    """Kept: the resampling takes most of a second, and most commits bring no vote."""
    return fit_bradley_terry(opinions)


def _counts(vote: VotedPair, origin: Origin) -> bool:
    if vote.origin is not origin:
        return False
    return origin is Origin.SANDBOX or vote.rater_kind is RaterKind.HUMAN


def _opinion(vote: VotedPair) -> PairOpinion:
    return PairOpinion(
        left=vote.left_condition_id,
        right=vote.right_condition_id,
        choice=Choice(vote.choice),
        prompt_id=vote.prompt_id,
        rater_id=vote.rater_id,
    )


def _consistency(votes: Sequence[VotedPair]) -> tuple[int, int]:
    """A round asks each two clips once, and some of them once more with the sides swapped."""
    first = {
        f"{vote.pair_round_id}/{vote.left_clip_id}/{vote.right_clip_id}": Choice(vote.choice)
        for vote in votes
        if not vote.is_repeat
    }
    again = {
        f"{vote.pair_round_id}/{vote.right_clip_id}/{vote.left_clip_id}": Choice(vote.choice)
        for vote in votes
        if vote.is_repeat
    }
    return n_consistent(first, again)
