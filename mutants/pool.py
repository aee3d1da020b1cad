"""What may be changed: the modules, and in them everything but what no test could notice.

Left out, since a change there is none: annotations and type statements, docstrings, what stands under ``TYPE_CHECKING``,
imports, ``__all__``, marks such as ``@override``, ``frozen`` and ``kw_only`` (which mypy holds), and all of the log. A
change that turns out to be none is in
``equivalents.toml`` with the reason, by its text before and after, so that lines may move.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
import random
import tomllib
from typing import Any
import uuid

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator
from cosmic_ray.work_item import MutationSpec, WorkItem

from .operators import Position, names

PACKAGE = Path("custom_components/ev_charging_cloud")
ROOMS = ("clients", "ledger")
MODULES = ("coordinator.py", "entity.py", "planner.py", "planning.py")
EQUIVALENTS = Path(__file__).with_name("equivalents.toml")
_LOGS = {"LOGGER", "_LOGGER", "logger"}
_TYPING = {"cast", "TypeVar", "NewType"}
# wiring of types and of documentation
_DECORATORS = {"override", "overload", "final", "callback", "abstractmethod"}
# of a class: the type checker forbids what they would raise
_FROZEN = {"frozen", "kw_only", "gc"}


def modules(root: Path) -> list[Path]:
    """Return the modules that are changed, relative to the repository."""
    found = [PACKAGE / name for name in MODULES]
    for room in ROOMS:
        found += (
            path.relative_to(root) for path in (root / PACKAGE / room).rglob("*.py")
        )
    return sorted(found)


def pool(root: Path) -> Iterator[WorkItem]:
    """Yield every fault that can be made, several of them at the same place."""
    operators = [(name, get_operator(name)()) for name in names()]
    for module in modules(root):
        source = (root / module).read_text()
        nothing = list(_nothing(source))
        nodes = list(ast_nodes(get_ast(source)))
        for name, operator in operators:
            positions: Iterable[Position] = (
                position
                for node in nodes
                for position in operator.mutation_positions(node)
            )
            for occurrence, (start, end) in enumerate(positions):
                if start < end and not any(
                    one <= start < other for one, other in nothing
                ):
                    spec = MutationSpec(
                        module_path=module,
                        operator_name=name,
                        occurrence=occurrence,
                        start_pos=start,
                        end_pos=end,
                    )
                    yield WorkItem.single(uuid.uuid4().hex, spec)


def sample(root: Path, size: int, seed: int, only: list[str]) -> list[WorkItem]:
    """Return so many faults of some modules, each at a place of its own, the same for the same seed and source."""
    places: dict[tuple[Any, ...], list[WorkItem]] = {}
    for item in pool(root):
        spec = item.mutations[0]
        name = spec.module_path.relative_to(PACKAGE)
        if not any(map(name.full_match, only)):
            continue
        family = spec.operator_name.split("_")[0]
        places.setdefault((spec.module_path, spec.start_pos, family), []).append(item)
    # by where they are, not by the order in which operators are listed
    ordered = [places[place] for place in sorted(places)]
    dice = random.Random(seed)
    dice.shuffle(ordered)
    known = equivalents()
    chosen: list[WorkItem] = []
    for items in ordered:
        item = dice.choice(items)
        change = change_of(root, item)
        if change is not None and change.key not in known:
            chosen.append(item)
        if len(chosen) == size:
            break
    return chosen


@dataclass(frozen=True)
class Change:
    """What a fault changes: the lines before and after, without their indentation."""

    module: str
    before: str
    after: str

    @property
    def key(self) -> tuple[str, str, str]:
        """Return what `equivalents` knows it by."""
        return self.module, self.before, self.after


def change_of(root: Path, item: WorkItem) -> Change | None:
    """Return what a fault changes, ``None`` where it makes no module of it."""
    spec = item.mutations[0]
    source = (root / spec.module_path).read_text()
    operator = get_operator(spec.operator_name)()
    changed = mutate_code(source, operator, spec.occurrence)
    if changed is None or changed == source or _is_syntax(spec, source):
        return None
    try:
        compile(changed, str(spec.module_path), "exec")
    except SyntaxError:
        return None
    one, other = source.split("\n"), changed.split("\n")
    while one and other and one[0] == other[0]:
        one.pop(0), other.pop(0)
    while one and other and one[-1] == other[-1]:
        one.pop(), other.pop()
    module = spec.module_path.relative_to(PACKAGE).as_posix()
    return Change(module, _flat(one), _flat(other))


def _is_syntax(spec: MutationSpec, source: str) -> bool:
    """Return whether a star or stroke is alone, between parameters."""
    line, column = spec.end_pos
    return "BinaryOperator" in spec.operator_name and source.splitlines()[line - 1][
        column : column + 1
    ] in {",", ")"}


def _flat(lines: list[str]) -> str:
    return " ".join(" ".join(lines).split())


def equivalents() -> set[tuple[str, str, str]]:
    """Return the changes that are known to be none: module, text before, text after."""
    told = tomllib.loads(EQUIVALENTS.read_text()).get("equivalent", [])
    return {(row["module"], row["before"], row["after"]) for row in told}


def _nothing(source: str) -> Iterator[Position]:
    """Yield the stretches where a change is none, by lines from 1 and columns in characters."""
    lines = source.splitlines()

    def place(line: int, column: int) -> tuple[int, int]:
        return line, len(lines[line - 1].encode()[:column].decode())

    for node in _without_meaning(ast.parse(source)):
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        line, column = place(node.lineno, node.col_offset)
        # what a decorator begins with is no part of it to Python, and is to the tool
        is_decorator = lines[line - 1][:column].strip() == "@"
        yield (
            (line, column - is_decorator),
            place(node.end_lineno, node.end_col_offset),
        )


def _without_meaning(tree: ast.Module) -> Iterator[Any]:
    for node in ast.walk(tree):
        match node:
            case ast.AnnAssign():
                yield node.annotation
            case ast.arg(annotation=ast.expr() as annotation):
                yield annotation
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                yield from node.type_params
                yield from filter(_is_typing, node.decorator_list)
                yield from filter(_is_frozen, _keywords(node))
                if not isinstance(node, ast.ClassDef) and node.returns is not None:
                    yield node.returns
            case ast.TypeAlias() | ast.Import() | ast.ImportFrom():
                yield node
            case ast.Assign(targets=[ast.Name(id="__all__")]):
                yield node
            case ast.Expr(value=ast.Constant()):
                yield node
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                yield node
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))) if name in _LOGS:
                yield node
            case ast.Call(func=ast.Name(id=name)) if name in _TYPING:
                yield node.args[0]


def _keywords(
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef,
) -> list[ast.keyword]:
    found = list(node.keywords) if isinstance(node, ast.ClassDef) else []
    for decorator in node.decorator_list:
        found += decorator.keywords if isinstance(decorator, ast.Call) else []
    return found


def _is_frozen(node: ast.keyword) -> bool:
    return node.arg in _FROZEN


def _is_typing(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in _DECORATORS
