"""What a handler is given: who asks, in which language, of which application."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request

from videogen.bootstrap import Application
from videogen.domain.access import Permission, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    application: Application
    person: Person
    language: str
    now: datetime  # UTC

    def may(self, permission: Permission) -> bool:
        return self.person.may(permission)


async def _asked(request: Request) -> Asked:
    """What the route's door has found out; a public route has no such thing to ask for."""
    asked: Asked = request.state.asked
    return asked


Asks = Annotated[Asked, Depends(_asked)]
