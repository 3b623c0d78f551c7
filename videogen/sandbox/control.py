"""The sandbox's own routes under /_sandbox, the same on every port."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from videogen.sandbox.comfy_engine import ComfyEngine
from videogen.sandbox.faults import parse_faults
from videogen.sandbox.world import World


class ControlRoutes:
    def __init__(self, world: World, engine: ComfyEngine) -> None:
        self._world = world
        self._engine = engine

    async def info(self, _: Request) -> Response:
        return JSONResponse(
            {
                "sandbox": True,
                "time_scale": self._world.clock.time_scale,
                "seed": self._world.seed,
                "program": "videogen sandbox",
            }
        )

    async def log(self, _: Request) -> Response:
        return JSONResponse(self._world.log.as_json())

    async def get_faults(self, _: Request) -> Response:
        return JSONResponse(self._world.faults.as_json())

    async def post_faults(self, request: Request) -> Response:
        try:
            self._world.faults.replace(parse_faults(await request.json()))
        except (TypeError, ValueError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse(self._world.faults.as_json())

    async def post_models(self, request: Request) -> Response:
        """{"folder", "file"}, or {"class", "input", "file"}: a file that was not there before."""
        body = await request.json()
        try:
            if "class" in body:
                names = (str(body["class"]), str(body["input"]), str(body["file"]))
                self._engine.catalogue.add_choice(*names)
            else:
                folder = str(body["folder"]).removeprefix("models/")
                self._engine.catalogue.add_model(folder, str(body["file"]))
        except (KeyError, ValueError) as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        return JSONResponse({"added": body["file"]})

    async def gpu(self, request: Request) -> Response:
        job = self._engine.job(request.path_params["prompt_id"])
        if job is None or job.trace is None:
            return JSONResponse({"error": "no trace of this prompt_id"}, status_code=404)
        trace = job.trace.as_json(job.played_share, ran_out=job.ran_out_of_vram)
        return JSONResponse(trace)

    async def restart(self, request: Request) -> Response:
        try:
            down_s = float(request.query_params.get("down_s", "0"))
        except ValueError as error:
            return JSONResponse({"error": str(error)}, status_code=400)
        self._engine.restart(down_s)
        return JSONResponse({"restarted": True})


def control_routes(world: World, engine: ComfyEngine) -> list[Route]:
    routes = ControlRoutes(world, engine)
    return [
        Route("/_sandbox/info", routes.info),
        Route("/_sandbox/log", routes.log),
        Route("/_sandbox/faults", routes.get_faults),
        Route("/_sandbox/faults", routes.post_faults, methods=["POST"]),
        Route("/_sandbox/models", routes.post_models, methods=["POST"]),
        Route("/_sandbox/gpu/{prompt_id}", routes.gpu),
        Route("/_sandbox/restart", routes.restart, methods=["POST"]),
    ]
