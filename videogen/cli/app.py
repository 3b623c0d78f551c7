"""`app`: the pages, the HTTP routes and the worker in one process."""

import argparse
import runpy

from videogen.settings import ROOT


def add_arguments(parser: argparse.ArgumentParser) -> None:
    del parser  # the environment says where the app listens: VIDEOGEN_PORT, VIDEOGEN_DATA_DIR


def run(options: argparse.Namespace) -> int:
    del options
    runpy.run_path(str(ROOT / "app.py"), run_name="__main__")
    return 0
