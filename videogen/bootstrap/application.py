"""The application: every real object, built once, with what pages and routes ask of it."""

import contextlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from videogen import store
from videogen.backends import (
    AddressRules,
    Backend,
    connect_comfy,
    connect_google,
    connect_interactions,
    connect_replicate,
)
from videogen.bootstrap.live_prices import LivePrices
from videogen.bootstrap.own_workflows import (
    LiveConditions,
    LiveManifests,
    OwnWorkflows,
    known_parts,
)
from videogen.bootstrap.people import People
from videogen.bootstrap.reach import attached, origin_of
from videogen.bootstrap.routing_state import RoutingState, router_of
from videogen.bootstrap.servers import Servers
from videogen.bootstrap.team_money import TeamMoney
from videogen.bootstrap.trial import SandboxState, Trial
from videogen.bootstrap.upkeep import Upkeep
from videogen.catalogue import (
    CatalogueEntry,
    Manifest,
    default_conditions,
    load_criteria,
    load_entries,
    load_manifests,
    load_parts,
    load_suite,
)
from videogen.clips import ClipTokens, load_secret
from videogen.domain.condition import Condition
from videogen.domain.money import Price
from videogen.domain.prompt import PromptSuite
from videogen.domain.run import Origin
from videogen.errors import InvalidInputError
from videogen.evidence import Claim, load_claims
from videogen.evidence.measured import MeasuredShelf
from videogen.gpu import GpuMonitor
from videogen.pricing import load_prices
from videogen.runs.context import INPUTS_FOLDER, Patience, Router, RunContext, utc_now
from videogen.runs.queue import release_unstarted
from videogen.runs.worker import Worker
from videogen.settings import ROOT, Settings
from videogen.store import Database

SHIPPED_DATA = ROOT / "data"  # prompts, prices, claims, criteria, conditions: in git
CATALOGUE = SHIPPED_DATA / "models.toml"
CLIP_TOKEN_LIFE = timedelta(hours=12)
KEYS_KEPT = timedelta(days=31)  # a sign-in's cookie lives for thirty, whatever it still opens


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    settings: Settings
    database: Database
    shipped_conditions: tuple[Condition, ...]
    entries: tuple[CatalogueEntry, ...]  # the catalogue of models
    manifests: Mapping[str, Manifest]  # shipped ones and people's own, as they stand now
    shipped_suites: tuple[PromptSuite, ...]
    prices: Sequence[Price]
    claims: Sequence[Claim]
    worker: Worker
    tokens: ClipTokens
    measured: MeasuredShelf = field(repr=False)
    router: Router = field(repr=False)  # the rules in force, and every other version
    trial: Trial = field(repr=False)
    servers: Servers = field(repr=False)
    own_workflows: OwnWorkflows = field(repr=False)
    people: People = field(repr=False)
    upkeep: Upkeep = field(repr=False)

    @classmethod
    def build(cls, settings: Settings, *, patience: Patience | None = None) -> "Application":
        """Open the database and read the shipped data; nothing runs yet.

        Raises: DataFolderHeldError, DatabaseDamagedError, InvalidInputError (a data file).
        """
        database = Database.open(settings.data_dir / "videogen.duckdb")
        try:
            return cls._assembled(settings, database, patience or Patience())
        except BaseException:
            database.close()
            raise

    @classmethod
    def _assembled(
        cls, settings: Settings, database: Database, patience: Patience
    ) -> "Application":
        prices = LivePrices(database)
        suites = tuple(load_suite(path) for path in sorted((SHIPPED_DATA / "prompts").glob("*")))
        parts = load_parts(ROOT / "workflows" / "parts")
        shipped = load_manifests(ROOT / "workflows", parts)
        entries = load_entries(CATALOGUE, parts)
        manifests = LiveManifests(database, shipped, known_parts(parts, entries))
        conditions = LiveConditions(default_conditions(SHIPPED_DATA, shipped), manifests)
        if not store.criteria_history(database):
            store.save(database, load_criteria(SHIPPED_DATA / "criteria.toml"))
        _store_shipped(database, [*load_prices(SHIPPED_DATA / "prices.toml"), *conditions.shipped])
        claims = load_claims(SHIPPED_DATA / "claims.toml")
        routing = RoutingState(
            database=database,
            prices=prices,
            claims=claims,
            conditions=conditions,
            monthly_cap_usd=settings.monthly_cap_usd,
            shelf=MeasuredShelf(database),
        )
        router = router_of(routing, SHIPPED_DATA)
        worker = Worker(
            RunContext(
                database=database,
                clips_folder=settings.data_dir / "clips",
                manifests=manifests,
                prices=prices,
                monthly_cap_usd=settings.monthly_cap_usd,
                monitor=GpuMonitor(),
                patience=patience,
                router=router,
            )
        )
        routing.worker = worker
        return cls(
            settings=settings,
            database=database,
            shipped_conditions=conditions.shipped,
            entries=entries,
            manifests=manifests,
            shipped_suites=suites,
            prices=prices,
            claims=claims,
            worker=worker,
            tokens=ClipTokens(load_secret(settings.data_dir)),
            measured=routing.shelf,
            router=router,
            trial=Trial(
                database, worker, settings.data_dir / "sandbox", settings.data_dir / "clips"
            ),
            servers=Servers(
                database=database, worker=worker, rules=AddressRules.of(settings.server_networks)
            ),
            own_workflows=OwnWorkflows(
                database=database, manifests=manifests, conditions=conditions
            ),
            people=People(database=database, settings=settings),
            upkeep=Upkeep(database, settings),
        )

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The shipped ones first, then one of each workflow that people brought."""
        return self.own_workflows.conditions.all()

    @property
    def suites(self) -> tuple[PromptSuite, ...]:
        """The shipped ones first, then what people added and campaigns once used."""
        shipped = {suite.suite_id for suite in self.shipped_suites}
        stored = store.suites(self.database)
        return (*self.shipped_suites, *(one for one in stored if one.suite_id not in shipped))

    @property
    def clips_folder(self) -> Path:
        return self.settings.data_dir / "clips"

    @property
    def inputs_folder(self) -> Path:
        return self.settings.data_dir / INPUTS_FOLDER

    def begin_work(self) -> None:
        """Attach the configured back ends; unfinished runs are picked up as they answer."""
        release_unstarted(self.database, utc_now())
        store.forget_old_requests(self.database, utc_now() - KEYS_KEPT)
        for backend in [*self.configured_backends(), *self.servers.backends()]:
            self.worker.attach(backend)
        self.worker.mind_unattended()
        self.trial.pick_up(nothing_else=not self.worker.backends())
        self.upkeep.start()

    def configured_backends(self) -> list[Backend]:
        """What the settings name; nothing is asked of them yet."""
        found: list[Backend] = [_configured(url) for url in self.settings.comfy_urls]
        google = connect_google(
            base_url=self.settings.google_base_url,
            project=self.settings.google_cloud_project,
            location=self.settings.google_cloud_location,
            api_key=self.settings.gemini_api_key,
        )
        omni = connect_interactions(
            base_url=self.settings.google_base_url, api_key=self.settings.gemini_api_key
        )
        replicate = connect_replicate(
            base_url=self.settings.replicate_base_url, token=self.settings.replicate_api_token
        )
        return [*found, *(one for one in (google, omni, replicate) if one is not None)]

    def close(self) -> None:
        """Each step whatever became of the one before: the folder's lock must not stay held."""
        with contextlib.ExitStack() as steps:
            steps.callback(self.database.close)
            steps.callback(self.worker.stop)
            steps.callback(self.trial.stop)
            steps.callback(self.upkeep.stop)

    def condition(self, name: str) -> Condition | None:
        return next((c for c in self.conditions if c.name == name), None)

    def origin_for(self, condition: Condition) -> Origin | None:
        """Which kind of back end would take a run of it now; a real one before the sandbox."""
        return origin_of(condition, attached(self.worker))

    def try_sandbox(self, owner: str, language: str = "en") -> None:
        """Fill every page with simulated, marked data in the background."""
        self.trial.begin(
            owner=owner,
            conditions=self.shipped_conditions,
            suite=self.shipped_suites[0],
            now=utc_now(),
            language=language,
        )

    def reopen_sandbox(self) -> None:
        """Its back ends again after a restart of the machine; returns at once."""
        self.trial.reopen()

    def sandbox_state(self) -> SandboxState:
        return self.trial.state()

    def clip_url(self, clip_id: str) -> str:
        return f"/clips/{self._token('clip', clip_id)}"

    def blind_clip_url(self, presentation_id: str) -> str:
        """The blind copy that this presentation showed."""
        return f"/clips/{self._token('presentation', presentation_id)}"

    def input_url(self, input_id: str) -> str:
        """Where a browser finds a kept input; only beside clips whose condition may be known."""
        return f"/inputs/{self._token('input', input_id)}"

    def thumbnail_url(self, clip_id: str) -> str:
        return f"/thumbs/{self._token('thumb', clip_id)}"

    @property
    def money(self) -> TeamMoney:
        return TeamMoney(database=self.database, usual_cap_usd=self.settings.monthly_cap_usd)

    def disk_free_bytes(self) -> int:
        return shutil.disk_usage(self.settings.data_dir).free

    def _token(self, kind: str, subject: str) -> str:
        # Rounded to the hour, so that one page keeps one address and the browser's cache holds.
        hour = utc_now().replace(minute=0, second=0, microsecond=0)
        return self.tokens.make(kind, subject, hour + CLIP_TOKEN_LIFE)


def _configured(url: str) -> Backend:
    try:
        return connect_comfy(url)
    except InvalidInputError as error:
        error.field = "VIDEOGEN_COMFY_URLS"  # that is where the operator finds it
        raise


def _store_shipped(database: Database, shipped: Sequence[Price | Condition]) -> None:
    """A start that brings nothing new writes nothing: a command pays for each row it stores."""
    stored = [*store.prices(database), *store.conditions(database)]
    missing = [one for one in shipped if one not in stored]
    if missing:
        store.save(database, *missing)
