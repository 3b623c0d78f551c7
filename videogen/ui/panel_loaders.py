"""What the Panel page reads: how far each rater is, and what the rules say of how they rate."""

import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from videogen import store
from videogen.analysis import mean_of_cells
from videogen.analysis.bt500 import bt500_rejected
from videogen.analysis.panel_report import N_RATERS_FORMAL
from videogen.domain.campaign import Campaign
from videogen.domain.decision import ConditionEvidence
from videogen.domain.rating import PanelSession, RaterKind
from videogen.domain.run import Origin
from videogen.evidence import gate
from videogen.evidence.origins import choose_origin
from videogen.evidence.panel_screening import ScreenedRater, rules_of, screened_panel
from videogen.rating.screening import ScreeningRules
from videogen.rating.session_plan import SESSION_PRESENTATIONS, TEST_PRESENTATIONS
from videogen.store import Database, GateOpinions
from videogen.ui import decision_loaders, loaders, rate_loaders
from videogen.ui.loaders import Snapshot


@dataclass(frozen=True, slots=True, kw_only=True)
class RaterStanding:
    screened: ScreenedRater
    sessions: tuple[PanelSession, ...]
    n_clips: int
    has_left: bool

    @property
    def n_left(self) -> int:
        return max(0, self.n_clips - self.screened.conduct.n_test)

    @property
    def is_unfinished(self) -> bool:
        """Somebody who may be reminded."""
        is_human = self.screened.conduct.kind is RaterKind.HUMAN
        return is_human and not self.has_left and self.n_left > 0

    @property
    def answers(self) -> Mapping[str, str]:
        """How the newest session was viewed."""
        answered = [one.viewing_answers for one in self.sessions if one.viewing_answers]
        return answered[-1] if answered else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelStanding:
    campaign: Campaign
    origin: Origin
    n_clips: int
    raters: tuple[RaterStanding, ...]
    n_in_verdict: int  # raters whom the gate counts for a condition at least
    rules: ScreeningRules
    bt500_names: tuple[str, ...]  # whom BT.500 would reject: information, nobody acts on it
    seconds_each: float  # a presentation, about

    @property
    def counting(self) -> tuple[RaterStanding, ...]:
        """With a rating, and not left out."""
        return tuple(one for one in self.raters if one.screened.conduct.n_test and not _is_out(one))

    @property
    def finished(self) -> tuple[RaterStanding, ...]:
        return tuple(one for one in self.counting if not one.n_left)

    @property
    def unfinished(self) -> tuple[RaterStanding, ...]:
        """Who may still rate; what they say will count."""
        return tuple(one for one in self.raters if one.is_unfinished and not _is_out(one))

    @property
    def left_out(self) -> tuple[RaterStanding, ...]:
        return tuple(one for one in self.raters if _is_out(one))

    @property
    def unscreened(self) -> tuple[RaterStanding, ...]:
        return tuple(one for one in self.counting if one.screened.screening.is_unscreened)

    @property
    def n_raters_missing(self) -> int:
        """Of the planned number, nobody has begun in their place."""
        begun = {one.screened.rater_id for one in (*self.finished, *self.unfinished)}
        return max(0, self.campaign.planned_n_raters - len(begun))

    @property
    def share_rated(self) -> float:
        """Of planned raters x clips; more raters than planned fill nobody else's place."""
        wanted = self.campaign.planned_n_raters * self.n_clips
        rated = sorted((one.screened.conduct.n_test for one in self.counting), reverse=True)
        kept = rated[: self.campaign.planned_n_raters]
        return min(1.0, sum(kept) / wanted) if wanted else 0.0

    @property
    def n_begun(self) -> int:
        """Who rates, without yet what the gate asks of a rater."""
        return max(0, len(self.counting) - self.n_in_verdict)

    @property
    def is_informal(self) -> bool:
        return self.n_in_verdict < N_RATERS_FORMAL

    def minutes_left(self, rater: RaterStanding) -> int:
        """At this rater's own pace where it is known; with what a session shows besides."""
        own = rater.screened.conduct.seconds_per_rating
        seconds = (own or self.seconds_each) * rater.n_left
        return max(1, math.ceil(seconds * SESSION_PRESENTATIONS / TEST_PRESENTATIONS / 60))


def standing(campaign_id: str) -> PanelStanding:
    return _standing(loaders.snapshot(), campaign_id)


def left_out(campaign_id: str) -> tuple[RaterStanding, ...]:
    return standing(campaign_id).left_out


def _is_out(one: RaterStanding) -> bool:
    return one.screened.is_left_out


@st.cache_resource(max_entries=16, show_spinner=False)
def _standing(key: Snapshot, campaign_id: str) -> PanelStanding:  # noqa: ARG001 the cache's key
    database = loaders.application().database
    campaign = store.get_campaign(database, campaign_id)
    origin = choose_origin({one.origin for one in store.run_origins(database, campaign_id)})
    opinions = store.gate_opinions(database, campaign_id)
    panel = screened_panel(database, campaign, origin, opinions=opinions)
    n_clips = store.n_clips_to_rate(database, campaign, origin)
    return PanelStanding(
        campaign=campaign,
        origin=origin,
        n_clips=n_clips,
        raters=_raters(database, campaign_id, panel, n_clips),
        n_in_verdict=_n_in_verdict(campaign_id),
        rules=rules_of(campaign),
        bt500_names=_bt500_names(panel, gate.of_origin(opinions, origin)),
        seconds_each=_seconds_each(campaign_id, panel),
    )


def _n_in_verdict(campaign_id: str) -> int:
    """As Compare and the Decision count: not left out, and with enough of a condition's clips."""
    conditions = decision_loaders.judged(campaign_id).found.evidence.conditions
    return len({name for one in conditions for name in _in_verdict(one)})


def _in_verdict(condition: ConditionEvidence) -> set[str]:
    cells = condition.opinions
    mean = None if cells is None else mean_of_cells(cells)
    if cells is None or mean is None or not mean.n_raters:
        return set()
    names = cells.rater_names or ()
    return {name for place, name in enumerate(names) if place not in mean.raters_left_out}


def _seconds_each(campaign_id: str, panel: tuple[ScreenedRater, ...]) -> float:
    """As long as this panel takes; the clips' length and an answer's before anybody has rated."""
    paces = [one.conduct.seconds_per_rating for one in panel if one.conduct.seconds_per_rating]
    return statistics.median(paces) if paces else rate_loaders.seconds_each(campaign_id)


def _raters(
    database: Database, campaign_id: str, panel: tuple[ScreenedRater, ...], n_clips: int
) -> tuple[RaterStanding, ...]:
    sittings: dict[str, list[PanelSession]] = {}
    for one in store.sessions(database, campaign_id):
        sittings.setdefault(one.rater_id, []).append(one)
    gone = {one.rater_id for one in store.round_exits(database, campaign_id)}
    return tuple(
        RaterStanding(
            screened=one,
            sessions=tuple(sittings.get(one.rater_id, ())),
            n_clips=n_clips,
            has_left=one.rater_id in gone,
        )
        for one in panel
    )


def _bt500_names(panel: tuple[ScreenedRater, ...], opinions: GateOpinions) -> tuple[str, ...]:
    rated = [one for one in panel if one.conduct.n_test]
    scores = gate.score_matrix(opinions, [one.rater_id for one in rated])
    if not scores.size:
        return ()
    return tuple(rated[place].name for place in bt500_rejected(scores, "ours"))
