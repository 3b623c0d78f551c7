"""Ways to other screens, for whoever may go there."""

from videogen.access import page_door
from videogen.ui import markup, who


def link(screen: str, label: str, **query: object) -> str:
    """HTML; the label alone where the visitor's way would end at a shut door."""
    return markup.link(screen, label, **query) if is_open(screen) else markup.esc(label)


def is_open(screen: str) -> bool:
    return page_door(screen).is_open_to(who.person())
