"""A campaign's evidence, worked out once for each state of the database, whoever asks."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from videogen.evidence.loading import CampaignEvidence, load_evidence
from videogen.store import Database

MOST_CAMPAIGNS = 16  # of which the evidence is kept; a million runs and ratings take some 10 MiB


@dataclass(frozen=True, slots=True, kw_only=True)
class ShelvedEvidence:
    version: int  # the database's when it was read
    found: CampaignEvidence


@dataclass(slots=True)
class _Place:
    working: threading.Lock = field(default_factory=threading.Lock)
    kept: ShelvedEvidence | None = None


class EvidenceShelf:
    """Safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._places: OrderedDict[str, _Place] = OrderedDict()

    def evidence(self, campaign_id: str) -> ShelvedEvidence:
        """The newest, worked out by the first who asks for it.

        While somebody is at it the others get what stood before the last commits: a campaign that
        goes on commits every few seconds, and nobody should wait for it each time. Where nothing
        stood before they wait. Raises: NotFoundError.
        """
        place = self._place(campaign_id)
        kept, asked = place.kept, self._database.version
        if kept is not None and kept.version >= asked:
            return kept
        if not place.working.acquire(blocking=kept is None) and kept is not None:
            return kept
        try:
            kept = place.kept
            if kept is None or kept.version < asked:
                version = self._database.version  # before it is read, lest a commit be missed
                found = load_evidence(self._database, campaign_id)
                kept = place.kept = ShelvedEvidence(version=version, found=found)
            return kept
        finally:
            place.working.release()

    def _place(self, campaign_id: str) -> _Place:
        with self._lock:
            place = self._places.setdefault(campaign_id, _Place())
            self._places.move_to_end(campaign_id)
            while len(self._places) > MOST_CAMPAIGNS:
                self._places.popitem(last=False)
            return place
