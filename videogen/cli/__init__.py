"""The command line: one module per command, one way to print answers and errors."""

from videogen.cli.program import main

__all__ = ["main"]
