"""Requests made up from the API's own document, good ones and bad ones, sent over a real line."""

import contextlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as seeded
from hypothesis.errors import Unsatisfiable

PATIENCE_S = 60.0
STREAM = "text/event-stream"


@dataclass(slots=True)
class Fuzzed:
    """What was answered, by status, and every answer that a server should never give."""

    statuses: Counter[int] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    @property
    def n_requests(self) -> int:
        return self.statuses.total()


def fuzz(
    url: str,
    token: str,
    *,
    known: Mapping[str, str],
    n_each: int,
    seed: int,
    without: frozenset[str] = frozenset(),
) -> Fuzzed:
    """Ask every operation `n_each` times in each way: with ids made up and, where it takes any,
    with those that are `known`, and each of that with data as described and otherwise."""
    found = Fuzzed()
    with requests.Session() as session:
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {token}"
        for operation in _operations(session, url):
            if operation.definition.raw.get("operationId") in without:
                continue
            for strategy in _strategies(operation, known):
                _ask(session, url, strategy, found, n_each=n_each, seed=seed)
    return found


def _operations(session: requests.Session, url: str) -> Iterator[Any]:
    import schemathesis  # loads for a second: only where it is used

    document = session.get(f"{url}/openapi.json", timeout=PATIENCE_S).json()
    document["components"].pop("securitySchemes")  # the token is ours, not made up
    for methods in document["paths"].values():
        for operation in methods.values():
            operation.pop("security", None)
    schema: Any = schemathesis.openapi.from_dict(document)
    return (one.ok() for one in schema.get_all_operations())


def _strategies(operation: Any, known: Mapping[str, str]) -> Iterator[Any]:
    from schemathesis import GenerationMode
    from schemathesis.errors import SchemathesisError

    names = [name for name in known if f"{{{name}}}" in operation.path]
    for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
        if mode is GenerationMode.POSITIVE or _takes_anything(operation):
            yield operation.as_strategy(generation_mode=mode)
        if names:
            given_ids = {name: known[name] for name in names}
            with contextlib.suppress(SchemathesisError):
                yield operation.as_strategy(generation_mode=mode, path_parameters=given_ids)


def _takes_anything(operation: Any) -> bool:
    return any(True for _ in operation.iter_parameters()) or bool(operation.body)


def _ask(
    session: requests.Session, url: str, strategy: Any, found: Fuzzed, *, n_each: int, seed: int
) -> None:
    @seeded(seed)
    @settings(
        max_examples=n_each,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=strategy)
    def ask(case: Any) -> None:
        sent = case.as_transport_kwargs(base_url=url)
        sent["headers"].pop("Authorization", None)
        with session.request(**sent, timeout=PATIENCE_S, stream=True) as answer:
            kind = answer.headers.get("content-type", "")
            content = b"" if kind.startswith(STREAM) else answer.content
            found.statuses[answer.status_code] += 1
            if answer.status_code >= 500:
                found.failures.append(f"{sent} -> {answer.status_code} {content[:500]!r}")

    with contextlib.suppress(Unsatisfiable):  # some operations take nothing that could be wrong
        ask()
