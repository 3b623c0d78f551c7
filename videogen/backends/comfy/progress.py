"""How far one prompt is: weighted by node, never running backwards."""

import time
from collections.abc import Mapping
from typing import Any

SAMPLER_SHARE = 0.8  # of the whole, as the diffusion steps take nearly all of the time


class ProgressBoard:
    """Fed by the listener's thread, read by any; a single writer, so plain fields do."""

    def __init__(self, graph: Mapping[str, Any], sampler_node: str | None) -> None:
        self._graph = graph
        self._sampler_node = sampler_node
        self._fractions: dict[str, float] = {}
        self._best: float | None = None
        self._running: str | None = None
        self._since_s: float | None = None
        self._seconds: dict[str, float] = {}
        self.is_final = False

    @property
    def progress(self) -> float | None:
        return self._best

    @property
    def stage(self) -> str | None:
        return None if self._running is None else self._class_of(self._running)

    @property
    def stage_seconds(self) -> dict[str, float]:
        """Seconds per node class, as the socket saw them begin and end."""
        return dict(self._seconds)

    def enter(self, node: str | None) -> None:
        """A node begins; None ends the prompt."""
        now_s = time.monotonic()
        if self._running is not None and self._since_s is not None:
            name = self._class_of(self._running) or self._running
            self._seconds[name] = self._seconds.get(name, 0.0) + now_s - self._since_s
        if self._running is not None and self._running != node:
            self._advance(self._running, 1.0)
        self._running, self._since_s = node, now_s

    def skip(self, nodes: list[str]) -> None:
        """Nodes served from the cache count as done."""
        for node in nodes:
            self._advance(node, 1.0)

    def bar(self, node: str, value: float, maximum: float) -> None:
        """One node's own bar moved.

        WanVideoSampler first shows a bar over its weights (825 here) and then one over its steps:
        only a bar no longer than the steps measures work.
        """
        steps = self._steps_of(node)
        if maximum <= 0 or (steps is not None and maximum > steps):
            return
        self._advance(node, min(1.0, max(0.0, value / maximum)))

    def _advance(self, node: str, fraction: float) -> None:
        if node not in self._graph:
            return
        self._fractions[node] = max(fraction, self._fractions.get(node, 0.0))
        whole = sum(self._weight(name) * done for name, done in self._fractions.items())
        # 1.0 is said only by the history entry: the file is not there before.
        self._best = max(self._best or 0.0, min(0.99, whole))

    def _weight(self, node: str) -> float:
        if self._sampler_node not in self._graph:
            return 1.0 / len(self._graph)
        if node == self._sampler_node:
            return SAMPLER_SHARE
        return (1.0 - SAMPLER_SHARE) / max(1, len(self._graph) - 1)

    def _class_of(self, node: str) -> str | None:
        entry = self._graph.get(node)
        return entry.get("class_type") if isinstance(entry, dict) else None

    def _steps_of(self, node: str) -> float | None:
        entry = self._graph.get(node)
        inputs = entry.get("inputs") if isinstance(entry, dict) else None
        steps = inputs.get("steps") if isinstance(inputs, dict) else None
        return float(steps) if isinstance(steps, int | float) else None
