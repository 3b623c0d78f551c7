"""Who asks: made of what the sign-in provider or a token says, and of the roles that we know."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from videogen import store
from videogen.access import (
    NewToken,
    RoleFile,
    load_role_file,
    new_token,
    parse_token,
    permissions_of,
    require,
)
from videogen.access.names import (
    COMMAND_LINE,
    NOBODY,
    account_key,
    claimed_name,
    display_name,
    is_confirmed,
    is_look_alike,
)
from videogen.access.sign_ins import began_at, sign_in_sha256
from videogen.access.tokens import is_secret
from videogen.domain.access import AccessToken, EndedSignIn, KnownPerson, Permission, Person, Role
from videogen.domain.event import Event
from videogen.domain.rating import plain_name
from videogen.errors import InvalidInputError, NotFoundError, SignInRequiredError
from videogen.settings import Settings
from videogen.store import Database

LONGEST_TOKEN_DAYS = 366
MAX_LABEL_CHARACTERS = 80
MOST_GOOD_TOKENS = 50  # of one person at a time
SEEN_EVERY = timedelta(hours=1)  # a write for each request would empty every cache


@dataclass(slots=True, kw_only=True)
class People:
    """Makes every `Person`; nothing else does, so what a role may do is decided here alone."""

    database: Database
    settings: Settings
    local_key: NewToken | None = None  # what the running app left in its data folder

    @property
    def role_file(self) -> RoleFile:
        """Read anew, so that a changed role counts at once. Raises: InvalidInputError."""
        return load_role_file(self.role_file_path)

    @property
    def role_file_path(self) -> Path:
        return self.settings.access_file or self.settings.data_dir / "access.toml"

    def local(self, name: str | None = None) -> Person:
        """Whoever sits at this machine while the app runs without sign-in: may do everything.

        Raises: SignInRequiredError: people sign in here.
        """
        if self.settings.has_sign_in:
            raise SignInRequiredError(field="person")
        return _person(plain_name(name or "") or NOBODY, {Role.ADMIN}, is_signed_in=False)

    def command_line(self) -> Person:
        """Whoever may read the data folder, and with it the database, whatever the roles say."""
        return _person(COMMAND_LINE, {Role.ADMIN}, is_signed_in=False)

    def is_current(self, claims: Mapping[str, Any], now: datetime) -> bool:
        """The sign-in is young enough, and nobody signed out of it."""
        began = began_at(claims)
        if began is None or now - began >= timedelta(hours=self.settings.sign_in_hours):
            return False
        return not store.has_ended(self.database, sign_in_sha256(claims))

    def end_sign_in(self, claims: Mapping[str, Any], now: datetime) -> None:
        """Signed out: a copy of its cookie is worth nothing from here on."""
        name = plain_name(str(claims.get(self.settings.oidc_name_claim) or ""))
        key = sign_in_sha256(claims)
        store.save(self.database, EndedSignIn(sign_in_sha256=key, name=name, ended_at=now))

    def by_claims(self, claims: Mapping[str, Any], now: datetime) -> Person:
        """What the provider says of somebody who signed in; remembers who was here.

        Raises: SignInRequiredError: the claims name nobody for certain, the address is not
            verified, or the person is disabled.
        """
        name, file = claimed_name(claims, self.settings.oidc_name_claim), self.role_file
        if name is None or not is_confirmed(claims):
            raise SignInRequiredError(field=self.settings.oidc_name_claim)
        known = self._known(name, file)
        name = known.name if known else name
        roles = file.roles_of(name, _texts(claims.get(self.settings.oidc_roles_claim)))
        self._remember(known, name, display_name(claims), roles, now)
        return _person(name, roles, is_signed_in=True)

    def by_token(self, text: str, now: datetime) -> Person:
        """Raises: SignInRequiredError: unknown, expired, revoked, or its owner is disabled."""
        parts = parse_token(text)
        if parts is not None and self._is_local_key(*parts):
            return self.command_line()
        try:
            token = store.get_token(self.database, parts[0]) if parts else None
        except NotFoundError:
            token = None
        if parts is None or token is None or not is_secret(parts[1], token.secret_sha256):
            raise SignInRequiredError(field="token")
        if token.revoked_at is not None or token.expires_at <= now:
            raise SignInRequiredError(field="token")
        owner = self._owner_of(token)
        if token.last_used_at is None or now - token.last_used_at > SEEN_EVERY:
            store.save(self.database, replace(token, last_used_at=now))
        permissions = owner.permissions & frozenset(token.scopes)
        return replace(owner, permissions=permissions, token_id=token.token_id)

    def issue(
        self,
        person: Person,
        *,
        label: str,
        scopes: Iterable[Permission],
        days: int,
        now: datetime,
        owner: str | None = None,
    ) -> tuple[AccessToken, str]:
        """A new token and its text, which is told this once; one made by a token ends with it.

        Args: owner: somebody else, for an administrator: a program that `access.toml` gives roles.
        Raises: InvalidInputError: names the field. NotAllowedError: a scope that the owner lacks.
        """
        holder = self._holder(person, owner)
        label, wanted = plain_name(label), tuple(sorted(set(scopes)))
        if not label or len(label) > MAX_LABEL_CHARACTERS:
            raise InvalidInputError(
                "token_label", field="label", value=label[:20], limit=MAX_LABEL_CHARACTERS
            )
        if not wanted:
            raise InvalidInputError("token_scopes", field="scopes", known=", ".join(Permission))
        if not 1 <= days <= LONGEST_TOKEN_DAYS:
            raise InvalidInputError(
                "token_days", field="days", value=days, limit=LONGEST_TOKEN_DAYS
            )
        for scope in wanted:
            require(holder, scope)
            if person.token_id is not None:
                require(person, scope)  # also where it makes one for somebody else
        self._check_room_for_one_more(holder.name, now)
        made, ends = new_token(), now + timedelta(days=days)
        if person.token_id is not None:
            ends = min(ends, store.get_token(self.database, person.token_id).expires_at)
        token = AccessToken(
            token_id=made.token_id,
            owner=holder.name,
            label=label,
            scopes=wanted,
            secret_sha256=made.secret_sha256,
            created_at=now,
            expires_at=ends,
        )
        said = _event("token.issued", token, person, now)
        store.save(self.database, token, said)
        return token, made.text

    def _check_room_for_one_more(self, owner: str, now: datetime) -> None:
        """Each token may ask as often as a person may. Raises: InvalidInputError."""
        every = store.tokens(self.database, owner)
        n_good = sum(one.revoked_at is None and one.expires_at > now for one in every)
        if n_good >= MOST_GOOD_TOKENS:
            raise InvalidInputError(
                "token_many", field="owner", value=owner, limit=MOST_GOOD_TOKENS
            )

    def revoke(self, person: Person, token_id: str, now: datetime) -> AccessToken:
        """One's own, or anybody's for an administrator, with all that were made by it.

        One that was revoked before stays as it is.
        Raises: NotFoundError: no such token that this person may know of.
        """
        with self.database.write():
            token = store.get_token(self.database, token_id)
            if token.owner != person.name and not person.may(Permission.ADMINISTER):
                raise NotFoundError(field="token_id", value=token_id)
            if token.revoked_at is not None:
                return token
            revoked = replace(token, revoked_at=now)
            for one in (revoked, *self._made_by(token)):
                said = _event("token.revoked", one, person, now)
                store.save(self.database, replace(one, revoked_at=now), said)
        return revoked

    def _made_by(self, token: AccessToken) -> list[AccessToken]:
        """Those that are still good, and those that they made: whoever stole one made more."""
        makers = store.token_makers(self.database)
        family = {token.token_id}
        while True:
            others = {one for one, maker in makers.items() if maker in family} - family
            if not others:
                break
            family |= others
        every = [store.get_token(self.database, one) for one in sorted(family - {token.token_id})]
        return [one for one in every if one.revoked_at is None]

    def tokens(self, person: Person) -> list[AccessToken]:
        """One's own; everybody's for an administrator."""
        everybody = person.may(Permission.ADMINISTER)
        return store.tokens(self.database, None if everybody else person.name)

    def disable(self, person: Person, name: str, now: datetime, *, is_disabled: bool) -> None:
        """Shut somebody out, their tokens with them, or let them in again.

        Raises: NotAllowedError. NotFoundError: nobody of this name has ever signed in.
        """
        require(person, Permission.ADMINISTER)
        with self.database.write():
            known = _same_account(store.known_people(self.database), name)
            if known is None:
                raise NotFoundError(field="name", value=name)
            kind = "person.disabled" if is_disabled else "person.enabled"
            event = _about(kind, known.name, {"who": person.name}, now)
            store.save(self.database, replace(known, is_disabled=is_disabled), event)

    def _is_local_key(self, token_id: str, secret: str) -> bool:
        key = self.local_key
        return key is not None and key.token_id == token_id and is_secret(secret, key.secret_sha256)

    def _holder(self, person: Person, owner: str | None) -> Person:
        """Who a new token will stand for."""
        if owner is not None and owner != person.name:
            require(person, Permission.ADMINISTER)
        elif person.is_signed_in or not self.settings.has_sign_in:
            return person
        named = self._named(owner or person.name)
        if named is None:
            raise InvalidInputError("token_owner", field="owner", value=owner or person.name)
        return named

    def _owner_of(self, token: AccessToken) -> Person:
        """With the roles of now: a token never outlives what its owner lost."""
        found = self._named(token.owner)
        if found is None:
            raise SignInRequiredError(field="token")
        return found

    def _named(self, name: str) -> Person | None:
        """None: has never signed in and stands in no file, or is shut out."""
        if not self.settings.has_sign_in:
            return self.local(name)
        known = _same_account(store.known_people(self.database), name)
        by_file = self.role_file.roles_by_name(name)
        if known is not None and known.is_disabled:
            return None
        roles = by_file if by_file is not None else known.roles if known else None
        name = known.name if known else name
        return None if roles is None else _person(name, roles, is_signed_in=True)

    def _known(self, name: str, file: RoleFile) -> KnownPerson | None:
        """Under whatever capitals. Raises: SignInRequiredError: only looks like somebody known."""
        known = store.known_person(self.database, name)
        if known is not None:
            return known
        everybody = store.known_people(self.database)
        others = [*(one.name for one in everybody), *file.people]
        if file.roles_by_name(name) is None and is_look_alike(name, others):
            raise SignInRequiredError(field=self.settings.oidc_name_claim)
        return _same_account(everybody, name)

    def _remember(
        self,
        known: KnownPerson | None,
        name: str,
        called: str | None,
        roles: Collection[Role],
        now: datetime,
    ) -> None:
        if known is not None and known.is_disabled:
            raise SignInRequiredError(field="person")
        ordered = tuple(sorted(roles))
        is_news = known is None or known.roles != ordered
        if known is not None and not is_news and now - known.last_seen_at < SEEN_EVERY:
            return
        seen = KnownPerson(
            name=name,
            display_name=called,
            roles=ordered,
            first_seen_at=known.first_seen_at if known else now,
            last_seen_at=now,
        )
        before = [role.value for role in known.roles] if known else []
        after = [role.value for role in ordered]
        facts = {"before": before, "after": after, "who": name}
        events = [_about("role.changed", name, facts, now)] if before != after else []
        store.save(self.database, seen, *events)


def _same_account(people: Iterable[KnownPerson], name: str) -> KnownPerson | None:
    """The one of just this name, else under other capitals."""
    found = [one for one in people if account_key(one.name) == account_key(name)]
    return min(found, key=lambda one: one.name != name, default=None)


def _person(name: str, roles: Collection[Role], *, is_signed_in: bool) -> Person:
    return Person(
        name=name,
        roles=frozenset(roles),
        permissions=permissions_of(roles),
        is_signed_in=is_signed_in,
    )


def _texts(claim: Any) -> tuple[str, ...]:
    """A roles claim is a list, or one word."""
    values = claim if isinstance(claim, list) else [claim]
    return tuple(value for value in values if isinstance(value, str))


def _event(kind: str, token: AccessToken, person: Person, now: datetime) -> Event:
    facts = {"who": person.name, "owner": token.owner, "label": token.label}
    if person.token_id is not None:
        facts["by_token"] = person.token_id
    return _about(kind, token.token_id, facts | {"scopes": list(token.scopes)}, now)


def _about(kind: str, subject_id: str, data: Mapping[str, Any], now: datetime) -> Event:
    return Event(at=now, kind=kind, subject_id=subject_id, data=data)
