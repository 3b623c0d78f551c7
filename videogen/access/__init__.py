"""Who may do what: roles, doors and tokens; pure, and asked by pages, API and routes alike."""

from videogen.access.doors import PAGES, ROUTES, Door, page_door, route_door
from videogen.access.role_file import RoleFile, load_role_file
from videogen.access.roles import ROLE_PERMISSIONS, permissions_of, require, require_for_run
from videogen.access.tokens import NewToken, new_token, parse_token, secret_hash

__all__ = [
    "PAGES",
    "ROLE_PERMISSIONS",
    "ROUTES",
    "Door",
    "NewToken",
    "RoleFile",
    "load_role_file",
    "new_token",
    "page_door",
    "parse_token",
    "permissions_of",
    "require",
    "require_for_run",
    "route_door",
    "secret_hash",
]
