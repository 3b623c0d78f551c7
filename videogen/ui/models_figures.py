"""One model's figures, each in the column of where it comes from."""

from collections.abc import Sequence
from functools import partial

from videogen.bootstrap.models import ListPrice, ModelCondition
from videogen.catalogue.entries import Published
from videogen.domain.run import Origin
from videogen.evidence.measured import MeasuredCondition
from videogen.ui import formats, language, links, markup, models_loaders, models_words
from videogen.ui.language import t


def table(one: ModelCondition) -> str:
    """Measured, simulated, published and claimed apart; a line where nothing is known at all."""
    live, sandbox = one.measured.get(Origin.LIVE), one.measured.get(Origin.SANDBOX)
    columns = [t("models.from.live")]
    if sandbox is not None:
        columns.append(t("models.from.sandbox"))
    columns += [t("models.from.published"), t("models.from.claimed")]
    shown = [found for found in (live, sandbox) if found is not None]
    told = models_words.said_of(one)
    rows = []
    for measure in models_words.MEASURES:
        said = [_said(told.get((measure, kind)), one, measure, kind) for kind in models_words.KINDS]
        if any(said) or shown:
            rows.append(_line(measure, _found(live, sandbox, measure, one), said))
    if shown:
        rows.append(_line("success", _found(live, sandbox, "success", one), ["", ""]))
    if not rows:
        return f'<p class="vg">{_quiet(t("models.not_measured"))}</p>'
    return markup.table([t("models.figure"), *columns], rows)


def list_price(one: ListPrice) -> str:
    """What one clip would cost by the list, with where the list was read."""
    said = t("models.list_price.of_clip", value=formats.usd(float(one.cost_usd)))
    note = markup.esc(models_words.list_price_note(one))
    source = markup.esc(one.price.source)
    return (
        f'<div class="vg vg-small"><p>{markup.esc(said)} · {note}</p>'
        f'<p class="vg-soft vg-source">{source}</p></div>'
    )


def _found(
    live: MeasuredCondition | None,
    sandbox: MeasuredCondition | None,
    measure: str,
    one: ModelCondition,
) -> list[str]:
    """No column for the sandbox where nothing was simulated."""
    say = _success if measure == "success" else partial(_measured, measure=measure)
    cells = [say(live, one=one)]
    return cells if sandbox is None else [*cells, say(sandbox, one=one)]


def _line(measure: str, found: Sequence[str], said: Sequence[str]) -> tuple[str, ...]:
    return (markup.esc(t(f"models.column.{measure}")), *found, *said)


def _measured(found: MeasuredCondition | None, measure: str, one: ModelCondition) -> str:
    if found is None:
        return _quiet(t("models.not_measured"))
    figure = models_words.figures(found).get(measure)
    if figure is None:
        word = "models.not_rated" if measure == "quality" else "models.no_reading"
        return _quiet(t(word))
    link = links.link("runs", figure.value, condition=one.condition.condition_id)
    return f"<b>{link}</b>{_subs(figure.notes)}"


def _success(found: MeasuredCondition | None, one: ModelCondition) -> str:
    if found is None:
        return _quiet(t("models.not_measured"))
    value = t("models.n_of", n=found.n_succeeded, total=found.n_runs)
    link = links.link("runs", value, condition=one.condition.condition_id)
    newest = formats.day(found.newest_at, language.current())
    return f"<b>{link}</b>{_subs([t('models.newest', day=newest)])}"


def _said(value: str | None, one: ModelCondition, measure: str, kind: str) -> str:
    """With who said it; what is published of the model in other settings stands below."""
    if value is None:
        return ""
    claims = models_loaders.claims(one.condition.name).get(measure, ())
    sources = dict.fromkeys(claim.source for claim in claims if claim.kind == kind)
    return f'<span class="said">{markup.esc(value)}</span>{_subs(list(sources))}'


def published(told: Sequence[Published]) -> str:
    """What its makers and others measured, each with the clip and the card that it is told of."""
    heads = [t(f"models.published.{name}") for name in ("measure", "value", "setting", "source")]
    title = markup.esc(t("models.from.published"))
    rows = [_published(one) for one in told]
    return f'<div class="vg"><h3>{title}</h3></div>{markup.table(heads, rows)}'


def _published(one: Published) -> tuple[str, ...]:
    ends = [end for end in (one.low, one.high) if end is not None]
    shown = models_words.between(one.measure, min(ends), max(ends)) if ends else formats.UNKNOWN
    read = formats.day(one.read_on, language.current())
    address = markup.esc(one.source)
    link = f'<a class="vg-source" href="{address}" target="_blank" rel="noopener">{address}</a>'
    return (
        markup.esc(t(f"models.column.{one.measure}")),
        f'<span class="said">{markup.esc(shown)}</span>',
        f'<span class="vg-source">{markup.esc(one.setting)}</span>',
        link + _subs([t("models.read_on", day=read)]),
    )


def _subs(lines: Sequence[str]) -> str:
    return "".join(f'<span class="sub">{markup.esc(line)}</span>' for line in lines)


def _quiet(word: str) -> str:
    return f'<span class="vg-soft">{markup.esc(word)}</span>'
