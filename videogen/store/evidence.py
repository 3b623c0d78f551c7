"""What a decision is made from, counted where the rows lie: a million of them make no object."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from videogen.domain.campaign import Campaign
from videogen.domain.rating import Dimension, RaterKind
from videogen.domain.run import Origin
from videogen.store.database import Database

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

RUN_ORIGINS = """
    SELECT origin, count(*) AS n_runs,
           count(*) FILTER (status NOT IN ('queued', 'running')) AS n_ended
    FROM run WHERE campaign_id = $campaign_id GROUP BY origin ORDER BY origin
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginCount:
    """Runs of a campaign by where they were made; None: no back end has taken them."""

    origin: Origin | None
    n_runs: int
    n_ended: int


def run_origins(database: Database, campaign_id: str) -> list[OriginCount]:
    return database.rows(OriginCount, RUN_ORIGINS, campaign_id=campaign_id)


RATED_SEED_CLIPS = """
    SELECT condition_id, prompt_id, seed, count(DISTINCT clip_id) AS n_clips
    FROM run
    WHERE campaign_id = $campaign_id AND status NOT IN ('queued', 'running')
      AND (origin = $origin OR $takes_unknown AND origin IS NULL)
      AND clip_id IS NOT NULL AND NOT coalesce(is_degraded, false)
      AND seed IN (SELECT unnest(from_json($seeds::JSON, '["UBIGINT"]')))
    GROUP BY condition_id, prompt_id, seed
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipsOfCell:
    """Clips of one condition, prompt and seed."""

    condition_id: str
    prompt_id: str
    seed: int
    n_clips: int


def rated_seed_clips(
    database: Database, campaign: Campaign, origin: Origin, *, takes_unknown: bool
) -> list[ClipsOfCell]:
    """What stands to be rated, rated or not."""
    return database.rows(
        ClipsOfCell,
        RATED_SEED_CLIPS,
        campaign_id=campaign.campaign_id,
        origin=origin,
        takes_unknown=takes_unknown,
        seeds=campaign.rated_seeds,
    )


# As GATE_RATINGS, by the numbers of rows: a text for each opinion would take most of the time.
# Which is the newest of a rater and clip is asked afterwards, of the few that were given twice.
GATE_OPINIONS = """
    WITH sitting AS (
        SELECT session_id, rater.rowid AS rater_no
        FROM panel_session JOIN rater USING (rater_id)
        WHERE $campaign_id IS NULL OR campaign_id = $campaign_id
    ), showing AS (
        SELECT presentation_id, clip_id, rater_no
        FROM presentation JOIN sitting USING (session_id)
        WHERE kind = 'test'
    ), gate AS MATERIALIZED (
        SELECT clip.clip_id, clip.rowid AS clip_no
        FROM clip
        JOIN run ON run.run_id = clip.run_id
        WHERE NOT coalesce(run.is_degraded, false)
          AND clip.clip_id IN (SELECT clip_id FROM showing)
    )
    SELECT gate.clip_no, showing.rater_no, rating.score, rating.rated_at,
           rating.rowid AS rating_no
    FROM rating
    JOIN showing USING (presentation_id)
    JOIN gate ON gate.clip_id = showing.clip_id
    WHERE rating.dimension = $dimension
      AND rating.rating_id NOT IN (SELECT rating_id FROM rating_withdrawal)
"""
GATE_CLIPS = """
    SELECT clip.rowid AS clip_no, clip.clip_id, run.condition_id, run.prompt_id, run.seed,
           run.origin, run.campaign_id
    FROM clip
    JOIN run ON run.run_id = clip.run_id
    WHERE clip.clip_id IN (
        SELECT clip_id FROM presentation JOIN panel_session USING (session_id)
        WHERE ($campaign_id IS NULL OR campaign_id = $campaign_id) AND kind = 'test'
    )
    ORDER BY run.condition_id, run.prompt_id, run.seed, clip.clip_id
"""
GATE_RATERS = "SELECT rowid AS rater_no, rater_id, name, kind FROM rater ORDER BY rater_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class GateClip:
    clip_no: int
    clip_id: str
    condition_id: str
    prompt_id: str
    seed: int
    origin: Origin | None
    campaign_id: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class GateRater:
    rater_no: int
    rater_id: str
    name: str
    kind: RaterKind


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GateOpinions:
    """Who said what of which clip: the newest of a rater and clip; no degraded clip's.

    The three arrays have one place for each opinion; `clip` and `rater` are places in `clips` (in
    the order of condition, prompt and seed) and `raters` (in that of their ids).
    """

    clips: tuple[GateClip, ...]
    raters: tuple[GateRater, ...]
    clip: "NDArray[np.int64]"
    rater: "NDArray[np.int64]"
    score: "NDArray[np.int64]"

    def where(self, counts: "NDArray[np.bool_]") -> "GateOpinions":
        """Those opinions alone, of the same clips and raters."""
        return GateOpinions(
            clips=self.clips,
            raters=self.raters,
            clip=self.clip[counts],
            rater=self.rater[counts],
            score=self.score[counts],
        )


def gate_opinions(database: Database, campaign_id: str | None) -> GateOpinions:
    """As `gate_ratings`, without an object for each; of all campaigns where none is named."""
    found = database.columns(GATE_OPINIONS, campaign_id=campaign_id, dimension=Dimension.OVERALL)
    # Read afterwards, so that they know every clip and rater of the opinions.
    clips = database.rows(GateClip, GATE_CLIPS, campaign_id=campaign_id)
    raters = database.rows(GateRater, GATE_RATERS)
    return _newest_of(tuple(clips), tuple(raters), found)


DETAILS = "SELECT DISTINCT dimension FROM rating WHERE dimension <> 'overall'"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Detail:
    dimension: Dimension


def rated_details(database: Database) -> frozenset[Dimension]:
    """The dimensions beside the overall one that anybody ever rated."""
    return frozenset(one.dimension for one in database.rows(_Detail, DETAILS))


def detail_opinions(
    database: Database, campaign_id: str, dimension: Dimension, beside: GateOpinions
) -> GateOpinions:
    """The same of another dimension, of the clips and raters of `beside`; of one snapshot."""
    found = database.columns(GATE_OPINIONS, campaign_id=campaign_id, dimension=dimension)
    return _newest_of(beside.clips, beside.raters, found)


def _newest_of(
    clips: tuple[GateClip, ...],
    raters: tuple[GateRater, ...],
    found: "Mapping[str, NDArray[Any]]",
) -> GateOpinions:
    import numpy as np

    place_of_clip = _places([one.clip_no for one in clips])
    place_of_rater = _places([one.rater_no for one in raters])
    every = GateOpinions(
        clips=clips,
        raters=raters,
        clip=place_of_clip[found["clip_no"]],
        rater=place_of_rater[found["rater_no"]],
        score=found["score"].astype(np.int64),
    )
    return every.where(_is_newest(every, found["rated_at"], found["rating_no"]))


def _is_newest(
    opinions: GateOpinions, rated_at: "NDArray[Any]", rating_no: "NDArray[np.int64]"
) -> "NDArray[np.bool_]":
    """Of each rater and clip; the number of the row settles equal times."""
    import numpy as np

    pair = opinions.clip * len(opinions.raters) + opinions.rater
    n_of_pair = np.bincount(pair)
    is_newest = np.ones(len(pair), dtype=np.bool_)
    twice = np.flatnonzero(n_of_pair[pair] > 1) if len(pair) else np.empty(0, dtype=np.int64)
    order = twice[np.lexsort((rating_no[twice], rated_at[twice], pair[twice]))]
    is_older = pair[order][:-1] == pair[order][1:]
    is_newest[order[:-1][is_older]] = False
    return is_newest


def _places(numbers: list[int]) -> "NDArray[np.int64]":
    """By the number of a row, its place in the list."""
    import numpy as np

    places = np.zeros(max(numbers, default=-1) + 1, dtype=np.int64)
    places[numbers] = np.arange(len(numbers))
    return places
