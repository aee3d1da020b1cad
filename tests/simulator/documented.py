"""How it is written down what documents say about answers, and a check against it.

A name ending in "?" may be missing. The types are Python's; `None` among them means nullable.
"""

from types import NoneType
from typing import Any

type Field = tuple[type, ...]

NUM: Field = (int, float)
NUM0: Field = (int, float, NoneType)
TEXT: Field = (str,)
TEXT0: Field = (str, NoneType)
BOOL: Field = (bool,)
LIST: Field = (list,)
LIST0: Field = (list, NoneType)
OBJECT: Field = (dict,)
OBJECT0: Field = (dict, NoneType)


def check(
    thing: dict[str, Any],
    fields: dict[str, Field],
    enums: dict[str, set[str]] | None = None,
) -> None:
    """Assert that a thing has the documented fields and no other, with documented types and values."""
    names = {name.removesuffix("?") for name in fields}
    assert thing.keys() <= names, thing.keys() - names
    for name, types in fields.items():
        key = name.removesuffix("?")
        if key not in thing:
            assert name.endswith("?"), f"{key} is missing in {thing}"
            continue
        assert type(thing[key]) in types, f"{key} is {thing[key]!r}"
    for name, values in (enums or {}).items():
        if thing.get(name) is not None:
            assert thing[name] in values, f"{name} is {thing[name]!r}"
