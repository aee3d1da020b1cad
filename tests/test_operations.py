"""The pages say which of a vendor's operations are used: as many as the client has."""

import ast
from collections.abc import Iterator
from pathlib import Path
import re

import pytest

from custom_components.ev_charging_cloud import clients
from custom_components.ev_charging_cloud.clients.beenergised_driver import auth, queries
from custom_components.ev_charging_cloud.vendors import VENDORS

CLIENTS = Path(clients.__file__).parent
DOCS = Path(__file__).parent.parent / "docs"
OPERATION = re.compile(r"`((?:GET|POST|PUT|PATCH|DELETE|query|mutation) [^`]+)`")
PATH = re.compile(r"/[A-Za-z_][\w{}/.-]*")
# What all paths of a vendor begin with, and where its one address is.
NO_OPERATIONS = frozenset({"/v2", "/api/cpoapi/v1", "/graphql/"})


def told(key: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the operations that a vendor's page says are used, and are left out."""
    page = (DOCS / f"{key}.md").read_text()
    used, _, rest = page.partition("<!-- operations: begin -->")[2].partition(
        "<!-- operations: left out -->"
    )
    left_out = rest.partition("<!-- operations: end -->")[0]
    return (
        frozenset(OPERATION.findall(used)),
        frozenset(OPERATION.findall(left_out)),
    )


def written(key: str) -> frozenset[str]:
    """Return the paths that stand in a client's source; ``{}`` for what differs."""
    folder = CLIENTS / key
    modules = list(folder.rglob("*.py"))
    assert modules
    return frozenset(
        text
        for path in modules
        for text in _texts(ast.parse(path.read_text()))
        if PATH.fullmatch(text) and text not in NO_OPERATIONS
    )


def _texts(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def matches(template: str, operation: str) -> bool:
    """Tell whether an operation is one that a path in the source stands for."""
    parts = (re.escape(part) for part in template.split("{}"))
    # A new thing in a list has no id yet.
    return re.fullmatch("[^/]*".join(parts), operation.partition(" ")[2]) is not None


@pytest.mark.parametrize("key", sorted(VENDORS.keys() - {"beenergised_driver"}))
def test_operations_by_path(key: str) -> None:
    """Each path of the source is in the page, and each used one of the page is a path."""
    used, left_out = told(key)
    paths = written(key)
    assert used
    assert left_out
    for path in paths:
        assert any(matches(path, operation) for operation in used), path
    for operation in used:
        assert any(matches(path, operation) for path in paths), operation
    assert not used & left_out


def test_operations_by_name() -> None:
    """A driver's operations have names instead of paths."""
    used, left_out = told("beenergised_driver")
    source = Path(auth.__file__).read_text()
    sign_in = {name for name in ("initSession", "refreshSession") if name in source}
    assert {name.partition(" ")[2] for name in used} == {*queries.TABLES, *sign_in}
    assert left_out
    assert not used & left_out
