"""Clients that speak one protocol each and turn foreign errors into ours."""
