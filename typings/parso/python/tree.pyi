from parso.tree import Leaf

class Name(Leaf):
    def __init__(
        self, value: str, start_pos: tuple[int, int], prefix: str = ""
    ) -> None: ...
