"""The text of a file as plain objects: JSON or YAML, within bounds.

The file comes from a person, so it may be anything. Its size is bounded before it is
read, then its depth and the number of its parts; YAML's aliases, by which a small file
becomes endless, are not followed at all.
"""

from enum import StrEnum

import yaml

from ...reading.plain import read_plain

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 100
MAX_NODES = 400_000

# Much faster where it was built, and the same otherwise.
LOADER: type[yaml.CSafeLoader | yaml.SafeLoader] = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)


class FileProblem(StrEnum):
    """Why a file is of no use at all."""

    TOO_LARGE = "too_large"
    TOO_DEEP = "too_deep"
    ALIASES = "aliases"
    UNREADABLE = "unreadable"
    NOT_OPENAPI = "not_openapi"
    GONE = "gone"


class OpenApiFileError(Exception):
    """The file is of no use."""

    def __init__(self, problem: FileProblem) -> None:
        """Keep what is wrong with it."""
        super().__init__(problem.value)
        self.problem = problem


def read_document(data: bytes) -> dict[str, object]:
    """Return the document that a file holds, with all keys as texts.

    Raises:
        OpenApiFileError: there is none, or it is out of bounds.
    """
    if len(data) > MAX_BYTES:
        raise OpenApiFileError(FileProblem.TOO_LARGE)
    if data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{":
        document = _read_json(data)
    else:
        document = _read_yaml(data)
    if not isinstance(document, dict):
        raise OpenApiFileError(FileProblem.UNREADABLE)
    return _with_texts_as_keys(document)


def _read_json(data: bytes) -> object:
    try:
        document = read_plain(data)
    except ValueError:
        # YAML may begin so as well.
        return _read_yaml(data)
    _check_bounds(document)
    return document


def _read_yaml(data: bytes) -> object:
    try:
        text = data.decode("utf-8-sig")
        _check_events(text)
        # A safe loader: it makes plain objects only.
        return yaml.load(text, Loader=LOADER)  # noqa: S506
    except RecursionError:
        raise OpenApiFileError(FileProblem.TOO_DEEP) from None
    except yaml.YAMLError, ArithmeticError, LookupError, TypeError, ValueError:
        # Its text would quote the file.
        raise OpenApiFileError(FileProblem.UNREADABLE) from None


def _check_events(text: str) -> None:
    """Look at YAML before anything is made of it."""
    depth = 0
    for nodes, event in enumerate(yaml.parse(text, Loader=LOADER)):
        if isinstance(event, yaml.AliasEvent):
            raise OpenApiFileError(FileProblem.ALIASES)
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MAX_DEPTH:
            raise OpenApiFileError(FileProblem.TOO_DEEP)
        if nodes > MAX_NODES:
            raise OpenApiFileError(FileProblem.TOO_LARGE)


def _check_bounds(document: object) -> None:
    level, nodes = [document], 0
    for _ in range(MAX_DEPTH + 1):
        nodes += len(level)
        if nodes > MAX_NODES:
            raise OpenApiFileError(FileProblem.TOO_LARGE)
        level = [part for each in level for part in _parts(each)]
        if not level:
            return
    raise OpenApiFileError(FileProblem.TOO_DEEP)


def _parts(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []


def _with_texts_as_keys(document: dict[object, object]) -> dict[str, object]:
    """Return a document whose keys are texts: in YAML a status is a number."""
    return {str(key): _keyed(value) for key, value in document.items()}


def _keyed(value: object) -> object:
    if isinstance(value, dict):
        return _with_texts_as_keys(value)
    if isinstance(value, list):
        return [_keyed(each) for each in value]
    return value
