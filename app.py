"""The launcher: one process with the pages, the routes and the worker. Start it by `make run`."""

from pathlib import Path

import streamlit as st

from videogen.ui import crash
from videogen.web import serve
from videogen.web.routes import middleware, routes

SHELL = Path(__file__).resolve().parent / "videogen" / "ui" / "shell.py"

app = st.App(
    SHELL,
    lifespan=serve.lifespan,
    routes=routes(),
    middleware=middleware(),
    on_script_error=crash.show,
)

if __name__ == "__main__":
    serve.run(app)
