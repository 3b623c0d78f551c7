"""Every address of ours; Streamlit has the rest."""

import logging
from collections.abc import Awaitable, Callable
from importlib.resources import files

from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

import videogen
from videogen import bootstrap
from videogen.bootstrap import Application
from videogen.errors import VideogenError
from videogen.web.clips import serve_clip, serve_input, serve_thumbnail
from videogen.web.guard import LocalOnly
from videogen.web.pairs import post_pair_put_off, post_pair_undo, post_pair_vote
from videogen.web.problems import NotReadyError, problem_response, request_language
from videogen.web.ratings import post_put_off, post_rating, post_undo

LOG = logging.getLogger(__name__)

Handler = Callable[[Request, Application], Awaitable[Response]]


def routes() -> list[BaseRoute]:
    return [
        Route("/health", _health, methods=["GET"]),
        Route("/decision", _first_page, methods=["GET"]),
        Route("/fonts/NotoSansThai.ttf", _thai_font, methods=["GET"]),
        Route("/clips/{token}", _with_application(serve_clip), methods=["GET"]),
        Route("/inputs/{token}", _with_application(serve_input), methods=["GET"]),
        Route("/thumbs/{token}", _with_application(serve_thumbnail), methods=["GET"]),
        Route("/rate/{session_id}/ratings", _with_application(post_rating), methods=["POST"]),
        Route("/rate/{session_id}/undo", _with_application(post_undo), methods=["POST"]),
        Route("/rate/{session_id}/put-off", _with_application(post_put_off), methods=["POST"]),
        Route("/pairs/{pair_round_id}/votes", _with_application(post_pair_vote), methods=["POST"]),
        Route("/pairs/{pair_round_id}/undo", _with_application(post_pair_undo), methods=["POST"]),
        Route(
            "/pairs/{pair_round_id}/put-off",
            _with_application(post_pair_put_off),
            methods=["POST"],
        ),
    ]


def middleware() -> list[Middleware]:
    return [Middleware(LocalOnly)]


def _with_application(handler: Handler) -> Callable[[Request], Awaitable[Response]]:
    """Hand the running application in, and turn our errors into JSON."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request, _running())
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
