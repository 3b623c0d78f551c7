"""Every address of ours; Streamlit has the rest."""

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from importlib.resources import files

from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

import videogen
from videogen import bootstrap
from videogen.access import route_door
from videogen.bootstrap import Application
from videogen.domain.access import Person
from videogen.errors import VideogenError
from videogen.web.api import PREFIX
from videogen.web.clips import serve_clip, serve_input, serve_thumbnail
from videogen.web.come_back import ComeBack
from videogen.web.guard import OwnNamesOnly
from videogen.web.headers import SafeHeaders
from videogen.web.late_api import LateApi
from videogen.web.pairs import post_pair_put_off, post_pair_undo, post_pair_vote
from videogen.web.person import ClaimsOf, person_of, with_claims
from videogen.web.problems import NotReadyError, problem_response, request_language
from videogen.web.ratings import post_put_off, post_rating, post_undo

LOG = logging.getLogger(__name__)

Handler = Callable[[Request, Application, Person], Awaitable[Response]]

GUARDED: Sequence[tuple[str, str, Handler]] = (
    ("GET", "/clips/{token}", serve_clip),
    ("GET", "/inputs/{token}", serve_input),
    ("GET", "/thumbs/{token}", serve_thumbnail),
    ("POST", "/rate/{session_id}/ratings", post_rating),
    ("POST", "/rate/{session_id}/undo", post_undo),
    ("POST", "/rate/{session_id}/put-off", post_put_off),
    ("POST", "/pairs/{pair_round_id}/votes", post_pair_vote),
    ("POST", "/pairs/{pair_round_id}/undo", post_pair_undo),
    ("POST", "/pairs/{pair_round_id}/put-off", post_pair_put_off),
)


def routes(claims_of: ClaimsOf | None = None) -> list[BaseRoute]:
    """`claims_of` reads the cookie of whoever signed in; without it nobody is."""
    return [
        Route("/health", _health, methods=["GET"]),
        Route("/decision", _first_page, methods=["GET"]),
        Route("/fonts/NotoSansThai.ttf", _thai_font, methods=["GET"]),
        *(
            Route(path, _behind_door(method, path, handler, claims_of), methods=[method])
            for method, path, handler in GUARDED
        ),
        Mount(PREFIX, LateApi(claims_of)),
    ]


def middleware(inline_scripts: tuple[str, ...] = ()) -> list[Middleware]:
    """`inline_scripts` are those that stand in Streamlit's page itself."""
    return [
        Middleware(SafeHeaders, inline_scripts=inline_scripts),
        Middleware(OwnNamesOnly),
        Middleware(ComeBack),
    ]


def _behind_door(
    method: str, path: str, handler: Handler, claims_of: ClaimsOf | None
) -> Callable[[Request], Awaitable[Response]]:
    """Hand in the application and who asks, once they may, and turn our errors into JSON."""
    door = route_door(method, path)

    def enter(request: Request, application: Application) -> Person:
        with_claims(request, claims_of)
        person = person_of(request, application, datetime.now(UTC))
        door.enter(person)
        return person

    async def answer(request: Request) -> Response:
        try:
            application = _running()
            person = await run_in_threadpool(enter, request, application)
            return await handler(request, application, person)
        except VideogenError as error:
            problem = error
        except Exception:
            # The last boundary before the network: the cause goes to the log, not to the reader.
            LOG.exception("a request failed", extra={"route": request.url.path.split("/")[1]})
            problem = VideogenError()
        return problem_response(problem, request.headers, language=request_language(request))

    return answer


def _running() -> Application:
    try:
        return bootstrap.running()
    except RuntimeError:
        raise NotReadyError from None


def _health(request: Request) -> Response:  # noqa: ARG001 Starlette's signature
    try:
        n_backends = len(_running().worker.backends())
    except NotReadyError:
        return JSONResponse({"ok": False, "version": videogen.__version__}, status_code=503)
    return JSONResponse(
        {"ok": True, "version": videogen.__version__, "n_backends": n_backends},
        headers={"Cache-Control": "no-store"},
    )


def _first_page(request: Request) -> Response:
    """Streamlit serves its first page at the root alone and calls its own name unknown."""
    return RedirectResponse(f"/?{request.url.query}" if request.url.query else "/")


def _thai_font(request: Request) -> Response:  # noqa: ARG001 Starlette's signature
    """Noto Sans Thai (OFL-1.1) from its package: no request leaves this machine."""
    font = files("fontpkg_noto_sans_thai") / "files" / "NotoSansThai[wdth,wght].ttf"
    return FileResponse(
        str(font), media_type="font/ttf", headers={"Cache-Control": "public, max-age=604800"}
    )
