"""Which functions write, found by reading the sources: what they call is followed to the store."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Name = tuple[str, str]  # module and function
SEEDS = ("save", "save_vram_trace")  # of the store
HANDS = frozenset({"running", "own", "servers", "people", "own_workflows", "worker", "backend"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    module: str
    tree: ast.Module
    modules: dict[str, str]  # by the name that it has here
    functions: dict[str, Name]


def sources() -> list[Source]:
    """Of the app; the sandbox is a program of its own."""
    paths = sorted((ROOT / "videogen").rglob("*.py"))
    return [_read(path) for path in paths if "sandbox" not in path.parts]


def functions(source: Source) -> Iterator[ast.FunctionDef]:
    return (one for one in ast.walk(source.tree) if isinstance(one, ast.FunctionDef))


def calls(function: ast.FunctionDef) -> Iterator[ast.expr]:
    """What it calls, and what it hands on to be called."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            yield node.func
            yield from (one for one in node.args if isinstance(one, ast.Name | ast.Attribute))
            yield from (
                one.value
                for one in node.keywords
                if isinstance(one.value, ast.Name | ast.Attribute)
            )


def dotted(call: ast.expr) -> str:
    """Such as `who.acting`; of anything longer its last name."""
    if isinstance(call, ast.Attribute) and isinstance(call.value, ast.Name):
        return f"{call.value.id}.{call.attr}"
    return _last_name(call)


def writers(known: list[Source]) -> set[Name]:
    """Everything below the screen that changes a row, by itself or through another."""
    rooms = [one for one in known if not one.module.startswith("videogen.ui")]
    called = [
        ((source.module, one.name), source, list(calls(one)))
        for source in rooms
        for one in functions(source)
    ]
    found = {("videogen.store", name) for name in SEEDS}
    found |= {name for name, _, made in called if any(map(_locks, made))}
    while True:
        more = {
            name
            for name, source, made in called
            if name not in found and any(calls_writer(source, call, found) for call in made)
        }
        if not more:
            return found
        found |= more


def calls_writer(source: Source, call: ast.expr, found: set[Name]) -> bool:
    if isinstance(call, ast.Name):
        return source.functions.get(call.id, (source.module, call.id)) in found
    if not isinstance(call, ast.Attribute):
        return False
    if isinstance(call.value, ast.Name) and call.value.id in source.modules:
        return (source.modules[call.value.id], call.attr) in found
    holder = _last_name(call.value)
    is_ours = holder in HANDS or holder in {"application", "self"}
    return is_ours and any(
        name == call.attr for module, name in found if _is_hand(module, holder, source.module)
    )


def _last_name(holder: ast.expr) -> str:
    """`people` of `loaders.application().people`."""
    if isinstance(holder, ast.Call):
        return _last_name(holder.func)
    if isinstance(holder, ast.Attribute):
        return holder.attr
    return holder.id if isinstance(holder, ast.Name) else ""


def _is_hand(module: str, holder: str, here: str) -> bool:
    return module == here if holder == "self" else module.startswith("videogen.bootstrap")


def _locks(call: ast.expr) -> bool:
    return (
        isinstance(call, ast.Attribute)
        and call.attr == "write"
        and _last_name(call.value) == "database"
    )


def _read(path: Path) -> Source:
    parts = path.relative_to(ROOT).with_suffix("").parts
    module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    return source_of(module, path.read_text(encoding="utf-8"))


def source_of(module: str, text: str) -> Source:
    tree = ast.parse(text)
    modules: dict[str, str] = {}
    named: dict[str, Name] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            for one in node.names:
                here, whole = one.asname or one.name, f"{node.module}.{one.name}"
                if (ROOT / whole.replace(".", "/")).with_suffix(".py").exists() or (
                    ROOT / whole.replace(".", "/")
                ).is_dir():
                    modules[here] = whole
                else:
                    named[here] = (node.module, one.name)
    return Source(module=module, tree=tree, modules=modules, functions=named)
