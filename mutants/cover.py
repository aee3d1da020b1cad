"""Which tests come by a fault, those of the same subject first."""

import ast
from collections.abc import Iterable, Iterator
import itertools
import json
from pathlib import Path
import re

from .pool import PACKAGE

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class Cover:
    """What a traced run of all tests told: the tests that came by each line."""

    def __init__(self, root: Path, traces: Path) -> None:
        """Read a run.

        Args:
            root: The tree that the tests ran in.
            traces: The folder of what `trace` wrote there.
        """
        self._root = root
        self._seconds: dict[str, float] = {}
        self._lines: dict[Path, dict[int, set[str]]] = {}
        self._trees: dict[Path, ast.Module] = {}
        self._files: dict[Path, set[str]] = {}
        self.failed: set[str] = set()
        for path in traces.glob("*.jsonl"):
            for line in path.read_text().splitlines():
                self._add(json.loads(line))

    def _add(self, told: dict[str, object]) -> None:
        test, seconds, lines = told["test"], told["seconds"], told["lines"]
        assert isinstance(test, str)
        assert isinstance(seconds, float)
        assert isinstance(lines, dict)
        self._seconds[test] = seconds
        if told["failed"]:
            self.failed.add(test)
            return
        for name, numbers in lines.items():
            known = self._lines.setdefault(PACKAGE / name, {})
            for number in numbers:
                known.setdefault(number, set()).add(test)

    def tests(self, module: Path, line: int) -> list[str]:
        """Return the tests that come by a line: by its statement, or by what it defines."""
        around = _around(self._tree(module), line)
        for statement in reversed(around):
            if isinstance(statement, FUNCTIONS) and statement.body[0].lineno <= line:
                # one that no test comes by at all may be called as the module is loaded
                if self._by(module, _body(statement)):
                    found = self._by(module, _header(around[-1], line))
                    return self._ordered(module, found)
                break
        found = self._by_name(module, around) | self._importing(module)
        return self._ordered(module, found)

    def seconds(self, test: str) -> float:
        """Return how long a test took."""
        return self._seconds.get(test, 5.0)

    def _ordered(self, module: Path, tests: Iterable[str]) -> list[str]:
        """Return tests of files that are called like the module first, the others by turns."""
        words = _words(module)
        files: dict[str, list[str]] = {}
        for test in sorted(tests, key=lambda test: (self.seconds(test), test)):
            files.setdefault(test.partition("::")[0], []).append(test)
        alike: dict[int, list[list[str]]] = {}
        for file, own in files.items():
            alike.setdefault(len(words & _words(Path(file))), []).append(own)
        return [
            test
            for number in sorted(alike, reverse=True)
            for turn in itertools.zip_longest(*alike[number])
            for test in turn
            if test is not None
        ]

    def _by(self, module: Path, lines: Iterable[int]) -> set[str]:
        known = self._lines.get(module, {})
        return {test for line in lines for test in known.get(line, ())}

    def _tree(self, module: Path) -> ast.Module:
        if module not in self._trees:
            self._trees[module] = ast.parse((self._root / module).read_text())
        return self._trees[module]

    def _by_name(self, module: Path, around: list[ast.stmt]) -> set[str]:
        """Return the tests that come by what is defined outside of functions."""
        inner = around[-1]
        if isinstance(inner, FUNCTIONS) and (by_body := self._by(module, _body(inner))):
            return by_body
        word = re.compile("|".join(rf"\b{name}\b" for name in _names(around)))
        found: set[str] = set()
        for user in self._users(module):
            lines = (self._root / user).read_text().splitlines()
            uses = (number for number, text in enumerate(lines, 1) if word.search(text))
            found |= self._by(user, uses)
        # a table that other modules make something of as they are loaded
        return found or {
            test
            for user in self._users(module)
            for tests in self._lines.get(user, {}).values()
            for test in tests
        }

    def _importing(self, module: Path) -> set[str]:
        """Return the tests whose files name the module: what is said there may come by no line."""
        name = _import_of(module)
        if module not in self._files:
            self._files[module] = {
                path.relative_to(self._root).as_posix()
                for path in (self._root / "tests").rglob("test_*.py")
                if name.search(path.read_text())
            }
        files = self._files[module]
        return {
            test
            for test in self._seconds.keys() - self.failed
            if test.partition("::")[0] in files
        }

    def _users(self, module: Path) -> Iterator[Path]:
        name = _import_of(module)
        for path in sorted((self._root / PACKAGE).rglob("*.py")):
            user = path.relative_to(self._root)
            if user == module or name.search(path.read_text()):
                yield user


def _import_of(module: Path) -> re.Pattern[str]:
    return re.compile(rf"import.*\b{module.stem}\b|\b{module.stem} import")


def _words(path: Path) -> set[str]:
    """Return the words of a path below the integration or the tests."""
    found = set(re.split(r"[/_]", path.with_suffix("").as_posix()))
    return found - {"custom", "components", "ev", "charging", "cloud", "test", "tests"}


def _around(tree: ast.Module, line: int) -> list[ast.stmt]:
    """Return the statements around a line, the outermost first."""
    return sorted(
        (
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.stmt)
            and _first(node) <= line <= (node.end_lineno or 0)
        ),
        key=_first,
    )


def _first(node: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(one.lineno for one in decorators)])


def _body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterable[int]:
    """Return the lines of a function's body."""
    return range(function.body[0].lineno, (function.end_lineno or 0) + 1)


def _header(statement: ast.stmt, line: int) -> Iterable[int]:
    """Return a statement's lines up to its body; only the line where it is in neither."""
    body = getattr(statement, "body", None)
    end = body[0].lineno - 1 if body else statement.end_lineno or 0
    lines = range(statement.lineno, max(end, statement.lineno) + 1)
    return lines if line in lines else (line,)


def _names(around: list[ast.stmt]) -> set[str]:
    """Return the names that module-level statements give: classes, fields and constants."""
    found: set[str] = set()
    for statement in around:
        match statement:
            case ast.ClassDef(name=name):
                found.add(name)
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.add(name)
            case ast.Assign(targets=targets):
                found |= {
                    node.id
                    for target in targets
                    for node in ast.walk(target)
                    if isinstance(node, ast.Name)
                }
    return found or {"__all__"}
