"""What tells the compared runs apart: what was asked for, and what came of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from videogen.analysis import OpinionSummary
from videogen.catalogue import Manifest, graph_sha256
from videogen.domain.clip import ClipProbe
from videogen.domain.condition import Condition, Location
from videogen.domain.run import Run
from videogen.ui import attempt_facts, formats, language, loaders, markup, quality_words
from videogen.ui.compare_loaders import Compared
from videogen.ui.language import t

# No settings of a model: said elsewhere, or the same as the prompt above.
NOT_SHOWN = frozenset({"prompt", "negative_prompt", "seed", "model_file", "allow_flat", "graph"})
SIZES = frozenset({"width_px", "height_px", "n_frames", "fps"})
# Rows of their own, or the settings once more.
FINGERPRINT_ELSEWHERE = frozenset({"settings", "workflow"})
Values = tuple[str | None, ...]  # one a condition, None: unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    label: str
    values: Values

    @property
    def differs(self) -> bool:
        return len(set(self.values)) > 1


def show(
    found: Sequence[Compared], heads: Sequence[str], clips: Mapping[str, OpinionSummary]
) -> None:
    """`clips` holds what the panel thinks of each, by clip_id."""
    groups = {
        t("compare.group.measured"): [
            *measurements(found),
            _measured("compare.mos", found, lambda one: _opinion(one, clips)),
        ],
        t("compare.group.settings"): settings(found),
        t("compare.group.machine"): fingerprints(found),
    }
    n_equal = sum(not row.differs for rows in groups.values() for row in rows)
    shows_all = n_equal > 0 and st.toggle(
        t("compare.show_all", n=n_equal), key="compare_show_all", persist_state="session"
    )
    shown = {
        title: [row for row in rows if shows_all or row.differs] for title, rows in groups.items()
    }
    st.html(table({title: rows for title, rows in shown.items() if rows}, heads))


def table(groups: Mapping[str, Sequence[Row]], heads: Sequence[str]) -> str:
    top = "".join(f'<th scope="col">{markup.esc(head)}</th>' for head in heads)
    corner = f'<td><span class="vg-hidden">{markup.esc(t("compare.what"))}</span></td>'
    head = f"<thead><tr>{corner}{top}</tr></thead>"
    body = "".join(
        _group(title, rows, heads, head, is_open=place == 0)
        for place, (title, rows) in enumerate(groups.items())
    )
    return (
        '<div class="vg vg-scroll vg-compare" tabindex="0" role="region" '
        f'aria-label="{markup.esc(t("compare.differences"))}">{body}</div>'
    )


def _group(
    title: str, rows: Sequence[Row], heads: Sequence[str], head: str, *, is_open: bool
) -> str:
    """A table of its own, that a phone folds; elsewhere all of them stand open."""
    drawn = "".join(_row(row, heads) for row in rows)
    return (
        f'<details class="vg-fold"{" open" if is_open else ""}>'
        f"<summary>{markup.esc(title)}</summary>"
        f'<table class="vg-table">{head}<tbody>{drawn}</tbody></table></details>'
    )


def _row(row: Row, heads: Sequence[str]) -> str:
    cells = "".join(
        f'<td data-head="{markup.esc(head)}"><div>{_value(value)}</div></td>'
        for head, value in zip(heads, row.values, strict=True)
    )
    return f'<tr><th scope="row">{markup.esc(row.label)}</th>{cells}</tr>'


def _value(value: str | None) -> str:
    if value is None:
        return f'<span class="vg-soft">{markup.esc(t("compare.unknown"))}</span>'
    return markup.esc(value)


def settings(found: Sequence[Compared]) -> list[Row]:
    """What the conditions ask for, down to the values that their workflows write."""
    made = [_maker(one) for one in found]
    rows = [
        Row(label=t("fact.model"), values=tuple(one.model for one in made)),
        Row(label=t("fact.backend"), values=tuple(_kind(one) for one in made)),
        Row(label=t("compare.workflow"), values=tuple(one.workflow or t("compare.none")
                                                      for one in made)),
        Row(label=t("compare.size"), values=tuple(_size(one) for one in made)),
        Row(label=t("compare.n_frames"), values=tuple(_count(one.n_frames) for one in made)),
        Row(label=t("compare.fps"), values=tuple(_plain(one.fps) for one in made)),
        Row(label=t("compare.duration"), values=tuple(_seconds(one.clip_duration_s)
                                                      for one in made)),
        Row(label=t("compare.sound"), values=tuple(_yes(one.has_audio) for one in made)),
        Row(label=t("fact.seed"), values=tuple(None if one.run is None else str(one.run.seed)
                                               for one in found)),
    ]  # fmt: skip
    effective = [_effective(condition, one) for condition, one in zip(made, found, strict=True)]
    names = sorted({name for values in effective for name in values})
    for name in names:
        # A workflow without the setting does not leave it unknown: it has none.
        values = tuple(one.get(name, t("compare.none")) for one in effective)
        rows.append(Row(label=language.t_or(f"compare.setting.{name}", name), values=values))
    return rows


def measurements(found: Sequence[Compared]) -> list[Row]:
    """Of these very runs."""
    return [
        _measured("fact.status", found, _status),
        _of_run("fact.queue_time", found, lambda run: _seconds(run.queue_time_s)),
        _of_run("fact.wall_time", found, lambda run: _seconds(run.wall_time_s)),
        _measured("compare.start", found, _start),
        _measured("fact.vram", found, _vram),
        _measured("fact.cost", found, _cost),
        _measured("compare.clip", found, lambda one: one.clip and _probe(one.clip.probe)),
        _measured(
            "fact.file", found, lambda one: one.clip and formats.file_size(one.clip.size_bytes)
        ),
        _measured(
            "compare.n_attempts", found, lambda one: one.attempt and str(one.attempt.ordinal)
        ),
        _of_run("compare.degraded", found, lambda run: _yes(run.is_degraded)),
        _measured("compare.origin", found, _origin),
        _measured("compare.server", found, lambda one: one.attempt and one.attempt.backend),
    ]


def fingerprints(found: Sequence[Compared]) -> list[Row]:
    """What the runs ran on and with, as their last attempts kept it."""
    known = [dict(attempt_facts.versions(_fingerprint(one))) for one in found]
    labels = list(dict.fromkeys(label for facts in known for label in facts))
    return [
        Row(label=label[:1].upper() + label[1:], values=tuple(one.get(label) for one in known))
        for label in labels
    ]


def _fingerprint(one: Compared) -> Mapping[str, Any]:
    kept = one.attempt.fingerprint if one.attempt else {}
    return {name: value for name, value in kept.items() if name not in FINGERPRINT_ELSEWHERE}


def _measured(label_key: str, found: Sequence[Compared], say: Callable[[Compared], Any]) -> Row:
    return Row(label=t(label_key), values=tuple(say(one) or None for one in found))


def _of_run(label_key: str, found: Sequence[Compared], say: Callable[[Run], str | None]) -> Row:
    values = tuple(None if one.run is None else say(one.run) for one in found)
    return Row(label=t(label_key), values=values)


def _maker(one: Compared) -> Condition:
    """Of a routed run the condition that the rules sent it to."""
    if one.run is None:
        return one.condition
    return loaders.conditions().get(one.run.making_condition_id, one.condition)


def _effective(condition: Condition, one: Compared) -> dict[str, str | None]:
    """Every setting: the condition's own, else what its workflow's graph says.

    Unknown where the run was made with a graph that the catalogue does not have any more.
    """
    own: dict[str, str | None] = {
        name: _written(value) for name, value in condition.settings.items() if _is_setting(name)
    }
    manifest = loaders.application().manifests.get(condition.workflow or "")
    if manifest is None:
        return own
    slots = {name for name in manifest.slots if _is_setting(name)}
    if not _is_same_graph(manifest, one):
        return {**dict.fromkeys(slots), **own}
    return {**{name: _of_graph(manifest, name) for name in slots}, **own}


def _is_setting(name: str) -> bool:
    return name not in NOT_SHOWN | SIZES and not name.startswith("_")


def _of_graph(manifest: Manifest, name: str) -> str | None:
    slot = manifest.slots[name]
    value = manifest.settings.get(name, manifest.graph[slot.node]["inputs"].get(slot.input))
    return None if value is None else _written(value)


def _written(value: object) -> str:
    if isinstance(value, bool):
        return _yes(value)
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def _is_same_graph(manifest: Manifest, one: Compared) -> bool:
    made_with = one.attempt.fingerprint.get("workflow_sha256") if one.attempt else None
    return made_with is None or made_with == graph_sha256(dict(manifest.graph))


def _kind(condition: Condition) -> str:
    return language.t_or(f"backend.{condition.backend.value}", condition.backend.value)


def _size(condition: Condition) -> str | None:
    if condition.width_px is None or condition.height_px is None:
        return None
    return f"{condition.width_px} × {condition.height_px}"


def _probe(probe: ClipProbe) -> str:
    duration = formats.seconds(probe.clip_duration_s, language.current())
    size = t("condition.size", width=probe.width_px, height=probe.height_px, duration=duration)
    return f"{size}, {probe.fps:g} fps, {probe.codec}"


def _status(one: Compared) -> str | None:
    if one.run is None:
        return t("compare.no_run")
    said = t(f"status.{one.run.status.value}")
    if one.run.failure_class is None:
        return said
    return f"{said}: {t(f'failure.{one.run.failure_class.value}')}"


def _start(one: Compared) -> str | None:
    if one.run is None or one.run.is_cold is None:
        return None
    return t("fact.cold") if one.run.is_cold else t("fact.warm")


def _vram(one: Compared) -> str | None:
    if _maker(one).location is Location.CLOUD:
        return t("matrix.cloud")
    if one.run is None or one.run.peak_vram_mib is None:
        return None
    said = formats.memory(one.run.peak_vram_mib)
    return f"{said} ({t('fact.lower_bound')})" if one.run.peak_is_lower_bound else said


def _cost(one: Compared) -> str | None:
    return None if one.run is None or one.run.cost_usd is None else formats.usd(one.run.cost_usd)


def _opinion(one: Compared, clips: Mapping[str, OpinionSummary]) -> str | None:
    known = clips.get(one.clip.clip_id) if one.clip else None
    if known is None:
        return None
    mos, raters = formats.score(known.mos), quality_words.counted("compare.raters", known.n_ratings)
    if known.n_ratings < quality_words.N_RATERS_INTERVAL:
        return f"{mos} ({quality_words.interval(None, None, n_raters=known.n_ratings)})"
    if known.ci95 is None:
        return f"{mos}, {t('decision.unanimous')} ({raters})"
    low, high = known.mos - known.ci95, known.mos + known.ci95
    return f"{mos}, 95 % {formats.score(low)} – {formats.score(high)} ({raters})"


def _origin(one: Compared) -> str | None:
    if one.run is None or one.run.origin is None:
        return None
    return t(f"compare.origin.{one.run.origin.value}")


def _seconds(value_s: float | None) -> str | None:
    return None if value_s is None else formats.seconds(value_s, language.current())


def _count(value: int | None) -> str | None:
    return None if value is None else formats.count(value)


def _plain(value: float | None) -> str | None:
    return None if value is None else f"{value:g}"


def _yes(value: bool) -> str:
    return t("compare.yes") if value else t("compare.no")
