"""What the pair section reads and does."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from statistics import fmean

import streamlit as st

from videogen import store
from videogen.domain.access import Permission
from videogen.domain.campaign import Campaign
from videogen.domain.decision import CriterionName
from videogen.domain.rating import PairRound
from videogen.evidence.pair_results import PairResults, load_pair_results
from videogen.panel import pairs
from videogen.panel.names import checked_name
from videogen.panel.own_rounds import own_pair_round
from videogen.panel.pair_playlist import pair_playlist
from videogen.panel.renditions import prepare_renditions
from videogen.ui import decision_loaders, loaders, who
from videogen.ui.loaders import Snapshot

ANSWER_S = 4.0  # to choose a side, after both clips have ended


def results(campaign_id: str) -> PairResults:
    return _results(loaders.snapshot(), campaign_id)


def open_round(campaign_id: str, rater_name: str) -> PairRound | None:
    return pairs.open_round(loaders.application().database, campaign_id, rater_name)


def begin(
    campaign_id: str,
    rater_name: str,
    condition_ids: Sequence[str],
    on_progress: Callable[[int, int], None],
) -> PairRound:
    """Make the blind copies, then open the round or go on with the open one."""
    rater_name = who.signature(Permission.RATE, rater_name)
    checked_name(rater_name)  # before the copies, which take a while
    application = loaders.application()
    database, folder = application.database, application.clips_folder
    prepare_renditions(database, campaign_id, folder, on_progress=on_progress)
    begun = pairs.start_pairs(database, campaign_id, rater_name, condition_ids, now=loaders.now())
    # A run may have ended meanwhile, and its clip be among the round's: no copy, no playing.
    prepare_renditions(database, campaign_id, folder)
    return begun


def standing(pair_round_id: str) -> dict[str, object]:
    application = loaders.application()
    return pair_playlist(application.database, application.tokens, pair_round_id, loaders.now())


def leave(pair_round_id: str) -> None:
    """Raises: NotAllowedError. NotFoundError: it is somebody else's."""
    pairs.leave_pairs(_own(pair_round_id), pair_round_id, loaders.now())


def undo(pair_round_id: str) -> None:
    """Raises: NotAllowedError. NotFoundError: it is somebody else's."""
    pairs.undo_last_vote(_own(pair_round_id), pair_round_id, loaders.now())


def comparable(campaign: Campaign) -> list[str]:
    """The conditions that have a clip to compare, in the campaign's order."""
    return list(_comparable(loaders.snapshot(), campaign.campaign_id))


def rivals(campaign: Campaign) -> list[str]:
    """The two whose MOS is best, as the table has it; without ratings the first two."""
    return list(_rivals(loaders.snapshot(), campaign.campaign_id))


def n_pairs(campaign: Campaign, rater_name: str, condition_ids: Sequence[str]) -> int:
    database = loaders.application().database
    return pairs.count_pairs(database, campaign, rater_name, condition_ids)


def seconds_each(campaign: Campaign, condition_ids: Sequence[str]) -> float:
    """How long one pair takes about: the longer kind of clip, and the answer."""
    return _seconds_each(loaders.snapshot(), campaign.campaign_id, tuple(condition_ids))


def _own(pair_round_id: str) -> store.Database:
    """Where the visitor's own round lies."""
    who.acting(Permission.RATE)
    database = loaders.application().database
    own_pair_round(database, who.person(), pair_round_id)
    return database


@st.cache_resource(max_entries=32, show_spinner=False)
def _results(key: Snapshot, campaign_id: str) -> PairResults:  # noqa: ARG001 the cache's key
    return load_pair_results(loaders.application().database, campaign_id)


@st.cache_resource(max_entries=32, show_spinner=False)
def _comparable(key: Snapshot, campaign_id: str) -> tuple[str, ...]:  # noqa: ARG001 the cache's key
    database = loaders.application().database
    campaign = store.get_campaign(database, campaign_id)
    found = {run.condition_id for run in pairs.clips_to_compare(database, campaign).values()}
    return tuple(one for one in campaign.condition_ids if one in found)


@st.cache_resource(max_entries=32, show_spinner=False)
def _rivals(key: Snapshot, campaign_id: str) -> tuple[str, ...]:
    known = _comparable(key, campaign_id)
    found = decision_loaders.judged(campaign_id)
    mos = {
        found.found.conditions[one.name].condition_id: one.criteria[CriterionName.QUALITY].estimate
        for one in found.decision.conditions
    }
    best = sorted(known, key=lambda one: -(mos.get(one) or 0.0))
    return tuple(one for one in known if one in best[:2])


@st.cache_resource(max_entries=32, show_spinner=False)
def _seconds_each(key: Snapshot, campaign_id: str, condition_ids: tuple[str, ...]) -> float:  # noqa: ARG001 the cache's key
    database = loaders.application().database
    campaign = store.get_campaign(database, campaign_id)
    durations: dict[str, list[float]] = defaultdict(list)
    for clip_id, run in pairs.clips_to_compare(database, campaign).items():
        if run.condition_id in condition_ids:
            clip = store.get_clip(database, clip_id)
            durations[run.condition_id].append(clip.probe.clip_duration_s)
    return max((fmean(each) for each in durations.values()), default=0.0) + ANSWER_S
