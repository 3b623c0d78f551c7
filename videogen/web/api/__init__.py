"""The HTTP API below /api/v1: FastAPI at the edge, the application's own functions behind it."""

PREFIX = "/api/v1"
