"""ComfyUI servers that people add and remove while the app runs."""

from dataclasses import dataclass, field

from videogen import store
from videogen.backends import (
    AddressRules,
    Backend,
    connect_comfy,
    server_name,
    shown_address,
    storable_address,
)
from videogen.domain.event import Event
from videogen.domain.generation import BackendStatus
from videogen.domain.server import Server
from videogen.errors import (
    BackendUnavailableError,
    InvalidInputError,
    NotComfyError,
    ServerTooOldError,
)
from videogen.runs.context import utc_now
from videogen.runs.lights import takes_runs
from videogen.runs.worker import Worker
from videogen.store import Database

REFUSALS = {error.code: error for error in (NotComfyError, ServerTooOldError)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Servers:
    """Rows in the database; the settings' own servers have none and stay."""

    database: Database = field(repr=False)
    worker: Worker = field(repr=False)
    rules: AddressRules = field(default_factory=AddressRules, repr=False)

    def backends(self) -> list[Backend]:
        """What was added, as back ends; nothing is asked of them yet."""
        return [connect_comfy(server.url, self.rules) for server in store.servers(self.database)]

    def added(self) -> dict[str, Server]:
        """By the back end's name."""
        return {server_name(server.url): server for server in store.servers(self.database)}

    def test(self, url: str) -> BackendStatus:
        """Ask an address for its light without attaching it.

        Raises: InvalidInputError: `url` is no HTTP address, or leads where no server may stand.
        """
        self.rules.check(shown_address(url))
        backend = connect_comfy(url, self.rules)
        try:
            return backend.status()
        finally:
            backend.close()

    def add(self, url: str, who: str) -> BackendStatus:
        """Test it, keep it, and give it runs from now on.

        Raises: InvalidInputError: no address, one with a password in it, one that leads where no
            server may stand, or connected already.
            BackendUnavailableError, NotComfyError, ServerTooOldError: it cannot take runs;
            nothing is kept.
        """
        address = storable_address(url)
        self.rules.check(address)
        backend = connect_comfy(address, self.rules)
        try:
            status = self._checked(backend, address)
            added = Server(url=address, added_at=utc_now(), added_by=who)
            store.save(self.database, added, _event("server.added", address, who))
        except BaseException:
            backend.close()
            raise
        self.worker.attach(backend)
        return status

    def remove(self, name: str, who: str) -> None:
        """It takes no runs any more; its history stays.

        Raises: InvalidInputError: it stands in the settings, or is making a run.
        """
        server = self.added().get(name)
        if server is None:
            raise InvalidInputError("server_not_added", field="comfy_url", value=name)
        if any(one.backend == name for _, one in store.unfinished_attempts(self.database)):
            raise InvalidInputError("server_working", field="comfy_url", value=name)
        self.worker.detach(name)
        with self.database.write():
            store.remove_server(self.database, server.url)
            store.lift_hold(self.database, name)
            store.save(self.database, _event("server.removed", server.url, who))

    def _checked(self, backend: Backend, address: str) -> BackendStatus:
        if backend.name in {one.name for one in self.worker.backends()}:
            raise InvalidInputError("server_known", field="comfy_url", value=backend.name)
        status = backend.status()
        if not takes_runs(status):
            refused = REFUSALS.get(status.reason or "", BackendUnavailableError)
            raise refused(address, field="comfy_url", value=address)
        return status


def _event(kind: str, url: str, who: str) -> Event:
    return Event(at=utc_now(), kind=kind, subject_id=url, data={"who": who})
