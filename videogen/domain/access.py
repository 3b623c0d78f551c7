"""Who somebody is here, what their roles let them do, and the tokens that programs use for them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What a person is here for; one person may have several."""

    RATER = "rater"
    MAKER = "maker"
    OPERATOR = "operator"
    STAKEHOLDER = "stakeholder"
    ADMIN = "admin"


class Permission(StrEnum):
    """One thing that may be done; `access.roles` says which role may do it."""

    RATE = "rate"  # sessions, ratings and pair votes of one's own
    SEE_RESULTS = "see_results"  # decision, comparison, costs, reports
    SEE_CLIPS = "see_clips"  # runs and clips together with the condition that made them
    SEE_RATERS = "see_raters"  # their names, progress and screening
    GENERATE = "generate"  # single runs, and what is kept for them
    PLAN = "plan"  # campaigns, suites, setup hours
    OPERATE = "operate"  # other people's runs, back ends, reference clips, workflows, prices
    DECIDE = "decide"  # freeze a decision
    SET_THRESHOLDS = "set_thresholds"
    SET_MONEY = "set_money"  # caps, and paid calls on again
    ADMINISTER = "administer"  # people, tokens of others, backups, retention, the audit log


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Whoever asks, as enforced right now: made by `bootstrap.people`, nowhere else."""

    name: str  # stands in rows as owner, rater and "who"
    roles: frozenset[Role]
    permissions: frozenset[Permission]
    is_signed_in: bool  # False: the app runs without sign-in, and the name is what was typed
    token_id: str | None = None  # asked by a program with this token

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPerson:
    """Somebody who has signed in, with the roles that the last sign-in or the file gave."""

    name: str
    display_name: str | None
    roles: tuple[Role, ...]
    first_seen_at: datetime  # UTC
    last_seen_at: datetime
    is_disabled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class EndedSignIn:
    """A sign-in that somebody signed out of; its cookie may still lie in another window."""

    sign_in_sha256: str
    name: str
    ended_at: datetime  # UTC


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A program's key to what its owner may do; only the hash of the secret is kept."""

    token_id: str
    owner: str
    label: str
    scopes: tuple[Permission, ...]
    secret_sha256: str
    created_at: datetime  # UTC
    expires_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedRequest:
    """An answer that was given under an idempotency key; the same key gets it again."""

    owner: str
    key: str
    route: str
    body_sha256: str
    answer: Mapping[str, Any] = field(default_factory=dict)
    created_at: datetime
