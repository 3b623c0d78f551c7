"""Which condition makes a clip: the brief's rules as data, and decisions that give their reason."""

from videogen.routing.exchange import request_as_json, request_from_json
from videogen.routing.limits import would_serve
from videogen.routing.records import (
    OwnMeasurement,
    Ranked,
    Reason,
    Rejection,
    RouteOption,
    RouteRequest,
    Routing,
    motion_of,
    request_for_prompt,
)
from videogen.routing.router import route
from videogen.routing.rules import (
    RoutingRule,
    RoutingRules,
    active_rules,
    load_rules,
    rule_versions,
    rules_of,
)
from videogen.routing.sentences import sentence

__all__ = [
    "OwnMeasurement",
    "Ranked",
    "Reason",
    "Rejection",
    "RouteOption",
    "RouteRequest",
    "Routing",
    "RoutingRule",
    "RoutingRules",
    "active_rules",
    "load_rules",
    "motion_of",
    "request_as_json",
    "request_for_prompt",
    "request_from_json",
    "route",
    "rule_versions",
    "rules_of",
    "sentence",
    "would_serve",
]
