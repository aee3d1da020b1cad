"""Strategies of JSON values, made from the types that wire structs describe."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TypeAliasType

from hypothesis import strategies as st
from msgspec import inspect as described

type Value = dict[str, Value] | list[Value] | str | int | float | bool | None
type Values = st.SearchStrategy[Value]

FIRST, LAST = datetime(2015, 1, 1), datetime(2035, 1, 1)
# Enough to be a list, and few enough to be quick.
MOST_ITEMS = 3
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
MOMENTS = st.datetimes(FIRST, LAST, timezones=st.just(UTC)).map(
    lambda moment: moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
)
LEAVES: Values = st.one_of(
    st.none(), st.booleans(), st.integers(-1000, 100_000), st.floats(-1e6, 1e6), TEXTS
)


class Vocabulary:
    """Makes strategies of the types that one vendor's wire structs have."""

    def __init__(self, words: Iterable[str]) -> None:
        """Use the vendor's own words beside any other text."""
        self._texts = st.one_of(st.sampled_from(sorted(words)), TEXTS)
        self._made: dict[type, Values] = {}

    def of(self, type_: type | TypeAliasType) -> Values:
        """Return what a vendor may send of a type."""
        return self._of(described.type_info(type_))

    def _of(self, type_: described.Type) -> Values:
        match type_:
            case described.Metadata():
                return self._of(type_.type)
            case described.UnionType():
                return st.one_of(*map(self._of, type_.types))
            case described.StructType():
                return self._struct(type_)
            case described.ListType() | described.VarTupleType():
                return st.lists(self._of(type_.item_type), max_size=MOST_ITEMS).map(
                    list
                )
            case described.DictType():
                values = self._of(type_.value_type)
                return st.dictionaries(TEXTS, values, max_size=MOST_ITEMS).map(dict)
            case described.StrType(pattern=str() as pattern):
                return st.from_regex(pattern, fullmatch=True)
            case _:
                return self._scalar(type_)

    def _scalar(self, type_: described.Type) -> Values:
        match type_:
            case described.NoneType():
                return st.none()
            case described.BoolType():
                return st.booleans()
            case described.StrType():
                return self._texts
            case described.DateTimeType():
                return MOMENTS
            case described.IntType():
                return st.integers(type_.ge or 0, type_.le or 100_000)
            case described.FloatType():
                least = -1e6 if type_.ge is None else type_.ge
                most = 1e6 if type_.le is None else type_.le
                return st.one_of(
                    st.floats(least, most), st.integers(int(least), int(most))
                )
            case described.AnyType() | described.CustomType() | described.RawType():
                return st.one_of(LEAVES, self._texts)
        raise AssertionError(f"no strategy of {type_}")

    def _struct(self, type_: described.StructType) -> Values:
        if type_.cls not in self._made:
            # A struct can hold itself.
            self._made[type_.cls] = st.deferred(lambda: self._fields(type_))
        return self._made[type_.cls]

    def _fields(self, type_: described.StructType) -> Values:
        fields = {field.encode_name: self._of(field.type) for field in type_.fields}
        required = {f.encode_name for f in type_.fields if f.required}
        return st.fixed_dictionaries(
            {name: fields[name] for name in fields if name in required},
            optional={name: fields[name] for name in fields if name not in required},
        ).map(dict)
