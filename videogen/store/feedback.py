"""What makers say of the clips that they asked for outside any campaign; never part of the gate."""

from dataclasses import dataclass
from datetime import datetime

from videogen.domain.feedback import ClipFeedback
from videogen.domain.run import Origin
from videogen.store.database import Database

FEEDBACK_OF_CLIP = """
    SELECT * FROM clip_feedback WHERE clip_id = $clip_id
    QUALIFY row_number() OVER (PARTITION BY who ORDER BY given_at DESC, rowid DESC) = 1
    ORDER BY given_at, feedback_id
"""


def feedback_of_clip(database: Database, clip_id: str) -> list[ClipFeedback]:
    """The newest word of each person, taken back ones too, oldest first."""
    return database.rows(ClipFeedback, FEEDBACK_OF_CLIP, clip_id=clip_id)


# A campaign's clips are for its panel: what somebody says of them elsewhere is no feedback. A
# routed run's clip counts for the condition that made it: that is what the maker saw. To keep a
# clip as the best of its strip does not say that it is good, so that alone is no word.
FEEDBACK_SUMMARY = """
    SELECT coalesce(run.routed_to, run.condition_id) AS condition_id, run.origin,
           count(*) AS n,
           count(*) FILTER (thumb = 'up') AS n_up,
           count(*) FILTER (thumb = 'down') AS n_down,
           count(*) FILTER (would_use) AS n_would_use,
           count(*) FILTER (NOT would_use) AS n_would_not
    FROM (
        SELECT * FROM clip_feedback
        QUALIFY row_number() OVER (PARTITION BY clip_id, who ORDER BY given_at DESC, rowid DESC) = 1
    ) AS newest
    JOIN clip USING (clip_id)
    JOIN run ON run.run_id = clip.run_id
    WHERE run.campaign_id IS NULL
      AND (thumb IS NOT NULL OR would_use IS NOT NULL)
      AND ($origin IS NULL OR run.origin = $origin)
      AND ($since IS NULL OR newest.given_at >= $since)
    GROUP BY ALL ORDER BY condition_id, run.origin
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedbackSummary:
    """Of one condition's clips of one origin; a person counts once a clip."""

    condition_id: str
    origin: Origin | None
    n: int  # words on clips: a thumb, "would use" or both
    n_up: int
    n_down: int
    n_would_use: int
    n_would_not: int

    @property
    def n_thumbs(self) -> int:
        return self.n_up + self.n_down

    @property
    def n_answers(self) -> int:
        """To "would you use it"."""
        return self.n_would_use + self.n_would_not


def feedback_summary(
    database: Database, origin: Origin | None = None, since: datetime | None = None
) -> list[FeedbackSummary]:
    """By condition and origin: live and sandbox clips are never counted together."""
    return database.rows(FeedbackSummary, FEEDBACK_SUMMARY, origin=origin, since=since)
