# What is used of parso, which has types but none for its trees' children.

class NodeOrLeaf:
    type: str
    start_pos: tuple[int, int]
    end_pos: tuple[int, int]
    def get_code(self) -> str: ...
    def get_first_leaf(self) -> Leaf: ...
    def get_next_leaf(self) -> Leaf | None: ...
    def get_previous_leaf(self) -> Leaf | None: ...

class Leaf(NodeOrLeaf):
    value: str
    prefix: str

class BaseNode(NodeOrLeaf):
    children: list[NodeOrLeaf]
