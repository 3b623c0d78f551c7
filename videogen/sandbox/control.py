"""The sandbox's own routes under /_sandbox, the same on every port."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from videogen.sandbox.comfy_engine import ComfyEngine
from videogen.sandbox.faults import parse_faults
from videogen.sandbox.world import World

Handler = Callable[[Request], Awaitable[Response]]


def control_routes(world: World, engine: ComfyEngine) -> list[Route]:
    async def info(_: Request) -> Response:
        return JSONResponse(
            {
                "sandbox": True,
                "time_scale": world.clock.time_scale,
                "seed": world.seed,
                "program": "videogen sandbox",
            }
        )

    async def log(_: Request) -> Response:
        return JSONResponse(world.log.as_json())

    async def faults(request: Request) -> Response:
        if request.method == "POST":
            try:
                world.faults.replace(parse_faults(await request.json()))
            except (TypeError, ValueError) as error:
                return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse(world.faults.as_json())

    async def gpu(request: Request) -> Response:
        job = engine.job(request.path_params["prompt_id"])
        if job is None or job.trace is None:
            return JSONResponse({"error": "no trace of this prompt_id"}, status_code=404)
        trace = job.trace.as_json(job.played_share, ran_out=job.ran_out_of_vram)
        return JSONResponse(trace)

    async def restart(_: Request) -> Response:
        engine.restart()
        return JSONResponse({"restarted": True})

    return [
        Route("/_sandbox/info", info),
        Route("/_sandbox/log", log),
        Route("/_sandbox/faults", faults, methods=["GET", "POST"]),
        Route("/_sandbox/gpu/{prompt_id}", gpu),
        Route("/_sandbox/restart", restart, methods=["POST"]),
    ]
