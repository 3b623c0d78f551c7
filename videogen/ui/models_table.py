"""The catalogue as one table: a line a model, measured figures apart from what others say."""

from collections.abc import Mapping, Sequence
from typing import Any

from videogen.bootstrap.models import ModelRow
from videogen.catalogue.entries import EntryKind
from videogen.domain.run import Origin
from videogen.ui import links, markup, models_loaders, models_words
from videogen.ui.inline_component import inline_component
from videogen.ui.language import t

COLUMNS = (*models_words.MEASURES, "size")


def draw(
    rows: Sequence[ModelRow], *, hidden: frozenset[str], address: Mapping[str, str | None]
) -> str:
    """`hidden` are conditions whose figures must wait; `address` goes into every link."""
    heads = "".join(
        f'<th class="num">{markup.esc(t(f"models.column.{name}"))}</th>' for name in COLUMNS
    )
    top = (
        f'<th><span class="vg-hidden">{markup.esc(t("models.pick"))}</span></th>'
        f"<th>{markup.esc(t('models.column.model'))}</th>"
        f"<th>{markup.esc(t('models.column.state'))}</th>{heads}"
    )
    body = "".join(_row(row, hidden, address) for row in rows)
    label = markup.esc(t("models.title"))
    return (
        f'<div class="vg vg-scroll vg-rows vg-models" tabindex="0" role="region" '
        f'aria-label="{label}"><table class="vg-table"><thead><tr>{top}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def show(html: str, picked: Sequence[str], *, epoch: int, key: str, on_change: Any) -> None:
    """`epoch` is raised whenever the ticks were changed from elsewhere than the boxes."""
    inline_component(
        "videogen_model_list",
        html="model_list/model_list.html",
        css=(),
        scripts=("model_list/model_list.js",),
        isolate_styles=False,
    )(
        data={"html": html, "picked": list(picked), "epoch": epoch},
        key=key,
        on_picked_change=on_change,
    )


def _row(row: ModelRow, hidden: frozenset[str], address: Mapping[str, str | None]) -> str:
    title = models_loaders.title_of(row)
    link = links.link("models", title, **{**address, "entry": row.row_id})
    own = markup.chip(t("models.yours"), "plain") if row.is_own else ""
    tick = (
        f'<td class="tick"><label><input type="checkbox" data-pick="{markup.esc(row.row_id)}" '
        f'aria-label="{markup.esc(t("models.pick_one", model=title))}"></label></td>'
    )
    note = models_words.state_note(row)
    cells = _figures(row, hidden)
    return (
        f'<tr>{tick}<th scope="row">{link} {own}'
        f'<span class="about">{markup.esc(models_loaders.summary_of(row))}</span>'
        f'<span class="sub">{markup.esc(_kind_of_thing(row))}</span></th>'
        f"<td>{models_words.state(row.standing)}"
        f"{f'<span class=sub>{note}</span>' if note else ''}</td>{cells}{_size(row)}</tr>"
    )


def _kind_of_thing(row: ModelRow) -> str:
    entry = row.entry
    known = [models_words.purposes(row)]
    if entry is not None:
        known.append(models_words.family(entry.family))
        if entry.licence is not None or entry.kind is not EntryKind.CLOUD:
            known.append(entry.licence or t("models.licence_unknown"))
    return " · ".join(one for one in known if one)


def _figures(row: ModelRow, hidden: frozenset[str]) -> str:
    found = row.headline
    one = found[0] if found else next(iter(row.conditions), None)
    is_hidden = any(each.condition.condition_id in hidden for each in row.conditions)
    figures = models_words.figures(found[1]) if found else {}
    told = models_words.said(row, one)
    cells = []
    for measure in models_words.MEASURES:
        figure = figures.get(measure)
        lines = []
        if figure is not None and one is not None:
            value = links.link("runs", figure.value, condition=one.condition.condition_id)
            lines = [f"<b>{value}</b>", *map(_note, figure.notes)]
        if measure == "quality":
            lines += _about_quality(row, is_hidden=is_hidden)
        if figure is None:
            lines += _said(told, measure)
        if figure is None and measure == "cost_usd":
            lines += _list_price(row)
        cells.append(_cell(t(f"models.column.{measure}"), lines))
    return "".join(cells)


def _about_quality(row: ModelRow, *, is_hidden: bool) -> list[str]:
    """The first of the figures also says where none stands, and where all are simulated."""
    found = row.headline
    if found is None and is_hidden:
        return [_sub(t("blinding.no_picture"))]
    if found is None:
        return [f'<span class="quiet">{markup.esc(t("models.not_measured"))}</span>']
    return [models_words.sandbox_chip()] if found[1].origin is Origin.SANDBOX else []


def _said(told: Mapping[tuple[str, str], str], measure: str) -> list[str]:
    """What was published before what was claimed."""
    for kind in models_words.KINDS:
        value = told.get((measure, kind))
        if value is not None:
            said = t(f"models.said.{kind}", value=models_words.unbroken(value))
            return [_sub(said, kind="said")]
    return []


def _list_price(row: ModelRow) -> list[str]:
    """Never among the measured ones: nobody here has paid it."""
    told = models_words.list_price(row)
    return [] if told is None else [_sub(models_words.unbroken(one), kind="said") for one in told]


def _size(row: ModelRow) -> str:
    value, note = models_words.size(row)
    if row.size_bytes is None and note is None:
        return _cell(t("models.column.size"), [])
    return _cell(t("models.column.size"), [value, *([_sub(note)] if note else [])])


def _cell(head: str, lines: Sequence[str]) -> str:
    """On a phone an empty one is left out: there is no column to keep open."""
    kind = "num" if lines else "num none"
    return f'<td class="{kind}" data-head="{markup.esc(head)}"><div>{"".join(lines)}</div></td>'


def _note(text: str) -> str:
    return _sub(models_words.unbroken(text))


def _sub(text: str, *, kind: str = "") -> str:
    return f'<span class="sub {kind}">{markup.esc(text)}</span>'
