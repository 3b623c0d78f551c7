"""Builds the real objects, once, and hands them to pages, HTTP routes and commands."""

from videogen.bootstrap.application import Application
from videogen.bootstrap.logs import configure_logs
from videogen.bootstrap.running import running, start, stop

__all__ = ["Application", "configure_logs", "running", "start", "stop"]
