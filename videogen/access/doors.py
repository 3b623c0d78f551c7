"""Every page and every route with what opens it; one that does not stand here stays shut."""

from collections.abc import Mapping
from dataclasses import dataclass

from videogen.access.roles import ROLE_PERMISSIONS
from videogen.domain.access import Permission, Person, Role
from videogen.errors import NotAllowedError

P = Permission


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Opens for whoever has one of the permissions; `is_public`: for anybody, signed in or not."""

    opens_for: frozenset[Permission] = frozenset()
    is_public: bool = False

    def is_open_to(self, person: Person) -> bool:
        return self.is_public or bool(self.opens_for & person.permissions)

    def enter(self, person: Person) -> None:
        """Raises: NotAllowedError: names what opens it and the roles that have that."""
        if self.is_open_to(person):
            return
        raise NotAllowedError(
            field="permission",
            value=", ".join(one.value for one in Permission if one in self.opens_for),
            roles=", ".join(role.value for role in self.roles),
        )

    @property
    def roles(self) -> tuple[Role, ...]:
        """Those that open it."""
        return tuple(role for role in Role if self.opens_for & ROLE_PERMISSIONS[role])


def _for(*permissions: Permission) -> Door:
    return Door(opens_for=frozenset(permissions))


PUBLIC = Door(is_public=True)
ANY_ROLE = _for(*Permission)
SHUT = Door()

PAGES: Mapping[str, Door] = {
    "decision": _for(P.SEE_RESULTS),
    "rate": _for(P.RATE),
    "create": _for(P.GENERATE),
    "campaigns": _for(P.SEE_RESULTS, P.PLAN),
    "runs": _for(P.SEE_CLIPS),
    "compare": _for(P.SEE_RESULTS, P.RATE),
    "costs": _for(P.SEE_RESULTS),
    "models": _for(P.SEE_CLIPS),
    "panel": _for(P.SEE_RATERS),
    "system": _for(P.OPERATE, P.ADMINISTER),
    "account": ANY_ROLE,
}

ROUTES: Mapping[str, Door] = {
    "GET /health": PUBLIC,
    "GET /decision": PUBLIC,  # leads to the first page, which has a door of its own
    "GET /fonts/NotoSansThai.ttf": PUBLIC,
    "GET /clips/{token}": _for(P.SEE_CLIPS, P.RATE),
    "GET /thumbs/{token}": _for(P.SEE_CLIPS),
    "GET /inputs/{token}": _for(P.SEE_CLIPS),
    "POST /rate/{session_id}/ratings": _for(P.RATE),
    "POST /rate/{session_id}/undo": _for(P.RATE),
    "POST /rate/{session_id}/put-off": _for(P.RATE),
    "POST /pairs/{pair_round_id}/votes": _for(P.RATE),
    "POST /pairs/{pair_round_id}/undo": _for(P.RATE),
    "POST /pairs/{pair_round_id}/put-off": _for(P.RATE),
    "GET /api/v1/health": PUBLIC,
    "GET /api/v1/readiness": PUBLIC,
    "GET /api/v1/metrics": _for(P.OPERATE, P.ADMINISTER),
    "GET /api/v1/openapi.json": PUBLIC,
    "GET /api/v1/me": ANY_ROLE,
    "GET /api/v1/tokens": ANY_ROLE,
    "POST /api/v1/tokens": ANY_ROLE,
    "DELETE /api/v1/tokens/{token_id}": ANY_ROLE,
    "GET /api/v1/conditions": _for(P.SEE_CLIPS),
    "GET /api/v1/conditions/{name}": _for(P.SEE_CLIPS),
    "POST /api/v1/estimate": _for(P.GENERATE),
    "POST /api/v1/route": _for(P.GENERATE),
    "POST /api/v1/inputs": _for(P.GENERATE),
    "GET /api/v1/runs": _for(P.SEE_CLIPS),
    "POST /api/v1/runs": _for(P.GENERATE),
    "GET /api/v1/runs/{run_id}": _for(P.SEE_CLIPS),
    "POST /api/v1/runs/{run_id}/cancel": _for(P.GENERATE, P.OPERATE),
    "POST /api/v1/runs/{run_id}/requeue": _for(P.GENERATE, P.OPERATE),
    "GET /api/v1/runs/{run_id}/clip": _for(P.SEE_CLIPS),
    "GET /api/v1/runs/{run_id}/events": _for(P.SEE_CLIPS),
    "GET /api/v1/events": _for(P.SEE_CLIPS),
    "GET /api/v1/campaigns": _for(P.SEE_RESULTS, P.PLAN),
    "POST /api/v1/campaigns": _for(P.PLAN),
    "GET /api/v1/campaigns/{campaign_id}": _for(P.SEE_RESULTS, P.PLAN),
    "POST /api/v1/campaigns/{campaign_id}/start": _for(P.PLAN),
    "POST /api/v1/campaigns/{campaign_id}/pause": _for(P.PLAN),
    "POST /api/v1/campaigns/{campaign_id}/resume": _for(P.PLAN),
    "POST /api/v1/campaigns/{campaign_id}/cancel": _for(P.PLAN),
    "GET /api/v1/campaigns/{campaign_id}/ratings": _for(P.SEE_RESULTS),
    "GET /api/v1/campaigns/{campaign_id}/evidence": _for(P.SEE_RESULTS),
    "GET /api/v1/campaigns/{campaign_id}/decision": _for(P.SEE_RESULTS),
    "GET /api/v1/campaigns/{campaign_id}/report": _for(P.SEE_RESULTS),
    "GET /api/v1/prices": _for(P.SEE_CLIPS, P.SEE_RESULTS),
    "GET /api/v1/spend": _for(P.GENERATE, P.SEE_RESULTS),
    "POST /api/v1/money/caps": _for(P.SET_MONEY),
    "POST /api/v1/money/stop": _for(P.OPERATE, P.SET_MONEY),
    "POST /api/v1/money/resume": _for(P.SET_MONEY),
    "GET /api/v1/audit": _for(P.ADMINISTER),
    "POST /api/v1/backups": _for(P.ADMINISTER),
    "GET /api/v1/check": _for(P.ADMINISTER),
}


def page_door(name: str) -> Door:
    return PAGES.get(name, SHUT)


def route_door(method: str, path: str) -> Door:
    """`path` as the route is written, with its names in braces; HEAD goes where GET goes."""
    return ROUTES.get(f"{'GET' if method == 'HEAD' else method} {path}", SHUT)
