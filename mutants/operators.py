"""Which faults are made: those of Cosmic Ray that can change anything here, and five of our own."""

from collections.abc import Iterator
import itertools
from typing import override

from cosmic_ray.operators.operator import Example, Operator
from cosmic_ray.plugins import OPERATOR_PROVIDERS
from parso.python.tree import Name
from parso.tree import BaseNode, Leaf, NodeOrLeaf

type Position = tuple[tuple[int, int], tuple[int, int]]

SWAPPED = (
    ("ReplaceComparisonOperator", "Eq", "NotEq"),
    ("ReplaceComparisonOperator", "Is", "IsNot"),
    ("ReplaceComparisonOperator", "Lt", "LtE"),
    ("ReplaceComparisonOperator", "Gt", "GtE"),
    ("ReplaceComparisonOperator", "Lt", "Gt"),
    ("ReplaceBinaryOperator", "Add", "Sub"),
    ("ReplaceBinaryOperator", "Mul", "Div"),
    ("ReplaceBinaryOperator", "BitOr", "BitAnd"),
)
ONE_WAY = (
    "ReplaceBinaryOperator_FloorDiv_Mul",
    "ReplaceBinaryOperator_Mod_Mul",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_USub_UAdd",
    "AddNot",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "NumberReplacer",
    "RemoveDecorator",
    "ZeroIterationForLoop",
)


def _position(node: NodeOrLeaf) -> Position:
    return node.start_pos, node.end_pos


def _none(node: NodeOrLeaf) -> Name:
    return Name("None", node.start_pos, prefix=node.get_first_leaf().prefix or " ")


def _is_nothing(node: NodeOrLeaf) -> bool:
    return node.get_code().strip() in {"None", "False"}


class _Ours(Operator):
    """A fault at most once a node."""

    @override
    def mutation_positions(self, node: NodeOrLeaf) -> Iterator[Position]:
        where = self.where(node)
        if where is not None:
            yield _position(where)

    def where(self, node: NodeOrLeaf) -> NodeOrLeaf | None:
        """Return what is changed of a node, ``None`` where nothing is."""
        raise NotImplementedError

    @classmethod
    @override
    def examples(cls) -> tuple[Example, ...]:
        return ()


class ReplaceText(_Ours):
    """A text, or a piece of a formatted one, becomes another."""

    @override
    def where(self, node: NodeOrLeaf) -> NodeOrLeaf | None:
        return node if node.type in {"string", "fstring_string"} else None

    @override
    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf:
        assert isinstance(node, Leaf)
        if node.type == "fstring_string":
            node.value = f"{node.value}XX"
        else:
            quote = '"""' if node.value.endswith('"""') else node.value[-1]
            node.value = f"{node.value.removesuffix(quote)}XX{quote}"
        return node


class ReplaceArgumentWithNone(_Ours):
    """A named argument is not told."""

    @override
    def where(self, node: NodeOrLeaf) -> NodeOrLeaf | None:
        if not isinstance(node, BaseNode) or node.type != "argument":
            return None
        is_named = node.children[1].get_code().strip() == "="
        value = node.children[-1]
        return value if is_named and not _is_nothing(value) else None

    @override
    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf:
        assert isinstance(node, BaseNode)
        node.children[2] = _none(node.children[2])
        return node


class ReplaceReturnWithNone(_Ours):
    """Nothing is returned."""

    @override
    def where(self, node: NodeOrLeaf) -> NodeOrLeaf | None:
        if not isinstance(node, BaseNode) or node.type != "return_stmt":
            return None
        value = node.children[1]
        return None if _is_nothing(value) else value

    @override
    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf:
        assert isinstance(node, BaseNode)
        node.children[1] = _none(node.children[1])
        return node


class RemoveCall(_Ours):
    """A statement that is nothing but a call is left out."""

    @override
    def where(self, node: NodeOrLeaf) -> NodeOrLeaf | None:
        if not isinstance(node, BaseNode) or node.type != "simple_stmt":
            return None
        call = node.children[0]
        called = call.type in {"atom_expr", "power", "await"}
        return call if called and call.get_code().endswith(")") else None

    @override
    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf:
        assert isinstance(node, BaseNode)
        call = node.children[0]
        node.children[0] = Name(
            "pass", call.start_pos, prefix=call.get_first_leaf().prefix
        )
        return node


class ReplaceException(_Ours):
    """An exception is not caught (Cosmic Ray's own knows no tuple without parentheses)."""

    @override
    def where(self, node: NodeOrLeaf) -> NodeOrLeaf | None:
        if node.type != "name":
            return None
        following = node.get_next_leaf()
        if following is None or following.value not in {",", ":", ")", "as"}:
            return None
        before = node.get_previous_leaf()
        if before is None or before.value == ".":
            return None
        while before is not None and (
            before.type == "name" or before.value in {",", ".", "("}
        ):
            before = before.get_previous_leaf()
        return node if before is not None and before.value == "except" else None

    @override
    def mutate(self, node: NodeOrLeaf, index: int) -> NodeOrLeaf:
        assert isinstance(node, Leaf)
        node.value = "(type('Nobody', (Exception,), {}))"
        return node


OURS = {
    operator.__name__: operator
    for operator in (
        ReplaceText,
        ReplaceArgumentWithNone,
        ReplaceReturnWithNone,
        RemoveCall,
        ReplaceException,
    )
}
OPERATOR_PROVIDERS["ours"] = OURS


def names() -> Iterator[str]:
    """Yield the operators' names, as Cosmic Ray knows them."""
    yield from (f"ours/{name}" for name in OURS)
    yield from (f"core/{name}" for name in ONE_WAY)
    for family, one, other in SWAPPED:
        for pair in itertools.permutations((one, other)):
            yield f"core/{'_'.join((family, *pair))}"
