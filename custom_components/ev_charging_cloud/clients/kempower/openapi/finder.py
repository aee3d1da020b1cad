"""Finding the operations that are looked for in a file, and saying why not."""

from collections.abc import Collection, Iterable, Iterator, Mapping
import re
from typing import Literal

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from .kinds import COMMANDS, SOUGHT, Kind, Meaning, Sought, plain_title
from .operation import MAX_PATH, Fill, Operation, Refusal, Refused
from .places import Place, read_body, read_path
from .schema import Document, NotUnderstoodError, as_list, as_object, as_text, json_in
from .text import FileProblem, OpenApiFileError, read_document

MAX_OPERATIONS = 5000
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
WRITES: Mapping[str, Literal["POST", "PUT", "PATCH"]] = {
    "post": "POST",
    "put": "PUT",
    "patch": "PATCH",
}
VERSION = re.compile(r"3\.\d")
# By what each is known in the answer's list; the vendor's types have it.
MARKS: Mapping[Kind, str] = {
    Kind.TRANSACTIONS: "txId",
    Kind.STATION_TRANSACTIONS: "txId",
    Kind.LOCATION_STATIONS: "stationId",
    Kind.VEHICLES: "id",
    Kind.SCHEDULES: "evId",
    Kind.POWER_GROUPS: "groupId",
}
# Of these the answer has an object instead of a list; of those it has two lists.
BY_ID = frozenset({Kind.POWER_GROUPS})
MOST_LISTS: Mapping[Kind, int] = {Kind.SCHEDULES: 2}
PAGE_FIELD = "lastEvaluatedKey"


class Findings(Struct, frozen=True, kw_only=True):
    """What a file brought: an operation, or why it is not used, of each kind."""

    found: Mapping[Kind, Operation] = field(default_factory=dict)
    refused: Mapping[Kind, Refused] = field(default_factory=dict)

    def joined(self, earlier: Findings) -> Findings:
        """Return these with what other parts brought of the kinds that this one lacks."""
        here = {kind for kind in Kind if kind in self.found or self._is_there(kind)}
        found = {k: v for k, v in earlier.found.items() if k not in here}
        refused = {k: v for k, v in earlier.refused.items() if k not in here}
        missing = {k: v for k, v in self.refused.items() if k not in found | refused}
        return Findings(found={**found, **self.found}, refused={**refused, **missing})

    def used(self, commands: Collection[str]) -> dict[Kind, Operation]:
        """Return the operations that are used: of commands those that are switched on."""
        return {
            kind: operation
            for kind, operation in self.found.items()
            if kind not in COMMANDS or kind in commands
        }

    @property
    def kept(self) -> dict[str, object]:
        """All of it as plain objects, to be kept."""
        kept: dict[str, object] = msgspec.json.decode(msgspec.json.encode(self))
        return kept

    @classmethod
    def restored(cls, kept: object) -> Findings:
        """Return what was kept; nothing where it cannot be read."""
        try:
            return msgspec.convert(kept or {}, cls)
        except msgspec.ValidationError:
            return cls()

    def summary(self, used: Collection[Kind]) -> dict[str, str]:
        """Return in short what became of each kind.

        Args:
            used: the kinds that are switched on.
        """
        found = {
            kind.value: f"{operation.method} {operation.path}"
            f" ({'used' if kind in used else 'switched off'})"
            for kind, operation in self.found.items()
        }
        refused = {
            kind.value: f"{refused.reason} {refused.detail}".strip()
            for kind, refused in self.refused.items()
        }
        return {**found, **refused}

    def _is_there(self, kind: Kind) -> bool:
        refused = self.refused.get(kind)
        return refused is not None and refused.reason is not Refusal.MISSING


class _Described(Struct, frozen=True, kw_only=True):
    """An operation as it stands in the file."""

    path: str
    method: str
    content: Mapping[str, object]
    parameters: tuple[object, ...]


def find_operations(data: bytes) -> Findings:
    """Return what a file has of the operations that are looked for.

    Raises:
        OpenApiFileError: it is of no use at all.
    """
    root = read_document(data)
    if not VERSION.match(as_text(root.get("openapi"))):
        raise OpenApiFileError(FileProblem.NOT_OPENAPI)
    document = Document(root)
    matches: dict[Kind, list[_Described]] = {}
    for described in _operations(document):
        for kind in _kinds_of(described):
            matches.setdefault(kind, []).append(described)
    users: dict[tuple[str, str], int] = {}
    for each in matches.values():
        for described in each:
            place = _place_of(described)
            users[place] = users.get(place, 0) + 1
    found: dict[Kind, Operation] = {}
    refused: dict[Kind, Refused] = {}
    for kind in Kind:
        try:
            found[kind] = _read(document, kind, matches.get(kind, []), users)
        except NotUnderstoodError as err:
            refused[kind] = err.refused
    return Findings(found=found, refused=refused)


def _operations(document: Document) -> Iterator[_Described]:
    count = 0
    for path, item in as_object(document.root.get("paths")).items():
        try:
            known = document.resolve(item)
        except NotUnderstoodError:
            continue
        for method in METHODS:
            if method not in known:
                continue
            count += 1
            if count > MAX_OPERATIONS:
                raise OpenApiFileError(FileProblem.TOO_LARGE)
            content = as_object(known[method])
            yield _Described(
                # One that is longer is refused, and takes no time.
                path=path if len(path) <= MAX_PATH else "",
                method=method,
                content=content,
                parameters=(
                    *as_list(known.get("parameters")),
                    *as_list(content.get("parameters")),
                ),
            )


def _kinds_of(described: _Described) -> Iterator[Kind]:
    title = plain_title(as_text(described.content.get("summary"))[:200])
    id_ = as_text(described.content.get("operationId"))
    for kind, sought in SOUGHT.items():
        if title in sought.titles or id_ in sought.ids:
            yield kind


def _place_of(described: _Described) -> tuple[str, str]:
    """Return what tells one request from another, whatever its parameters are called."""
    return described.method, re.sub(r"\{[^}]*\}", "{}", described.path).rstrip("/")


def _read(
    document: Document,
    kind: Kind,
    matches: list[_Described],
    users: Mapping[tuple[str, str], int],
) -> Operation:
    match matches:
        case [described]:
            pass
        case []:
            raise NotUnderstoodError(Refusal.MISSING)
        case _:
            raise NotUnderstoodError(Refusal.SEVERAL)
    if users[_place_of(described)] > 1:
        raise NotUnderstoodError(Refusal.SHARED)
    sought = SOUGHT[kind]
    method = "GET" if sought.is_read else WRITES.get(described.method)
    if method is None or (sought.is_read and described.method != "get"):
        raise NotUnderstoodError(Refusal.METHOD, described.method)
    path, in_path, in_query = read_path(
        document, described.path, described.parameters, sought
    )
    in_body, has_body = read_body(
        document, described.content.get("requestBody"), sought
    )
    chosen = _choose(in_path, [*in_query, *in_body], sought, has_body=has_body)
    operation = Operation(
        kind=kind,
        method=method,
        path=path,
        fills=tuple(_with_unit(chosen)),
        has_body=has_body or any(p.fill.where == "body" for p in chosen),
    )
    return _with_answer(document, operation, described) if sought.is_read else operation


def _choose(
    in_path: Mapping[Meaning, str],
    places: list[Place],
    sought: Sought,
    *,
    has_body: bool,
) -> list[Place]:
    """Return the places that are filled in: as few as can be.

    Raises:
        NotUnderstoodError: it cannot be said what is meant, or it can in two ways.
    """
    forced = _whole([], places, has_body=has_body)
    known = in_path.keys() | {place.fill.meaning for place in forced}
    possible = known | {place.fill.meaning for place in places}
    target = next((each for each in sought.targets if each <= possible), None)
    if target is None:
        lacking = sorted(sought.targets[0] - possible)
        raise NotUnderstoodError(Refusal.TARGET, lacking[0])
    wanted = (target | sought.may_have - {Meaning.UNIT}) - known
    extra: list[Place] = []
    for place in places:
        if place.fill.meaning in wanted and place not in forced:
            wanted -= {place.fill.meaning}
            extra.append(place)
    chosen = _whole([*forced, *extra], places)
    if any(place.lacks_unit for place in chosen):
        units = [p for p in places if p.fill.meaning is Meaning.UNIT]
        chosen = _whole([*chosen, *units[:1]], places)
    _check_names(chosen, in_path)
    return chosen


def _whole(
    chosen: list[Place], places: list[Place], *, has_body: bool = False
) -> list[Place]:
    """Return some places with all others that have to be filled in beside them.

    Args:
        chosen: the places.
        places: all of them.
        has_body: whether there is a body, whatever is filled in.
    """
    result = list(dict.fromkeys(chosen))
    while added := [
        place
        for place in places
        if place not in result and _is_needed(place, result, has_body=has_body)
    ]:
        result += added
    return result


def _is_needed(place: Place, beside: list[Place], *, has_body: bool) -> bool:
    """Tell whether a place has to be filled in beside others."""
    around = place.needed_with
    if around is None:
        return False
    if around == () and (has_body or place.fill.where == "query"):
        return True
    return any(
        p.fill.where == "body" and p.fill.name[: len(around)] == around for p in beside
    )


def _check_names(chosen: Iterable[Place], in_path: Mapping[Meaning, str]) -> None:
    """Refuse what has two names in one request: they may be two things."""
    names = dict(in_path)
    for place in chosen:
        if names.setdefault(place.fill.meaning, place.family) != place.family:
            raise NotUnderstoodError(Refusal.FIELD, place.fill.name[-1])


def _with_unit(chosen: Iterable[Place]) -> Iterator[Fill]:
    """Yield what is filled in, a limit by the unit that stands beside it."""
    units = [p.fill for p in chosen if p.fill.meaning is Meaning.UNIT]
    for place in chosen:
        fill = place.fill
        if fill.meaning is Meaning.LIMIT and (place.lacks_unit or units):
            match units:
                case [unit] if place.lacks_unit or fill.per_watt == 1 / unit.per_watt:
                    fill = replace(fill, per_watt=1 / unit.per_watt)
                case _:
                    raise NotUnderstoodError(Refusal.UNIT, fill.name[-1])
        yield fill


def _with_answer(
    document: Document, operation: Operation, described: _Described
) -> Operation:
    """Return a reading operation that knows where the list is in its answer.

    Raises:
        NotUnderstoodError: there is no such list, or there are several.
    """
    answer = document.shape(_answer_schema(document, described))
    mark = MARKS[operation.kind]
    is_meant = _is_object_of if operation.kind in BY_ID else _is_list_of
    lists = [
        name
        for name, node in answer.properties.items()
        if is_meant(document, node, mark)
    ]
    if not 0 < len(lists) <= MOST_LISTS.get(operation.kind, 1):
        raise NotUnderstoodError(Refusal.ANSWER, mark)
    has_pages = PAGE_FIELD in answer.properties and any(
        fill.meaning is Meaning.PAGE for fill in operation.fills
    )
    return replace(
        operation,
        items=lists[0],
        more=tuple(lists[1:]),
        page=PAGE_FIELD if has_pages else None,
    )


def _answer_schema(document: Document, described: _Described) -> object:
    answers = as_object(described.content.get("responses"))
    for status in ("200", "2XX", "default"):
        if status in answers:
            content = as_object(document.resolve(answers[status]).get("content"))
            return as_object(json_in(content)).get("schema")
    raise NotUnderstoodError(Refusal.ANSWER)


def _is_list_of(document: Document, node: object, mark: str) -> bool:
    try:
        shape = document.shape(node)
        return shape.type == "array" and mark in document.shape(shape.items).properties
    except NotUnderstoodError:
        return False


def _is_object_of(document: Document, node: object, mark: str) -> bool:
    """Tell whether a value holds things of a kind by their ids."""
    try:
        shape = document.shape(node)
        return (
            shape.type == "object"
            and not shape.properties
            and mark in document.shape(shape.values).properties
        )
    except NotUnderstoodError:
        return False
