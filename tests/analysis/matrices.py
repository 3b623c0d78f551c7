"""Panels of any shape for tests of what must hold for all of them."""

from hypothesis import strategies as st

VOTE = st.one_of(st.none(), st.integers(1, 5))
PANELS = st.tuples(st.integers(1, 8), st.integers(1, 6)).flatmap(
    lambda shape: st.lists(
        st.lists(VOTE, min_size=shape[1], max_size=shape[1]), min_size=shape[0], max_size=shape[0]
    )
)
