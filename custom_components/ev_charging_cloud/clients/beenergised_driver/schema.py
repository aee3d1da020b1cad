"""What a be.ENERGISED operator's schema has, asked by introspection.

Source: the GraphQL specification (October 2021), section 4. No schema is documented, and
operators differ; whether introspection is open is not documented either.
"""

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from ..errors import SchemaChangedError
from ..reading.lenient import Reader
from .api import DriverApi

# Seven wrappings: more than any list of lists that is used in practice.
TYPE_DEPTH = 7
LIST, NON_NULL = "LIST", "NON_NULL"
OBJECTS = frozenset({"OBJECT", "INTERFACE"})
LEAVES = frozenset({"SCALAR", "ENUM"})


class TypeRef(Struct, frozen=True, rename="camel"):
    """A type as it is used: a name, perhaps inside lists and "not null"."""

    kind: str
    name: str | None = None
    of_type: TypeRef | None = None

    @property
    def is_required(self) -> bool:
        """Tell whether it cannot be null."""
        return self.kind == NON_NULL

    @property
    def is_list(self) -> bool:
        """Tell whether it is a list, of whatever."""
        inner: TypeRef | None = self
        while inner is not None:
            if inner.kind == LIST:
                return True
            inner = inner.of_type
        return False

    @property
    def named(self) -> TypeRef:
        """Return the type without what wraps it."""
        inner = self
        while inner.of_type is not None:
            inner = inner.of_type
        return inner

    @property
    def type_name(self) -> str:
        """Return the name of the type without what wraps it."""
        return self.named.name or ""


class Argument(Struct, frozen=True, rename="camel"):
    """An argument of a field, or a field of an input object."""

    name: str
    type: TypeRef
    default_value: str | None = None

    @property
    def is_required(self) -> bool:
        """Tell whether it must be given."""
        return self.type.is_required and self.default_value is None


class Field(Struct, frozen=True, rename="camel"):
    """A field of an object."""

    name: str
    type: TypeRef
    args: tuple[Argument, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Tell whether it can be asked for without an argument."""
        return not any(argument.is_required for argument in self.args)


class EnumValue(Struct, frozen=True):
    """A word of an enum."""

    name: str


class SchemaType(Struct, frozen=True, rename="camel"):
    """A named type."""

    kind: str
    name: str
    fields: tuple[Field, ...] | None = None
    input_fields: tuple[Argument, ...] | None = None
    enum_values: tuple[EnumValue, ...] | None = None

    def field(self, name: str) -> Field | None:
        """Return a field by its name."""
        return next((field for field in self.fields or () if field.name == name), None)


class Schema(Struct, frozen=True, kw_only=True):
    """Everything that can be asked for and commanded."""

    query: str
    mutation: str | None
    types: Mapping[str, SchemaType]

    def type(self, name: str | None) -> SchemaType | None:
        """Return a type by its name."""
        return self.types.get(name) if name else None

    def words(self, type_name: str) -> tuple[str, ...] | None:
        """Return the words of an enum; None for any other type."""
        found = self.type(type_name)
        if found is None or found.enum_values is None:
            return None
        return tuple(value.name for value in found.enum_values)


class _RootType(Struct, frozen=True):
    name: str


class _WireSchema(Struct, frozen=True, rename="camel"):
    query_type: _RootType
    mutation_type: _RootType | None = None
    types: tuple[SchemaType, ...] = ()


class _Introspection(Struct, frozen=True):
    schema: _WireSchema | None = msgspec.field(name="__schema", default=None)


_INTROSPECTION = Reader(_Introspection)


def _type_ref(depth: int) -> str:
    return "kind name" + (f" ofType {{ {_type_ref(depth - 1)} }}" if depth else "")


_ARGUMENT = f"name type {{ {_type_ref(TYPE_DEPTH)} }} defaultValue"
INTROSPECTION = (
    "query { __schema { queryType { name } mutationType { name } types { kind name"
    f" fields(includeDeprecated: true) {{ name args {{ {_ARGUMENT} }}"
    f" type {{ {_type_ref(TYPE_DEPTH)} }} }}"
    f" inputFields {{ {_ARGUMENT} }}"
    " enumValues(includeDeprecated: true) { name } } } }"
)


async def introspect(api: DriverApi) -> Schema | None:
    """Return the schema; None where the vendor keeps it secret.

    Raises:
        ClientError: it could not be read this time.
    """
    try:
        answer = await api.ask(INTROSPECTION, _INTROSPECTION)
    except SchemaChangedError:
        return None
    return _read(answer.data)


def read_schema(answer: bytes) -> Schema | None:
    """Return the schema that the data of an introspection tells."""
    return _read(_INTROSPECTION.read(answer))


def _read(answer: _Introspection) -> Schema | None:
    wire = answer.schema
    if wire is None:
        return None
    return Schema(
        query=wire.query_type.name,
        mutation=wire.mutation_type.name if wire.mutation_type else None,
        types={found.name: found for found in wire.types},
    )
