"""The executable schema: made from its text, with renamed fields and with a resolver for each field."""

from collections.abc import Callable, Mapping
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    NameNode,
    ObjectTypeDefinitionNode,
    ObjectTypeExtensionNode,
    build_ast_schema,
    parse,
)

from .schema_text import TENANTS

#: gives the value of a field: the names of its type and itself, what it belongs to, and its arguments
type Resolver = Callable[
    [str, str, object, GraphQLResolveInfo, Mapping[str, Any]], object
]


def make_schema(
    tenant: str, rename: Mapping[str, str], resolve: Resolver
) -> GraphQLSchema:
    """Return an operator's schema.

    Args:
        tenant: which operator.
        rename: new names of output fields, by "Type.field". Fields of types that only the other operator has are
            passed over.
        resolve: is given the field's name as it was before.

    Raises:
        ValueError: if no operator has a field that is to be renamed.
    """
    known = {name for text in TENANTS.values() for name in _fields(parse(text))}
    if unknown := rename.keys() - known:
        raise ValueError(f"no such field: {', '.join(sorted(unknown))}")
    schema = build_ast_schema(_renamed(parse(TENANTS[tenant]), rename))
    before = {
        (name.partition(".")[0], new): name.partition(".")[2]
        for name, new in rename.items()
    }
    for kind in schema.type_map.values():
        if not isinstance(kind, GraphQLObjectType) or kind.name.startswith("__"):
            continue
        for name, field in kind.fields.items():
            old = before.get((kind.name, name), name)
            field.resolve = _bound(resolve, kind.name, old)
    return schema


def _fields(document: DocumentNode) -> set[str]:
    """Return the output fields of a schema's text, as "Type.field"."""
    return {
        f"{kind.name.value}.{field.name.value}"
        for kind in _objects(document)
        for field in kind.fields
    }


def _objects(
    document: DocumentNode,
) -> list[ObjectTypeDefinitionNode | ObjectTypeExtensionNode]:
    """Return the definitions of object types, extensions too."""
    return [
        kind
        for kind in document.definitions
        if isinstance(kind, ObjectTypeDefinitionNode | ObjectTypeExtensionNode)
    ]


def _renamed(document: DocumentNode, rename: Mapping[str, str]) -> DocumentNode:
    """Give fields of a freshly parsed document other names, and return it."""
    for kind in _objects(document):
        for field in kind.fields:
            new = rename.get(f"{kind.name.value}.{field.name.value}")
            if new is not None:
                field.name = NameNode(value=new)
    return document


def _bound(resolve: Resolver, kind: str, name: str) -> Callable[..., object]:
    """Return the resolver of one field."""

    def resolve_field(
        source: object, info: GraphQLResolveInfo, **arguments: Any
    ) -> object:
        return resolve(kind, name, source, info, arguments)

    return resolve_field
