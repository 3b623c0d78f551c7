"""The launcher: one process with the pages, the routes and the worker. Start it by `make run`."""

from pathlib import Path

import streamlit as st

from videogen.ui import crash, sign_in
from videogen.ui.inline_scripts import inline_scripts
from videogen.web import serve
from videogen.web.routes import middleware, routes
from videogen.web.sign_out import ending_sign_ins

SHELL = Path(__file__).resolve().parent / "videogen" / "ui" / "shell.py"

app = st.App(
    SHELL,
    secrets=serve.configured(sign_in.secrets),
    lifespan=serve.lifespan,
    routes=routes(claims_of=sign_in.claims_of),
    middleware=[*middleware(inline_scripts()), ending_sign_ins(sign_in.claims_of)],
    on_script_error=crash.show,
)

if __name__ == "__main__":
    serve.run(app)
