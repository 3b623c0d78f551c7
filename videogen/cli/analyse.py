"""`analyse`: what a file of ratings says, with no database and no server."""

import argparse

from videogen.analysis.panel_report import PanelReport, report_panel, report_to_json
from videogen.analysis.rating_table import RatingTable, table_from_csv, table_from_json
from videogen.analysis.sos import sos_health
from videogen.cli.answer import language, print_json, say
from videogen.cli.files import parse_json, read_text
from videogen.errors import InvalidInputError
from videogen.texts import t

N_SHOWN = 40  # clips or raters on the screen; all of them with --json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("ratings", metavar="RATINGS.json|RATINGS.csv")
    parser.add_argument("--condition", help=t("cli.analyse.condition", language()))
    parser.add_argument("--json", action="store_true", help=t("cli.json", language()))


def run(options: argparse.Namespace) -> int:
    table = _read(options.ratings, options.condition)
    report = report_panel(table.raw, table.prompt_ids)
    if options.json:
        named = {"clip_ids": table.clip_ids, "raters": table.raters} if table.clip_ids else {}
        print_json({**report_to_json(report), **named})
    else:
        for sentence in _sentences(table, report):
            say(sentence, as_json=False)
    return 0


def _read(name: str, condition: str | None) -> RatingTable:
    text = read_text(name)
    if not _is_json(name, text):
        return table_from_csv(text, condition)
    if condition is not None:
        raise InvalidInputError("ratings_condition_in_json", field="condition", value=condition)
    # NaN is let through to where the cell that holds it is known.
    return table_from_json(parse_json(text.removeprefix("\ufeff"), name, keeps_nan=True))


def _is_json(name: str, text: str) -> bool:
    """By the file's ending; what has none of ours, by its first character."""
    if name.lower().endswith((".json", ".csv")):
        return name.lower().endswith(".json")
    return text.removeprefix("\ufeff").lstrip()[:1] in {"{", "["}


def _sentences(table: RatingTable, report: PanelReport) -> list[str]:
    return [
        _said("size", n_clips=len(report.clips), n_raters=report.n_raters, n_votes=report.n_votes),
        *_mixed(table),
        *([_said("informal", n_raters=report.n_raters)] if report.is_informal else []),
        _mean(report),
        *_left_out(table, report),
        *_agreement(report),
        _bt500(table, report),
        *_raters(table, report),
        *_clips(table, report),
    ]


def _mixed(table: RatingTable) -> list[str]:
    if len(table.conditions) < 2:
        return []
    return [_said("conditions", names=", ".join(table.conditions), n=len(table.conditions))]


def _mean(report: PanelReport) -> str:
    if report.mean is None:
        return _said("no_mean")
    mean = f"{report.mean.mean:.2f}"
    if report.mean.is_unanimous:
        return _said("mean_unanimous", mean=mean)
    if report.mean_ci95 is None:
        return _said("mean_alone", mean=mean)
    low, high = (f"{min(5.0, max(1.0, bound)):.2f}" for bound in report.mean_ci95)
    return _said("mean", mean=mean, low=low, high=high)


def _left_out(table: RatingTable, report: PanelReport) -> list[str]:
    silent = [i for i, votes in enumerate(zip(*table.raw, strict=True)) if not any(votes)]
    left_out = report.mean.raters_left_out if report.mean is not None else ()
    few = [i for i in left_out if i not in silent]
    return [
        _said(key, names=", ".join(_rater(table, i) for i in raters))
        for key, raters in (("left_out", few), ("no_vote", silent))
        if raters
    ]


def _agreement(report: PanelReport) -> list[str]:
    alpha, icc, sos = report.krippendorff_alpha_ordinal, report.icc2k, report.sos_parameter
    said = []
    if alpha is not None:
        said.append(_said("alpha", alpha=f"{alpha:.2f}"))
    if icc is not None and icc.low is not None and icc.high is not None:
        bounds = {"low": f"{icc.low:.2f}", "high": f"{icc.high:.2f}"}
        said.append(_said("icc", icc=f"{icc.estimate:.2f}", **bounds))
        said += [_said("icc_doubtful")] if icc.is_doubtful else []
    health = sos_health(sos)
    if health is not None:
        said.append(_said(f"sos_{health.value}", parameter=f"{sos:.2f}"))
    return said


def _bt500(table: RatingTable, report: PanelReport) -> str:
    if not report.bt500_rejected:
        return _said("bt500_nobody")
    return _said("bt500", names=", ".join(_rater(table, i) for i in report.bt500_rejected))


def _raters(table: RatingTable, report: PanelReport) -> list[str]:
    fit = report.p910
    told = [
        _said("rater", name=_rater(table, i), bias=f"{bias:+.2f}", inconsistency=_number(spread))
        for i, (bias, spread) in enumerate(zip(fit.bias, fit.inconsistency, strict=True))
        if bias is not None
    ]
    doubt = [_said("rests_on_one")] if fit.rests_on_one_rater else []
    return [_said("raters"), *_first(told), *doubt] if told else []


def _clips(table: RatingTable, report: PanelReport) -> list[str]:
    told = []
    for i, clip in enumerate(report.clips):
        name = table.clip_ids[i] if table.clip_ids else f"#{i}"
        if clip is None:
            told.append(_said("clip_unrated", name=name))
        elif clip.is_unanimous:
            told.append(_said("clip_unanimous", name=name, mos=f"{clip.mos:.2f}", n=clip.n_ratings))
        elif clip.ci95 is None:
            told.append(_said("clip_alone", name=name, mos=f"{clip.mos:.2f}"))
        else:
            told.append(
                _said(
                    "clip",
                    name=name,
                    mos=f"{clip.mos:.2f}",
                    ci95=f"{clip.ci95:.2f}",
                    n=clip.n_ratings,
                    quality=_number(report.p910.quality[i]),
                )
            )
    return [_said("clips"), *_first(told)]


def _first(sentences: list[str]) -> list[str]:
    more = len(sentences) - N_SHOWN
    return [*sentences[:N_SHOWN], *([_said("more", n=more)] if more > 0 else [])]


def _rater(table: RatingTable, i: int) -> str:
    return table.raters[i] if table.raters else f"#{i}"


def _number(value: float | None) -> str:
    return "?" if value is None else f"{value:.2f}"


def _said(key: str, **facts: object) -> str:
    return t(f"cli.analyse.{key}", language(), **facts)
