"""Reading what does not fit, field by field: what fits stays, the rest is not told.

Strict and fast first: a :class:`Reader` decodes with msgspec. What that refuses is read
once more by the same description, the wire struct's own types and bounds, one field at a
time. A value whose meaning is certain is read (``"238.4"`` for a number, ``1`` for a
flag, seconds since 1970 for a time); any other is left at its default and noted. Only a
field that has no default, an id, costs the object it names.
"""

import builtins
from collections.abc import Iterator, Sequence
from datetime import datetime
import re
from typing import Any, TypeAliasType

import msgspec
from msgspec import inspect as described

from .moments import is_plausible, read_moment
from .plain import read_plain

# Years in which nobody charges; datetime would take them and fail later.
ABSURD_DATE = re.compile(
    rb'"(?:0\d\d\d|1[0-8]\d\d|2[2-9]\d\d|[3-9]\d\d\d)-\d\d-\d\d[Tt ]'
)
TRUE, FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})


class Oddity(msgspec.Struct, frozen=True, gc=False):
    """A part of an answer that could not be read.

    ``path`` are the fields that lead to it, ``reason`` what is wrong with it, without
    its content. ``is_object`` tells that a whole object of a list was lost.
    """

    path: str
    reason: str
    is_object: bool = False


class _OddError(Exception):
    """A value is not what its field is for."""


class Reader[T]:
    """Reads one type of answer; it can be used any number of times."""

    def __init__(self, type_: type[T] | TypeAliasType) -> None:
        """Prepare to read a type: a struct, or what :mod:`msgspec` makes of JSON."""
        self._decoder: msgspec.json.Decoder[T] = msgspec.json.Decoder(type_)
        self._described = described.type_info(type_)
        # To look through all of an answer costs as much as to decode it.
        self._has_times = _has_times(self._described, set())

    def read(self, data: bytes, oddities: list[Oddity] | None = None) -> T:
        """Return what an answer says.

        Args:
            data: JSON, or something like it.
            oddities: takes what could not be read.

        Raises:
            msgspec.ValidationError: it is no JSON, or lacks what it cannot do without.
        """
        if not (self._has_times and ABSURD_DATE.search(data)):
            try:
                return self._decoder.decode(data)
            except msgspec.MsgspecError, UnicodeDecodeError, RecursionError:
                pass
        try:
            plain = read_plain(data)
        except ValueError as err:
            raise msgspec.ValidationError(f"no JSON: {err}") from None
        found = _Attempt(oddities if oddities is not None else [])
        try:
            value: T = found.read(plain, self._described)
        except _OddError as err:
            raise msgspec.ValidationError(str(err)) from None
        return value

    def convert(self, value: object) -> T | None:
        """Return what a plain value stands for; None where that is not certain."""
        try:
            found: T = _Attempt([]).read(value, self._described)
        except _OddError:
            return None
        return found


class _Attempt:
    """Reads one answer; what it gives back fits the description it was given."""

    def __init__(self, oddities: list[Oddity]) -> None:
        self._oddities = oddities

    # Which type comes back is what the description says, and no annotation can tell.
    def read(self, value: object, type_: described.Type, path: str = "") -> Any:
        match type_:
            case described.RawType():
                return msgspec.Raw(msgspec.json.encode(value))
            case described.UnionType():
                return self._one_of(value, type_.types, path)
            case described.StructType():
                return self._struct(value, type_, path)
            case described.ListType() | described.VarTupleType():
                return self._list(value, type_, path)
            case described.DictType():
                return self._mapping(value, type_, path)
            case _:
                return _scalar(value, type_)

    def _struct(self, value: object, type_: described.StructType, path: str) -> Any:
        if value == [] and not any(field.required for field in type_.fields):
            # PHP writes an empty object so.
            value = {}
        if not isinstance(value, dict):
            raise _OddError(f"expected an object, got {_kind(value)}")
        fields: dict[str, object] = {}
        for field in type_.fields:
            if field.encode_name not in value:
                if field.required:
                    raise _OddError(f"{field.encode_name} is missing")
                continue
            where = f"{path}.{field.encode_name}" if path else field.encode_name
            try:
                fields[field.name] = self.read(
                    value[field.encode_name], field.type, where
                )
            except _OddError as err:
                if field.required:
                    raise _OddError(f"{field.encode_name}: {err}") from None
                self._oddities.append(
                    Oddity(where, str(err), _holds_objects(field.type))
                )
        return type_.cls(**fields)

    def _list(
        self,
        value: object,
        type_: described.ListType | described.VarTupleType,
        path: str,
    ) -> Any:
        if not isinstance(value, list):
            raise _OddError(f"expected a list, got {_kind(value)}")
        items: list[object] = []
        for item in value:
            try:
                items.append(self.read(item, type_.item_type, path))
            except _OddError as err:
                is_object = _is_object(type_.item_type)
                self._oddities.append(Oddity(path, str(err), is_object))
        return tuple(items) if isinstance(type_, described.VarTupleType) else items

    def _mapping(self, value: object, type_: described.DictType, path: str) -> Any:
        if not isinstance(value, dict):
            raise _OddError(f"expected an object, got {_kind(value)}")
        fields: dict[object, object] = {}
        for key, item in value.items():
            try:
                fields[self.read(key, type_.key_type, path)] = self.read(
                    item, type_.value_type, path
                )
            except _OddError as err:
                self._oddities.append(Oddity(path, str(err)))
        return fields

    def _one_of(self, value: object, types: Sequence[described.Type], path: str) -> Any:
        if value is None and any(isinstance(t, described.NoneType) for t in types):
            return None
        errors: list[str] = []
        for type_ in _nearest_first(value, types):
            before = len(self._oddities)
            try:
                return self.read(value, type_, path)
            except _OddError as err:
                del self._oddities[before:]
                errors.append(str(err))
        raise _OddError(errors[0])


def _has_times(type_: described.Type, known: set[type]) -> bool:
    """Tell whether times are decoded; ``known`` are structs that were looked at."""
    match type_:
        case described.DateTimeType():
            return True
        case described.UnionType():
            return any(_has_times(each, known) for each in type_.types)
        case described.StructType():
            is_new = type_.cls not in known
            known.add(type_.cls)
            return is_new and any(_has_times(it.type, known) for it in type_.fields)
        case described.ListType() | described.VarTupleType():
            return _has_times(type_.item_type, known)
        case described.DictType():
            return _has_times(type_.value_type, known)
    return False


def _holds_objects(type_: described.Type) -> bool:
    """Tell whether a field lists objects, of which nobody knows how many there were."""
    match type_:
        case described.UnionType():
            return any(map(_holds_objects, type_.types))
        case described.ListType() | described.VarTupleType():
            return _is_object(type_.item_type)
    return False


def _is_object(type_: described.Type) -> bool:
    """Tell whether an item of a list is an object, or null in place of one.

    Where it can be the object's id as well, what it holds is a detail of something else.
    """
    if isinstance(type_, described.UnionType):
        others = [it for it in type_.types if not isinstance(it, described.NoneType)]
        return all(map(_is_object, others))
    return isinstance(type_, described.StructType)


def _nearest_first(
    value: object, types: Sequence[described.Type]
) -> Iterator[described.Type]:
    """Yield the types of a union, those that JSON writes like the value first."""
    alike = {
        str: (described.StrType, described.DateTimeType),
        bool: (described.BoolType,),
        int: (described.IntType, described.FloatType),
        float: (described.FloatType,),
        list: (described.ListType, described.VarTupleType),
        dict: (described.StructType, described.DictType),
    }.get(type(value), ())
    candidates = [t for t in types if not isinstance(t, described.NoneType)]
    yield from (t for t in candidates if isinstance(t, alike))
    yield from (t for t in candidates if not isinstance(t, alike))


def _scalar(value: object, type_: described.Type) -> object:
    match type_:
        case described.StrType():
            return _bounded_text(_text(value), type_)
        case described.FloatType():
            # As the strict decoder has it: 62 and 62.0 must not be two states.
            return _bounded(_float(_number(value)), type_)
        case described.IntType():
            number = _number(value)
            if number != int(number):
                raise _OddError("expected a whole number")
            return _bounded(int(number), type_)
        case described.BoolType():
            return _flag(value)
        case described.DateTimeType():
            return _moment(value)
        case described.AnyType() | described.CustomType(cls=builtins.object):
            return value
    raise _OddError(f"unexpected {_kind(value)}")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise _OddError(f"expected a text, got {_kind(value)}")


def _bounded_text(text: str, type_: described.StrType) -> str:
    if type_.min_length is not None and len(text) < type_.min_length:
        raise _OddError("an empty text")
    if type_.max_length is not None and len(text) > type_.max_length:
        raise _OddError("a text that is too long")
    if type_.pattern is not None and not re.search(type_.pattern, text):
        raise _OddError("a text of another form")
    return text


def _number(value: object) -> int | float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        try:
            plain = float(value)
        except ValueError:
            raise _OddError("expected a number, got a text") from None
        if abs(plain) < float("inf"):
            return plain
    raise _OddError(f"expected a number, got {_kind(value)}")


def _float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        raise _OddError("a number out of range") from None


def _bounded[NumberT: (int, float)](
    number: NumberT, type_: described.IntType | described.FloatType
) -> NumberT:
    if (
        (type_.ge is not None and number < type_.ge)
        or (type_.gt is not None and number <= type_.gt)
        or (type_.le is not None and number > type_.le)
        or (type_.lt is not None and number >= type_.lt)
    ):
        raise _OddError("a number out of range")
    return number


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int) else ""
    if word in TRUE:
        return True
    if word in FALSE:
        return False
    raise _OddError(f"expected yes or no, got {_kind(value)}")


def _moment(value: object) -> datetime:
    found = read_moment(value)
    if found is None or not is_plausible(found):
        raise _OddError("no time that can be meant")
    return found


def _kind(value: object) -> str:
    names = {
        type(None): "nothing",
        bool: "yes or no",
        int: "a number",
        float: "a number",
        str: "a text",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), "something else")
