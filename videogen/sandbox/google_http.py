"""Google's port: Vertex and the interactions side by side."""

from starlette.applications import Starlette
from starlette.types import ASGIApp

from videogen.sandbox.cloud import Cloud
from videogen.sandbox.comfy_engine import ComfyEngine
from videogen.sandbox.control import control_routes
from videogen.sandbox.http_frame import SandboxFrame
from videogen.sandbox.interactions_http import interaction_routes
from videogen.sandbox.vertex_http import vertex_routes
from videogen.sandbox.world import World


def google_app(world: World, comfy: ComfyEngine, cloud: Cloud) -> ASGIApp:
    routes = [*control_routes(world, comfy), *vertex_routes(cloud), *interaction_routes(cloud)]
    return SandboxFrame(Starlette(routes=routes), checks_origin=False)
