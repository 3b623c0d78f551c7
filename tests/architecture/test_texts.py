"""Every sentence exists in Thai and in English, and every key that the code asks for exists."""

import ast
import importlib
import re
import string
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT, calls, name_of, python_files, tree_of, written
from videogen.errors import InvalidInputError, VideogenError
from videogen.texts import keys, t

KEY = re.compile(r"^[a-z_]+(?:\.[a-z0-9_@\-]+)+$")
SANDBOX = ROOT / "videogen" / "sandbox"


def _placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def keys_asked_for(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and key of each `t("...")`; a value inside an f-string key becomes `*`.

    Names that end in `_key` count too: `reason_key="decision.reason.few_runs"`.
    """
    for name, call in calls(tree):
        if name == "t" and call.args:
            yield from _dotted(call.args[0])
        for keyword in call.keywords:
            if (keyword.arg or "").endswith("_key"):
                yield from _dotted(keyword.value)
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Assign | ast.AnnAssign)
            and node.value is not None
            and (any(name.lower().endswith("_key") for name in _names_bound(node)))
        ):
            yield from _dotted(node.value)


def _names_bound(node: ast.Assign | ast.AnnAssign) -> list[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _choices(node: ast.expr) -> list[str]:
    if isinstance(node, ast.IfExp):
        return _choices(node.body) + _choices(node.orelse)
    literal = written(node, "*")
    return [] if literal is None else [literal]


def _dotted(node: ast.expr) -> Iterator[tuple[int, str]]:
    for literal in _choices(node):
        if KEY.match(literal.replace("*", "x")):
            yield node.lineno, literal


def _is_known(key: str) -> bool:
    if "*" not in key:
        return key in keys("en")
    pattern = re.compile(".+".join(re.escape(part) for part in key.split("*")))
    return any(pattern.fullmatch(known) for known in keys("en"))


def _error_classes() -> list[type[VideogenError]]:
    for path in python_files("videogen"):
        defines_error = any(
            isinstance(node, ast.ClassDef) and node.name.endswith("Error")
            for node in ast.walk(tree_of(path))
        )
        if defines_error:
            module = path.relative_to(ROOT).with_suffix("").as_posix().replace("/", ".")
            importlib.import_module(module.removesuffix(".__init__"))
    found: list[type[VideogenError]] = []
    waiting: list[type[VideogenError]] = [VideogenError]
    while waiting:
        error_class = waiting.pop()
        found.append(error_class)
        waiting.extend(error_class.__subclasses__())
    ours = [error_class for error_class in found if error_class.__module__.startswith("videogen")]
    return sorted(ours, key=lambda error_class: error_class.__name__)


def test_both_languages_have_the_same_keys() -> None:
    assert keys("en") ^ keys("th") == set()


def test_both_languages_take_the_same_facts() -> None:
    differing = {
        key: (_placeholders(t(key, "en")), _placeholders(t(key, "th")))
        for key in keys("en") & keys("th")
        if _placeholders(t(key, "en")) != _placeholders(t(key, "th"))
    }

    assert differing == {}


def test_no_key_stands_in_two_files() -> None:
    for language in ("en", "th"):
        seen: dict[str, str] = {}
        for path in sorted((ROOT / "videogen/texts/locale" / language).glob("*.po")):
            for key in re.findall(
                r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE
            ):
                assert key not in seen, f"{key} in {path.name} and {seen.get(key)}"
                seen[key] = path.name


def test_every_key_that_the_code_asks_for_exists() -> None:
    unknown = [
        f"{name_of(path)}:{line}: {key}"
        for path in python_files("videogen", "pages", "app.py")
        if SANDBOX not in path.parents  # it has no texts: it imports nothing of ours but errors
        for line, key in keys_asked_for(tree_of(path))
        if not _is_known(key)
    ]

    assert unknown == []


@pytest.mark.parametrize("language", ["en", "th"])
def test_every_error_says_what_happened_and_what_to_do(language: str) -> None:
    silent = []
    for error_class in _error_classes():
        if issubclass(error_class, InvalidInputError):
            continue  # its sentences go by the problem; the next test reads those
        error = error_class.__new__(error_class)
        wanted = [error.message_key, error.hint_key]
        silent += [f"{error_class.__name__}: {key}" for key in wanted if key not in keys(language)]

    assert silent == []


def test_every_problem_of_an_input_has_its_sentences() -> None:
    problems = {
        (name_of(path), str(call.args[0].value))
        for path in python_files("videogen", "pages", "app.py")
        for name, call in calls(tree_of(path))
        if name == "InvalidInputError" and call.args and isinstance(call.args[0], ast.Constant)
    }
    wanted = {
        (module, f"error.invalid_input.{problem}.{part}")
        for module, problem in problems
        for part in ("message", "hint")
    }

    assert problems
    assert sorted((module, key) for module, key in wanted if key not in keys("en")) == []


def test_a_key_is_found_where_the_code_asks_for_it() -> None:
    code = 't("runs.title")\nt(f"runs.status.{status}", language)\nx = Result(reason_key="a.b")'

    found = list(keys_asked_for(ast.parse(code)))

    assert found == [(1, "runs.title"), (2, "runs.status.*"), (3, "a.b")]
