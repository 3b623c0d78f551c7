"""The API on a real server over a campaign with runs and a panel, asked by people of every role."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette

from tests.evidence.records import PROMPTS, VEO, WAN, grid, panel, plan
from videogen import bootstrap
from videogen.bootstrap import Application
from videogen.domain.access import Role
from videogen.domain.prompt import Prompt
from videogen.settings import Settings
from videogen.store import Database, save
from videogen.web.routes import middleware, routes

LIKED = {"anong": 4, "boonmi": 5, "chalida": 4, "decha": 4, "ekachai": 5}
BESIDE = {"anong": 5, "boonmi": 4}  # of the baseline: the others still rate
PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    application: Application
    url: str
    of: Mapping[str, httpx.Client]  # by role; "nobody" sends no token


def furnish(data_dir: Path) -> None:
    data_dir.mkdir(parents=True, exist_ok=True)
    with Database.open(data_dir / "videogen.duckdb") as database:
        plan(database)
        save(database, *(Prompt(prompt_id=one, text=f"A kite, {one}") for one in PROMPTS))
        save(database, *grid(WAN), *grid(VEO), *panel(LIKED), *panel(BESIDE, VEO))


@contextmanager
def serving(data_dir: Path, *, has_sign_in: bool = True) -> Iterator[Served]:
    metadata_url = "https://sign-in.example/metadata" if has_sign_in else None
    settings = Settings(data_dir=data_dir, comfy_urls=(), oidc_metadata_url=metadata_url)
    with ExitStack() as steps:
        application = bootstrap.start(settings)
        steps.callback(bootstrap.stop)
        url = steps.enter_context(listening(Starlette(routes=routes(), middleware=middleware())))
        clients = {"nobody": steps.enter_context(asking(url))}
        for role in Role:
            clients[role.value] = steps.enter_context(asking(url, token_of(application, role)))
        yield Served(application=application, url=url, of=clients)


@contextmanager
def listening(app: Starlette) -> Iterator[str]:
    """A real server in a thread, on a port that is free."""
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, name="api under test", daemon=True)
    thread.start()
    deadline = time.monotonic() + PATIENCE_S
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.force_exit = True  # what streams would be waited for
        server.should_exit = True
        thread.join(PATIENCE_S)


def asking(url: str, token: str | None = None) -> httpx.Client:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return httpx.Client(base_url=f"{url}/api/v1", headers=headers, timeout=PATIENCE_S)


def token_of(application: Application, role: Role, name: str | None = None) -> str:
    """Of somebody who has signed in with this role, for all that it allows."""
    now = datetime.now(UTC)
    claims = {"email": name or f"{role.value}@example.org", "roles": [role.value]}
    person = application.people.by_claims(claims, now)
    _, text = application.people.issue(
        person, label="test", scopes=person.permissions, days=1, now=now
    )
    return text
