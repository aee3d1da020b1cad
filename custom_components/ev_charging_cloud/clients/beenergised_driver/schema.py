"""What a be.ENERGISED operator's schema has, asked by introspection.

Source: the GraphQL specification (October 2021), section 4. No schema is documented, and
operators differ; whether introspection is open, and how deep a question may go, is not
documented either.
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
import re
from typing import override

from msgspec import Struct, field, structs

from ..errors import (
    ClientError,
    NotPermittedError,
    ResponseError,
    SchemaChangedError,
    UnexpectedAnswerError,
)
from ..reading.lenient import Reader
from ..transport.graphql import Answer
from .api import DriverApi

# As many as ``[T!]!`` has: a list of lists is none of what we look for.
TYPE_DEPTH = 3
# Asked for one by one, from what we use onwards: an operator has hundreds of types.
MOST_TYPES = 60
ABSTRACT = frozenset({"INTERFACE", "UNION"})
OBJECTS = frozenset({"OBJECT", *ABSTRACT})
LEAVES = frozenset({"SCALAR", "ENUM"})
BUILT_IN = frozenset({"Boolean", "Float", "ID", "Int", "String"})


class TypeRef(Struct, frozen=True, rename="camel", gc=False):
    """A type as it is used: a name, perhaps inside lists and "not null"."""

    kind: str
    name: str | None = None
    of_type: TypeRef | None = None

    @property
    def named(self) -> TypeRef:
        """Return the type without what wraps it."""
        return self.of_type.named if self.of_type else self

    @override
    def __str__(self) -> str:
        """Return the type as GraphQL writes it."""
        if self.of_type is None:
            return self.name or ""
        return f"[{self.of_type}]" if self.kind == "LIST" else f"{self.of_type}!"


class Field(Struct, frozen=True, rename="camel", gc=False):
    """A field of an object, an argument, or a field of an input object."""

    name: str
    type: TypeRef
    description: str | None = None
    args: tuple[Field, ...] = ()
    default_value: str | None = None
    is_deprecated: bool = False
    deprecation_reason: str | None = None

    @property
    def kind(self) -> str:
        """What its type is, without what wraps it."""
        return self.type.named.kind

    @property
    def type_name(self) -> str:
        """The name of its type, without what wraps it."""
        return self.type.named.name or ""

    @property
    def is_list(self) -> bool:
        """Whether it is a list, of whatever."""
        return "[" in str(self.type)

    def succeeds(self, other: Field) -> bool:
        """Tell whether it is what another, deprecated field is to be replaced by."""
        named = re.findall(r"\w+", other.deprecation_reason or "")
        return other.is_deprecated and not self.is_deprecated and self.name in named

    @property
    def is_required(self) -> bool:
        """Whether it must be given."""
        return self.type.kind == "NON_NULL" and self.default_value is None


class Named(Struct, frozen=True, gc=False):
    """A word of an enum, or the name of a type."""

    name: str


class SchemaType(Struct, frozen=True, rename="camel", gc=False):
    """A named type."""

    kind: str
    name: str
    description: str | None = None
    fields: tuple[Field, ...] | None = None
    input_fields: tuple[Field, ...] | None = None
    enum_values: tuple[Named, ...] | None = None
    possible_types: tuple[Named, ...] | None = None

    def used(self) -> Iterator[str]:
        """Yield the names of the types that it is made of."""
        for each in (*(self.fields or ()), *(self.input_fields or ())):
            yield from (part.type_name for part in (each, *each.args))
        if self.kind in ABSTRACT:
            yield from (kind.name for kind in self.possible_types or ())


class Schema(Struct, frozen=True, kw_only=True):
    """Everything that can be asked for and commanded."""

    query: str
    mutation: str | None
    types: Mapping[str, SchemaType]

    def roots(self) -> dict[str, Field]:
        """Return what can be asked for and commanded, by name."""
        names = filter(None, (self.query, self.mutation))
        owners = filter(None, map(self.types.get, names))
        return {it.name: it for owner in owners for it in owner.fields or ()}

    def words(self, type_name: str) -> tuple[str, ...]:
        """Return the words of an enum; none for any other type."""
        found = self.types.get(type_name)
        return tuple(each.name for each in (found and found.enum_values) or ())


class _Roots(Struct, frozen=True, rename="camel"):
    query_type: Named
    mutation_type: Named | None = None
    types: tuple[SchemaType, ...] = ()

    def schema(self, types: Mapping[str, SchemaType]) -> Schema:
        mutation = self.mutation_type.name if self.mutation_type else None
        return Schema(query=self.query_type.name, mutation=mutation, types=types)


class Introspection(Struct, frozen=True):
    """The answer to a question for the schema, or for its roots only."""

    roots: _Roots = field(name="__schema")

    @property
    def schema(self) -> Schema:
        """The whole schema."""
        return self.roots.schema({found.name: found for found in self.roots.types})


SCHEMA = Reader(Introspection)
_PIECE = Reader(dict[str, SchemaType | None])


def _type_ref(depth: int) -> str:
    return "kind name" + (f" ofType {{ {_type_ref(depth - 1)} }}" if depth else "")


def _type(depth: int, below: int, deprecated: str = "(includeDeprecated: true)") -> str:
    """Return what is asked of a type; ``depth`` is that of its types, ``below`` of arguments'."""
    field, argument = (
        f"name description type {{ {_type_ref(it)} }}" for it in (depth, below)
    )
    reason = "isDeprecated deprecationReason" if deprecated else ""
    return (
        f"kind name description possibleTypes {{ name }} fields{deprecated}"
        f" {{ {field} {reason} args {{ {argument} defaultValue }} }} inputFields"
        f" {{ {field} defaultValue }} enumValues{deprecated} {{ name }}"
    )


# The biggest first: a server may refuse what is too deep, or old-fashioned.
PIECES = (_type(TYPE_DEPTH, TYPE_DEPTH), _type(2, 1), _type(1, 0), _type(1, 0, ""))
_ROOTS = "queryType { name } mutationType { name }"
INTROSPECTION = f"query {{ __schema {{ {_ROOTS} types {{ {PIECES[0]} }} }} }}"
ROOTS = f"query {{ __schema {{ {_ROOTS} }} }}"
# How servers say that they tell no schema at all.
CLOSED = "introspection"
# What they are called where nothing else is said.
USUAL = _Roots(query_type=Named("Query"), mutation_type=Named("Mutation"))


async def introspect(api: DriverApi, is_wanted: Callable[[str], bool]) -> Schema | None:
    """Return the schema; None where the vendor keeps it secret.

    Args:
        api: makes the requests.
        is_wanted: tells which root fields we may use. Where the whole is refused, as too deep or
            too much, the types are asked for one by one, from these fields onwards.

    Raises:
        ClientError: it could not be read this time.
    """
    whole = await _unless_refused(api.ask(INTROSPECTION, SCHEMA))
    if isinstance(whole, Answer):
        return whole.data.schema
    found = await _unless_refused(api.ask(ROOTS, SCHEMA))
    roots = found.data.roots if isinstance(found, Answer) else USUAL
    is_closed = isinstance(found, SchemaChangedError) and CLOSED in found.message
    refused = whole
    for piece in () if is_closed else PIECES:
        schema = await _unless_refused(_in_pieces(api, is_wanted, roots, piece))
        if not isinstance(schema, ClientError):
            return schema
        refused = schema
    if isinstance(refused, SchemaChangedError):
        return None
    raise refused


async def _unless_refused[FoundT](question: Awaitable[FoundT]) -> FoundT | ClientError:
    """Return an answer, or how the vendor refused it."""
    try:
        return await question
    except UnexpectedAnswerError:
        raise
    except (ResponseError, NotPermittedError) as err:
        return err


async def _in_pieces(
    api: DriverApi, is_wanted: Callable[[str], bool], roots: _Roots, piece: str
) -> Schema | None:
    begin = [root.name for root in (roots.query_type, roots.mutation_type) if root]
    types: dict[str, SchemaType] = {}
    queue = begin
    while queue and len(types) < MOST_TYPES:
        name, *queue = queue
        document = f'query {{ __type(name: "{name}") {{ {piece} }} }}'
        found = (await api.ask(document, _PIECE)).data.get("__type")
        found = found or SchemaType("SCALAR", name)
        if name in begin:
            used = tuple(each for each in found.fields or () if is_wanted(each.name))
            found = structs.replace(found, fields=used)
        types[name] = found
        known = {"", *types, *queue, *BUILT_IN}
        queue += [n for n in dict.fromkeys(found.used()) if n not in known]
    return roots.schema(types) if types[begin[0]].fields else None
