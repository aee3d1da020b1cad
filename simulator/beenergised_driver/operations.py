"""What was asked of the GraphQL API, without secrets: for tests to read."""

from dataclasses import dataclass
from datetime import datetime

from graphql import (
    DocumentNode,
    FieldNode,
    OperationDefinitionNode,
    StringValueNode,
    VariableDefinitionNode,
    Visitor,
    print_ast,
    visit,
)

#: how many operations are kept; the oldest go first
KEPT = 10_000
HIDDEN = "…"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation.

    Attributes:
        kind: query or mutation.
        fields: its top fields, without aliases.
        document: its text; what stood in a sign-in is hidden.
        credential: the kind of the token that came with it.
        status: the HTTP status of the answer.
        codes: the codes of the errors in the answer.
        time: the simulated moment.
    """

    kind: str
    fields: tuple[str, ...]
    document: str
    credential: str
    status: int
    codes: tuple[str, ...]
    time: datetime


class OperationLog(list[Operation]):
    """The operations, oldest first; `clear()` forgets them."""

    def add(self, operation: Operation) -> None:
        """Keep an operation."""
        if len(self) >= KEPT:
            del self[: KEPT // 10]
        self.append(operation)

    def asking(self, field: str) -> list[Operation]:
        """Return the operations with this top field."""
        return [operation for operation in self if field in operation.fields]


class _Hide(Visitor):
    """Hide every text that a sign-in is given."""

    def enter_field(self, node: FieldNode, *_: object) -> FieldNode | None:
        """Hide what the field's arguments hold."""
        if node.name.value != "initSession":
            return None
        hidden: FieldNode = visit(node, _HideTexts())
        return hidden

    def enter_variable_definition(
        self, node: VariableDefinitionNode, *_: object
    ) -> VariableDefinitionNode:
        """Hide the defaults of variables, which may be a sign-in's."""
        hidden: VariableDefinitionNode = visit(node, _HideTexts())
        return hidden


class _HideTexts(Visitor):
    """Hide every text."""

    def enter_string_value(self, node: StringValueNode, *_: object) -> StringValueNode:
        """Hide a text."""
        return StringValueNode(value=HIDDEN)


def without_secrets(document: DocumentNode) -> str:
    """Return the text of a document without what a sign-in was given."""
    return print_ast(visit(document, _Hide()))


def top_fields(operation: OperationDefinitionNode) -> tuple[str, ...]:
    """Return the names of an operation's top fields; those inside fragments are left out."""
    return tuple(
        selection.name.value
        for selection in operation.selection_set.selections
        if isinstance(selection, FieldNode)
    )
