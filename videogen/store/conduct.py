"""How the raters of a campaign rate, counted where the ratings lie."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from videogen.domain.campaign import Campaign
from videogen.domain.conduct import RaterConduct
from videogen.domain.run import Origin, Run
from videogen.store.campaigns import campaigns
from videogen.store.database import Database

# One row per presentation with an overall opinion that counts; rowid settles equal times.
# A clip of one origin only: a panel of the sandbox says nothing of measured clips. Grouped by the
# numbers of rows, which take a third of the time that their text keys take.
RATER_CONDUCT = """
    WITH sitting AS (
        SELECT session_id, panel_session.rowid AS session_no, rater_id,
               rater.rowid AS rater_no, source
        FROM panel_session JOIN rater USING (rater_id)
        WHERE campaign_id = $campaign_id
    ), showing AS (
        SELECT presentation.rowid AS showing_no, presentation.presentation_id,
               presentation.clip_id, presentation.kind, presentation.served_at,
               presentation.ended_at, presentation.watched_s, sitting.session_no,
               sitting.rater_no, sitting.source
        FROM presentation
        JOIN sitting USING (session_id)
    ), seen AS MATERIALIZED (  -- JSON is read once a clip, not once a rating
        SELECT clip.clip_id, clip.rowid AS clip_no,
               coalesce(run.origin, reference_clip.origin) AS origin,
               coalesce(run.is_degraded, false) AS is_degraded, reference_clip.expected_score,
               $share_watched * CAST(clip.probe->>'clip_duration_s' AS DOUBLE) AS least_s
        FROM clip
        SEMI JOIN showing USING (clip_id)
        LEFT JOIN run ON run.run_id = clip.run_id
        LEFT JOIN reference_clip ON reference_clip.clip_id = clip.clip_id
    ), newest AS (
        SELECT showing_no, arg_max(score, (rated_at, rating.rowid)) AS score,
               max(rated_at) AS rated_at
        FROM rating
        JOIN showing USING (presentation_id)
        WHERE rating.dimension = 'overall'
          AND rating_id NOT IN (SELECT rating_id FROM rating_withdrawal)
        GROUP BY showing_no
    ), shown AS MATERIALIZED (
        SELECT rater_no, session_no, seen.clip_no, showing.kind, score, rated_at,
               seen.expected_score, epoch(rated_at - served_at) AS taken_s,
               source IS NULL AND (ended_at IS NULL OR watched_s < least_s) AS is_incomplete
        FROM newest
        JOIN showing USING (showing_no)
        JOIN seen ON seen.clip_id = showing.clip_id
        WHERE seen.origin = $origin AND NOT seen.is_degraded
    ), again AS (
        SELECT repeated.rater_no, avg(abs(repeated.score - first.score)) AS repeat_difference
        FROM shown AS repeated
        JOIN shown AS first ON first.session_no = repeated.session_no
            AND first.clip_no = repeated.clip_no AND first.kind = 'test'
        WHERE repeated.kind = 'repeat'
        GROUP BY repeated.rater_no
    ), counted AS (
        SELECT rater_no,
               count(DISTINCT clip_no) FILTER (kind = 'test') AS n_test,
               count(*) FILTER (kind <> 'training') AS n_rated,
               count(*) FILTER (kind = 'gold') AS n_gold,
               count(*) FILTER (kind = 'gold' AND abs(score - expected_score) <= $gold_within)
                   AS n_gold_within,
               count(*) FILTER (kind = 'trap') AS n_traps,
               count(*) FILTER (kind = 'trap' AND score <> expected_score) AS n_traps_missed,
               count(*) FILTER (kind <> 'training' AND is_incomplete) AS n_incomplete,
               count(*) FILTER (kind = 'repeat') AS n_repeats,
               median(taken_s) FILTER (kind <> 'training') AS seconds_per_rating,
               max(rated_at) AS last_rated_at
        FROM shown GROUP BY rater_no
    ), spread AS (  -- of opinions alone: what a trap asks for is none
        SELECT rater_no, session_no, count(*) AS n_scores, var_samp(score) AS variance
        FROM shown
        WHERE kind NOT IN ('training', 'trap')
        GROUP BY GROUPING SETS ((rater_no, session_no), (rater_no))
        HAVING count(*) >= $n_ratings_min
    ), narrowest AS (  -- all sessions together only where each is too short to tell
        SELECT rater_no, first(variance ORDER BY place) AS variance,
               first(n_scores ORDER BY place) AS n_scores
        FROM (SELECT *, (session_no IS NULL, variance) AS place FROM spread)
        GROUP BY rater_no
    ), visit AS (
        SELECT rater_no, any_value(rater_id) AS rater_id, count(*) AS n_sessions
        FROM sitting GROUP BY rater_no
    )
    SELECT rater.rater_id, rater.name, rater.kind, visit.n_sessions,
           coalesce(n_test, 0) AS n_test, coalesce(n_rated, 0) AS n_rated,
           coalesce(n_gold, 0) AS n_gold, coalesce(n_gold_within, 0) AS n_gold_within,
           coalesce(n_traps, 0) AS n_traps, coalesce(n_traps_missed, 0) AS n_traps_missed,
           coalesce(n_incomplete, 0) AS n_incomplete, coalesce(n_repeats, 0) AS n_repeats,
           narrowest.variance, coalesce(narrowest.n_scores, 0) AS n_scores,
           repeat_difference, seconds_per_rating, last_rated_at
    FROM visit
    JOIN rater USING (rater_id)
    LEFT JOIN counted USING (rater_no)
    LEFT JOIN again USING (rater_no)
    LEFT JOIN narrowest USING (rater_no)
    ORDER BY rater.name, rater.rater_id
"""
SHARE_WATCHED_MIN = 0.9  # a player's clock and a clip's stated duration differ by some frames


def rater_conduct(
    database: Database,
    campaign_id: str,
    origin: Origin,
    *,
    gold_within: int = 1,
    n_ratings_min: int = 10,
) -> list[RaterConduct]:
    """Everybody with a session in the campaign, by name; of imported ratings no playback is asked.

    A score `gold_within` of the expected one is still right; fewer than `n_ratings_min` scores
    have no variance.
    """
    return database.rows(
        RaterConduct,
        RATER_CONDUCT,
        campaign_id=campaign_id,
        origin=origin,
        gold_within=gold_within,
        n_ratings_min=n_ratings_min,
        share_watched=SHARE_WATCHED_MIN,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnAgainstOthers:
    """A clip as one rater and as the others see it; `presentation_id` is the rater's own."""

    clip_id: str
    presentation_id: str
    own_score: int
    others_mean: float
    n_others: int


OWN_AGAINST_OTHERS = """
    WITH opinion AS (
        SELECT presentation.clip_id, panel_session.rater_id, rater.kind,
               arg_max(rating.score, (rated_at, rating.rowid)) AS score,
               arg_max(presentation_id, (rated_at, rating.rowid)) AS presentation_id
        FROM rating
        JOIN presentation USING (presentation_id)
        JOIN panel_session USING (session_id)
        JOIN rater ON rater.rater_id = panel_session.rater_id
        JOIN run ON run.clip_id = presentation.clip_id
        WHERE panel_session.campaign_id = $campaign_id AND run.origin = $origin
          AND presentation.kind = 'test' AND rating.dimension = 'overall' AND NOT run.is_degraded
          AND rating.rating_id NOT IN (SELECT rating_id FROM rating_withdrawal)
        GROUP BY presentation.clip_id, panel_session.rater_id, rater.kind
    )
    SELECT own.clip_id, own.presentation_id, own.score AS own_score,
           avg(other.score) AS others_mean, count(*) AS n_others
    FROM opinion AS own
    JOIN opinion AS other ON other.clip_id = own.clip_id AND other.rater_id <> own.rater_id
    WHERE own.rater_id = $rater_id AND (other.kind = 'human' OR $origin = 'sandbox')
      AND other.rater_id NOT IN (SELECT unnest(from_json($without::JSON, '["VARCHAR"]')))
    GROUP BY own.clip_id, own.presentation_id, own.score
    HAVING count(*) >= $n_others_min
    ORDER BY own.clip_id
"""


def own_against_others(
    database: Database,
    campaign_id: str,
    rater_id: str,
    origin: Origin,
    *,
    n_others_min: int,
    without: Sequence[str] = (),
) -> list[OwnAgainstOthers]:
    """The clips that this rater and at least `n_others_min` others rated, `without` left aside."""
    return database.rows(
        OwnAgainstOthers,
        OWN_AGAINST_OTHERS,
        campaign_id=campaign_id,
        rater_id=rater_id,
        origin=origin,
        n_others_min=n_others_min,
        without=tuple(without),
    )


N_CLIPS_TO_RATE = """
    SELECT count(*) FROM run
    WHERE campaign_id = $campaign_id AND status = 'succeeded' AND clip_id IS NOT NULL
      AND NOT is_degraded AND origin = coalesce($origin, origin)
      AND seed IN (SELECT unnest(from_json($seeds::JSON, '["UBIGINT"]')))
      AND condition_id IN (SELECT unnest(from_json($condition_ids::JSON, '["VARCHAR"]')))
"""


def n_clips_to_rate(database: Database, campaign: Campaign, origin: Origin | None = None) -> int:
    """As many as a rater who rates them all has rated; of one origin, or of any."""
    return int(
        database.value(
            N_CLIPS_TO_RATE,
            campaign_id=campaign.campaign_id,
            origin=origin,
            seeds=campaign.rated_seeds,
            condition_ids=campaign.condition_ids,
        )
    )


RUNS_TO_RATE = """
    SELECT * FROM run
    WHERE campaign_id = $campaign_id AND status = 'succeeded' AND clip_id IS NOT NULL
      AND NOT coalesce(is_degraded, false)
      AND seed IN (SELECT unnest(from_json($seeds::JSON, '["UBIGINT"]')))
      AND condition_id IN (SELECT unnest(from_json($condition_ids::JSON, '["VARCHAR"]')))
    ORDER BY queued_at, run_id
"""


def runs_to_rate(database: Database, campaign: Campaign) -> list[Run]:
    """Oldest first, those whose clips are up for rating."""
    return database.rows(
        Run,
        RUNS_TO_RATE,
        campaign_id=campaign.campaign_id,
        seeds=campaign.rated_seeds,
        condition_ids=campaign.condition_ids,
    )


CELLS_TO_RATE = """
    SELECT DISTINCT campaign_id, condition_id, seed FROM run
    WHERE campaign_id IS NOT NULL AND status = 'succeeded' AND clip_id IS NOT NULL
      AND NOT coalesce(is_degraded, false)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellToRate:
    """One condition and seed of a campaign that has a clip which may be rated."""

    campaign_id: str
    condition_id: str
    seed: int


def campaigns_to_rate(database: Database) -> list[Campaign]:
    """Those with at least one clip that is up for rating, newest first."""
    cells = database.rows(CellToRate, CELLS_TO_RATE)
    known = {(one.campaign_id, one.condition_id, one.seed) for one in cells}
    return [one for one in campaigns(database) if not known.isdisjoint(_rated_cells(one))]


def _rated_cells(campaign: Campaign) -> set[tuple[str, str, int]]:
    pairs = itertools.product(campaign.condition_ids, campaign.rated_seeds)
    return {(campaign.campaign_id, condition_id, seed) for condition_id, seed in pairs}


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundStanding:
    """How far somebody of this name is with a campaign's round."""

    rater_id: str
    n_open_sessions: int
    has_left: bool


ROUND_STANDING = """
    SELECT rater.rater_id, count(*) FILTER (panel_session.ended_at IS NULL) AS n_open_sessions,
           bool_or(round_exit.left_at IS NOT NULL) AS has_left
    FROM panel_session
    JOIN rater ON rater.rater_id = panel_session.rater_id
    LEFT JOIN round_exit ON round_exit.rater_id = rater.rater_id
        AND round_exit.campaign_id = panel_session.campaign_id
    WHERE panel_session.campaign_id = $campaign_id AND rater.kind = 'human'
      AND panel_session.source IS NULL AND rater.rater_id = $rater_id
    GROUP BY rater.rater_id
"""


def round_standing(database: Database, campaign_id: str, rater_id: str) -> RoundStanding | None:
    """None for who did not begin to rate here; imported ratings are no beginning."""
    found = database.rows(RoundStanding, ROUND_STANDING, campaign_id=campaign_id, rater_id=rater_id)
    return found[0] if found else None


N_UNRATED = """
    SELECT count(*) FROM run
    WHERE campaign_id = $campaign_id AND status = 'succeeded' AND clip_id IS NOT NULL
      AND NOT is_degraded
      AND seed IN (SELECT unnest(from_json($seeds::JSON, '["UBIGINT"]')))
      AND condition_id IN (SELECT unnest(from_json($condition_ids::JSON, '["VARCHAR"]')))
      AND clip_id NOT IN (
          SELECT presentation.clip_id
          FROM presentation
          JOIN panel_session USING (session_id)
          JOIN rating USING (presentation_id)
          WHERE panel_session.campaign_id = $campaign_id AND panel_session.rater_id = $rater_id
            AND presentation.kind = 'test' AND rating.dimension = 'overall'
            AND rating.rating_id NOT IN (SELECT rating_id FROM rating_withdrawal)
      )
"""


def n_unrated(database: Database, campaign: Campaign, rater_id: str) -> int:
    """Clips of the campaign that this rater has yet to rate."""
    return int(
        database.value(
            N_UNRATED,
            campaign_id=campaign.campaign_id,
            rater_id=rater_id,
            seeds=campaign.rated_seeds,
            condition_ids=campaign.condition_ids,
        )
    )
