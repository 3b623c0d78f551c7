"""Rounds by who may go on with them: their own rater and nobody else."""

from videogen.domain.access import Person
from videogen.domain.rating import PairRound, PanelSession
from videogen.errors import NotFoundError
from videogen.store import Database, find_rater, get_pair_round, get_session

# Without sign-in a name is only typed, and the id of a round is all that tells who rates in it.


def own_session(database: Database, person: Person, session_id: str) -> PanelSession:
    """Raises: NotFoundError: there is none, or it is another rater's, which reads the same."""
    session = get_session(database, session_id)
    if not _is_own(database, person, session.rater_id):
        raise NotFoundError(field="session_id", value=session_id)
    return session


def own_pair_round(database: Database, person: Person, pair_round_id: str) -> PairRound:
    """Raises: NotFoundError, as `own_session`."""
    begun = get_pair_round(database, pair_round_id)
    if not _is_own(database, person, begun.rater_id):
        raise NotFoundError(field="pair_round_id", value=pair_round_id)
    return begun


def _is_own(database: Database, person: Person, rater_id: str) -> bool:
    if not person.is_signed_in:
        return True
    rater = find_rater(database, person.name)
    return rater is not None and rater.rater_id == rater_id
