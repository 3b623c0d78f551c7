"""Parts of a page that are drawn again by themselves, for whoever may still see the page."""

from collections.abc import Callable
from functools import partial, wraps
from typing import ParamSpec, overload

import streamlit as st

from videogen.domain.access import Person
from videogen.errors import SignInRequiredError
from videogen.ui import who

P = ParamSpec("P")
Draw = Callable[P, None]
CAME_IN_WITH = "came_in_with"


def came_in(person: Person) -> None:
    """Said by the shell, which has looked at the page's door."""
    st.session_state[CAME_IN_WITH] = person.permissions


@overload
def fragment(draw: Draw[P], *, run_every: float | None = None) -> Draw[P]: ...
@overload
def fragment(
    draw: None = None, *, run_every: float | None = None
) -> Callable[[Draw[P]], Draw[P]]: ...
def fragment(
    draw: Draw[P] | None = None, *, run_every: float | None = None
) -> Draw[P] | Callable[[Draw[P]], Draw[P]]:
    """As Streamlit's, which goes past the shell when it draws a part again.

    Whoever signed out, was shut out or lost a role meanwhile is led back to the shell instead.
    """
    if draw is None:
        return partial(fragment, run_every=run_every)

    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        if not _may_as_before():
            st.rerun(scope="app")
        draw(*args, **kwargs)

    return st.fragment(drawn, run_every=run_every)


def _may_as_before() -> bool:
    """A page that was opened without the shell has no door to compare with."""
    try:
        now = who.person().permissions
    except SignInRequiredError:
        return False
    return bool(now == st.session_state.get(CAME_IN_WITH, now))
