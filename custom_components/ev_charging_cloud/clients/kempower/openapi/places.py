"""What a request demands, and which of it can be filled in."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from .kinds import Meaning, Sought
from .meanings import IDS, Read, meaning_of, plain
from .operation import MAX_PATH, PATH, Fill, Refusal
from .schema import Document, NotUnderstoodError, Shape, as_object, as_text, json_in

MAX_LEVELS = 4
# Set by whoever makes the request (OpenAPI, Parameter Object).
OWN_HEADERS = frozenset({"accept", "contenttype", "authorization"})


class Place(Struct, frozen=True, kw_only=True):
    """A place that can be filled in.

    ``needed_with`` is the object that is not whole without it, the whole body or query
    where that is no name at all; None where it can be left out.
    """

    fill: Fill
    needed_with: tuple[str, ...] | None
    # Of a limit whose unit only another field tells.
    lacks_unit: bool
    family: str


def read_path(
    document: Document, path: str, parameters: Sequence[object], sought: Sought
) -> tuple[str, dict[Meaning, str], list[Place]]:
    """Return a path with our names in it, by what names it had them, and the query.

    Raises:
        NotUnderstoodError: something is demanded that is not understood.
    """
    places: list[Place] = []
    in_path: dict[str, Shape] = {}
    for name, where, shape, is_required in _parameters(document, parameters):
        if where == "path":
            in_path[name] = shape
            continue
        if where == "header" and plain(name) in OWN_HEADERS:
            continue
        read = meaning_of(name, shape) if where == "query" else None
        if read is not None and read.meaning in sought.meanings:
            needed_with = () if is_required else None
            places.append(_place("query", (name,), read, shape, needed_with))
        elif is_required:
            raise NotUnderstoodError(Refusal.PARAMETER, name)
    ours, names = _with_our_names(path, in_path, sought)
    return ours, names, places


def _parameters(
    document: Document, parameters: Iterable[object]
) -> Iterable[tuple[str, str, Shape, bool]]:
    """Return name, place, shape of each parameter, and whether it is required."""
    found: dict[tuple[str, str], tuple[str, str, Shape, bool]] = {}
    for node in parameters:
        parameter = document.resolve(node)
        name, where = as_text(parameter.get("name")), as_text(parameter.get("in"))
        schema = parameter.get("schema")
        content = as_object(parameter.get("content"))
        if schema is None and content and not json_in(content):
            # JSON is written into one text; how anything else is, nobody knows.
            schema = {"not": {}}
        shape = document.shape(schema)
        is_required = parameter.get("required") is True
        # An operation's own replaces that of its path.
        found[name, where] = name, where, shape, is_required
    return found.values()


def _with_our_names(
    path: str, shapes: Mapping[str, Shape], sought: Sought
) -> tuple[str, dict[Meaning, str]]:
    parts: list[str] = []
    names: dict[Meaning, str] = {}
    under = ""
    for part in path.removeprefix("/").split("/"):
        if part.startswith("{") and part.endswith("}"):
            name = part[1:-1]
            if name not in shapes:
                raise NotUnderstoodError(Refusal.PARAMETER, name)
            read = meaning_of(name, shapes[name], under=under)
            if read is None or read.meaning not in sought.meanings & IDS:
                raise NotUnderstoodError(Refusal.PARAMETER, name)
            names[read.meaning] = _family(read.meaning, f"{under} {name}")
            part = f"{{{read.meaning}}}"
        under = part
        parts.append(part)
    ours = "/" + "/".join(parts)
    ids = [part for part in parts if part.startswith("{")]
    if (
        not path.startswith("/")
        or len(ours) > MAX_PATH
        or not PATH.fullmatch(ours)
        or len({*ids}) < len(ids)
    ):
        raise NotUnderstoodError(Refusal.PATH)
    return ours, names


def _family(meaning: Meaning, name: str) -> str:
    """Return what tells names apart that may stand for two things in one request.

    OCPP's EVSE has connectors, so both beside each other are not the same.
    """
    if meaning in IDS:
        return "evse" if "evse" in plain(name) else ""
    return plain(name)


def read_body(
    document: Document, node: object, sought: Sought
) -> tuple[list[Place], bool]:
    """Return the places of a body, and whether there has to be one.

    Raises:
        NotUnderstoodError: something is demanded that is not understood.
    """
    if node is None:
        return [], False
    body = document.resolve(node)
    content = as_object(body.get("content"))
    is_required = body.get("required") is True
    media = json_in(content)
    if sought.is_read or media is None:
        if is_required or (content and not sought.is_read):
            raise NotUnderstoodError(Refusal.BODY)
        return [], False
    shape = document.shape(as_object(media).get("schema"))
    if shape.type != "object" or not shape.is_clear:
        raise NotUnderstoodError(Refusal.BODY)
    return _fields(document, shape, sought, (), ()), is_required


def _fields(
    document: Document,
    shape: Shape,
    sought: Sought,
    way: tuple[str, ...],
    needed_with: tuple[str, ...],
) -> list[Place]:
    """Return the places of an object; a required field that is none is refused.

    Args:
        document: what references lead into.
        shape: of the object.
        sought: says what can be filled in.
        way: to the object.
        needed_with: the object around it that is not whole without this one; itself
            where it can be left out.
    """
    places: list[Place] = []
    for name in sorted(shape.required - shape.properties.keys()):
        raise NotUnderstoodError(Refusal.FIELD, name)
    for name, node in shape.properties.items():
        is_required = name in shape.required
        try:
            places += _field(
                document,
                document.shape(node),
                sought,
                (*way, name),
                needed_with if is_required else None,
            )
        except NotUnderstoodError:
            if is_required:
                raise
    return places


def _field(
    document: Document,
    shape: Shape,
    sought: Sought,
    way: tuple[str, ...],
    needed_with: tuple[str, ...] | None,
) -> list[Place]:
    if shape.is_read_only:
        # Of answers only.
        return []
    under = way[-2] if len(way) > 1 else ""
    read = meaning_of(way[-1], shape, under=under)
    if read is not None and read.meaning in sought.meanings:
        return [_place("body", way, read, shape, needed_with)]
    if shape.type == "object" and shape.is_clear and len(way) < MAX_LEVELS:
        around = way if needed_with is None else needed_with
        found = _fields(document, shape, sought, way, around)
        if found or needed_with is None:
            return found
    if needed_with is not None:
        raise NotUnderstoodError(Refusal.FIELD, way[-1])
    return []


def _place(
    where: Literal["query", "body"],
    name: tuple[str, ...],
    read: Read,
    shape: Shape,
    needed_with: tuple[str, ...] | None,
) -> Place:
    is_limit = read.meaning is Meaning.LIMIT
    watts = 1.0 if read.watts is None else read.watts
    return Place(
        fill=Fill(
            meaning=read.meaning,
            where=where,
            name=name,
            value=read.value,
            yes=read.yes,
            no=read.no,
            per_watt=1 / watts if is_limit else watts,
            is_whole=is_limit and shape.type == "integer",
            least=shape.minimum if is_limit else None,
            most=shape.maximum if is_limit else None,
        ),
        needed_with=needed_with,
        lacks_unit=is_limit and read.watts is None,
        family=_family(read.meaning, name[-1]),
    )
