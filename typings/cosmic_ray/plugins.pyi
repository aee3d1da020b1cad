from collections.abc import Mapping

from cosmic_ray.operators.operator import Operator

OPERATOR_PROVIDERS: dict[str, Mapping[str, type[Operator]]]

def get_operator(name: str) -> type[Operator]: ...
