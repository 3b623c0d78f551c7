"""Which condition makes a clip: the brief's rules as data, and decisions that give their reason."""

from videogen.routing.exchange import request_from_json
from videogen.routing.records import (
    Reason,
    Rejection,
    RouteOption,
    RouteRequest,
    Routing,
    request_for_prompt,
)
from videogen.routing.router import route
from videogen.routing.rules import RoutingRule, RoutingRules, load_rules
from videogen.routing.sentences import sentence

__all__ = [
    "Reason",
    "Rejection",
    "RouteOption",
    "RouteRequest",
    "Routing",
    "RoutingRule",
    "RoutingRules",
    "load_rules",
    "request_for_prompt",
    "request_from_json",
    "route",
    "sentence",
]
