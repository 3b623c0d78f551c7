"""Line icons as CSS masks: Streamlit drops inline SVG, and a mask takes the text's colour."""

from collections.abc import Mapping
from urllib.parse import quote

SHAPES: Mapping[str, str] = {
    "pass": '<circle cx="12" cy="12" r="10"/><path d="m7.5 12.5 3 3 6-6.5"/>',
    "fail": '<circle cx="12" cy="12" r="10"/><path d="m8.5 8.5 7 7m0-7-7 7"/>',
    "not_yet": '<circle cx="12" cy="12" r="10"/><path d="M12 6.5V12l3.5 2"/>',
    "not_applicable": '<circle cx="12" cy="12" r="10"/><path d="M8 12h8"/>',
    "sandbox": '<path d="M9 3h6m-5 0v6L5 18a2 2 0 0 0 1.7 3h10.6A2 2 0 0 0 19 18l-5-9V3"/>'
    '<path d="M7.5 15h9"/>',
    "film": '<rect x="2.5" y="5" width="19" height="14" rx="2"/><path d="m10 9 5 3-5 3z"/>',
    "running": '<path d="M21 12a9 9 0 1 1-6.2-8.6"/>',
    "queued": '<path d="M5 7h14M5 12h14M5 17h9"/>',
    "next": '<path d="M4 12h15m-6-6 6 6-6 6"/>',
    "person": '<circle cx="12" cy="8" r="4.5"/><path d="M4 21a8 8 0 0 1 16 0"/>',
    "warn": '<path d="M12 3 2.5 20h19L12 3z"/><path d="M12 10v4m0 3v.01"/>',
}
DRAWN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="black" '
    'stroke-width="2" stroke-linecap="round" stroke-linejoin="round">{shape}</svg>'
)


def css() -> str:
    rules = [_rule(name, shape) for name, shape in SHAPES.items()]
    return "\n".join(rules)


def _rule(name: str, shape: str) -> str:
    picture = quote(DRAWN.format(shape=shape))
    return f'.vg-i-{name} {{ mask-image: url("data:image/svg+xml,{picture}"); }}'
