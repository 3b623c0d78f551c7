"""`sandbox`: the servers that speak the back ends' protocols, as a program of its own."""

import argparse

from videogen.sandbox import program


def add_arguments(parser: argparse.ArgumentParser) -> None:
    program.add_arguments(parser)


def run(options: argparse.Namespace) -> int:
    program.serve(program.options_from(options))
    return 0
