"""The price list as it stands now: a row that is added while the app runs counts at once."""

from collections.abc import Iterator, Sequence
from typing import overload

from videogen import store
from videogen.domain.money import Price
from videogen.store import Database


class LivePrices(Sequence[Price]):
    """Every stored price; read anew after each commit, so any thread sees the same rows."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: tuple[int, tuple[Price, ...]] | None = None

    @overload
    def __getitem__(self, place: int) -> Price: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Price]: ...
    def __getitem__(self, place: int | slice) -> Price | Sequence[Price]:
        return self._rows()[place]

    def __len__(self) -> int:
        return len(self._rows())

    def __iter__(self) -> Iterator[Price]:
        return iter(self._rows())  # of one moment, where item by item could mix two

    def _rows(self) -> tuple[Price, ...]:
        version = self._database.version  # before the rows: at worst they are read once more
        known = self._known
        if known is None or known[0] != version:
            known = (version, tuple(store.prices(self._database)))
            self._known = known
        return known[1]
