"""Back ends that take no runs for a while, and the servers that people added."""

from videogen.domain.server import BackendHold, Server
from videogen.store.database import Database

HOLDS = "SELECT * FROM backend_hold ORDER BY backend"


def holds(database: Database) -> list[BackendHold]:
    """One per back end at most. One whose `until` has passed stands for a trial run."""
    return database.rows(BackendHold, HOLDS)


HOLD_OF = "SELECT * FROM backend_hold WHERE backend = $backend"


def hold_of(database: Database, backend: str) -> BackendHold | None:
    found = database.rows(BackendHold, HOLD_OF, backend=backend)
    return found[0] if found else None


LIFT_HOLD = "DELETE FROM backend_hold WHERE backend = $backend"


def lift_hold(database: Database, backend: str) -> None:
    """It takes runs again; nothing happens where nothing was held."""
    with database.write():
        database.execute(LIFT_HOLD, backend=backend)


SERVERS = "SELECT * FROM server ORDER BY added_at, url"


def servers(database: Database) -> list[Server]:
    """The servers that people added, oldest first."""
    return database.rows(Server, SERVERS)


REMOVE_SERVER = "DELETE FROM server WHERE url = $url"


def remove_server(database: Database, url: str) -> None:
    with database.write():
        database.execute(REMOVE_SERVER, url=url)
