"""Tests of what a file's schemas say of a value: each keyword, references, and several schemas of one value."""

from collections.abc import Sequence
from typing import Any

import pytest

from custom_components.ev_charging_cloud.clients.kempower.openapi import (
    FileProblem,
    OpenApiFileError,
    Refusal,
    Refused,
)
from custom_components.ev_charging_cloud.clients.kempower.openapi.schema import (
    Document,
    NotUnderstoodError,
    Shape,
    as_list,
    as_object,
    as_text,
    json_in,
    plain_name,
)

TEXT = {"type": "string"}


def shape_of(schema: object, **schemas: object) -> Shape:
    """Return what a schema says, in a document with some others."""
    return Document({"schemas": schemas}).shape(schema)


def refused(schema: object, **schemas: object) -> Refused:
    """Return why a schema is not understood."""
    with pytest.raises(NotUnderstoodError) as caught:
        shape_of(schema, **schemas)
    assert str(caught.value) == caught.value.refused.reason.value
    return caught.value.refused


def changed(shape: Shape, **changes: object) -> Shape:
    """Return a shape with something else."""
    known = {name: getattr(shape, name) for name in Shape.__struct_fields__}
    return Shape(**{**known, **changes})


@pytest.mark.parametrize(
    ("schema", "shape"),
    [
        ({}, Shape()),
        ("no schema", Shape()),
        (TEXT, Shape(type="string")),
        ({"type": ["string", "null"]}, Shape(type="string")),
        ({"type": ["null"]}, Shape()),
        ({"type": "null"}, Shape()),
        ({"type": ["string", "number"]}, Shape(is_clear=False)),
        ({"type": [1]}, Shape()),
        ({"type": 1}, Shape()),
        ({"properties": {"a": TEXT}}, Shape(type="object", properties={"a": TEXT})),
        (
            {"type": ["string", "number"], "properties": {}},
            Shape(is_clear=False),
        ),
        ({"type": "array", "properties": {}}, Shape(type="array")),
        ({"enum": ["a", None, 1]}, Shape(words=("a", 1))),
        ({"enum": []}, Shape()),
        ({"enum": [None]}, Shape(words=())),
        ({"const": "b", "enum": ["a"]}, Shape(words=("b",))),
        ({"const": None}, Shape(words=())),
        ({"required": ["a", 1, "b"]}, Shape(required=frozenset({"a", "b"}))),
        ({"items": TEXT}, Shape(items=TEXT)),
        ({"additionalProperties": TEXT}, Shape(values=TEXT)),
        ({"additionalProperties": True}, Shape()),
        ({"additionalProperties": {}}, Shape()),
        ({"title": "A", "description": "b"}, Shape(text="A b")),
        ({"title": "A"}, Shape(text="A ")),
        ({"description": "b"}, Shape(text=" b")),
        ({"title": 1, "description": ["b"]}, Shape()),
        (
            {"minimum": 1, "maximum": 2.5, "multipleOf": 0.5},
            Shape(minimum=1.0, maximum=2.5, multiple=0.5),
        ),
        ({"minimum": True, "maximum": "9", "multipleOf": None}, Shape()),
        ({"minimum": -1e15, "maximum": 1e15}, Shape()),
        (
            {"minimum": -999999999999999, "maximum": 999999999999999.0},
            Shape(minimum=-999999999999999.0, maximum=999999999999999.0),
        ),
        ({"readOnly": True}, Shape(is_read_only=True)),
        ({"readOnly": "yes"}, Shape()),
        # As a number in OpenAPI 3.1; as a flag beside a bound in 3.0.
        ({"exclusiveMinimum": 1}, Shape(is_clear=False)),
        ({"exclusiveMaximum": 1.5}, Shape(is_clear=False)),
        ({"exclusiveMinimum": "1", "exclusiveMaximum": None}, Shape()),
    ],
)
def test_keywords(schema: object, shape: Shape) -> None:
    """Each keyword is one thing that is known of a value."""
    # Title and description, of which mostly there is neither.
    assert shape_of(schema) == changed(shape, text=shape.text or " ")


@pytest.mark.parametrize(
    "keyword",
    [
        *("not", "if", "then", "else", "dependentRequired", "dependentSchemas"),
        *("dependencies", "minProperties", "$dynamicRef", "$recursiveRef"),
    ],
)
def test_keywords_that_are_not_understood(keyword: str) -> None:
    """Whatever else may be demanded by them, the value is not clear."""
    found = shape_of({**TEXT, keyword: {}})
    assert found == Shape(type="string", text=" ", is_clear=False)


FIRST: dict[str, Any] = {
    "type": "object",
    "title": "One",
    "properties": {"a": TEXT},
    "required": ["a"],
    "items": {"n": 1},
    "additionalProperties": {"n": 2},
    "minimum": 1,
    "maximum": 2,
    "multipleOf": 3,
}
WHOLE = Shape(
    type="object",
    text="One",
    properties={"a": TEXT},
    required=frozenset({"a"}),
    items={"n": 1},
    values={"n": 2},
    minimum=1.0,
    maximum=2.0,
    multiple=3.0,
)


@pytest.mark.parametrize(
    ("other", "both", "turned"),
    [
        ({}, {}, {}),
        (TEXT, {"is_clear": False}, {"type": "string", "is_clear": False}),
        ({"type": "object"}, {}, {}),
        ({"enum": ["x"]}, {"words": ("x",)}, {"words": ("x",)}),
        (
            {"properties": {"b": TEXT}, "required": ["b"]},
            {
                "properties": {"a": TEXT, "b": TEXT},
                "required": frozenset({"a", "b"}),
            },
            {
                "properties": {"a": TEXT, "b": TEXT},
                "required": frozenset({"a", "b"}),
            },
        ),
        # Of one field twice both would have to hold.
        (
            {"properties": {"a": {"type": "object"}}},
            {"properties": {"a": {"type": "object"}}, "is_clear": False},
            {"is_clear": False},
        ),
        ({"items": {"n": 3}}, {}, {"items": {"n": 3}}),
        ({"additionalProperties": {"n": 4}}, {}, {"values": {"n": 4}}),
        ({"minimum": 9}, {"minimum": 9.0}, {}),
        ({"maximum": 9}, {"maximum": 9.0}, {}),
        ({"multipleOf": 9}, {"multiple": 9.0}, {}),
        ({"readOnly": True}, {"is_read_only": True}, {"is_read_only": True}),
        ({"not": {}}, {"is_clear": False}, {"is_clear": False}),
    ],
)
def test_two_schemas_of_one_value(
    other: dict[str, Any], both: dict[str, Any], turned: dict[str, Any]
) -> None:
    """What both say holds, the later one's bounds; where they differ it is not clear."""
    assert shape_of({"allOf": [FIRST, other]}) == changed(WHOLE, **both)
    assert shape_of({"allOf": [other, FIRST]}) == changed(WHOLE, **turned)
    assert shape_of({**FIRST, "allOf": [other]}) == changed(WHOLE, **both)


def test_words_twice() -> None:
    """Of two lists of words nobody knows which holds."""
    one, other = {"enum": ["a", "b"]}, {"enum": ["a", "c"]}
    found = shape_of({"allOf": [one, other]})
    assert (found.words, found.is_clear) == (("a", "c"), False)
    found = shape_of({"allOf": [one, {}]})
    assert (found.words, found.is_clear) == (("a", "b"), True)


def test_texts_of_several() -> None:
    """All that is said of a value is read for its unit."""
    found = shape_of({"allOf": [{"title": "In"}, {"description": "kW"}, {}]})
    assert found.text.split() == ["In", "kW"]
    assert found.text == found.text.strip()


@pytest.mark.parametrize("choice", ["oneOf", "anyOf"])
def test_choices(choice: str) -> None:
    """A choice is one between a value and nothing, and any other is not clear."""
    options: Sequence[object]
    for options in (
        [TEXT],
        [TEXT, {"type": "null"}],
        [{"type": "null"}, TEXT],
        [{"$ref": "#/schemas/Null"}, TEXT],
    ):
        found = shape_of({choice: options}, Null={"type": "null"})
        assert (found.type, found.is_clear) == ("string", True), options
    for options in (
        [TEXT, {"type": "number"}],
        [TEXT, {"enum": [None]}],
        [{"type": "null"}],
        [TEXT, TEXT],
        [],
    ):
        assert not shape_of({**TEXT, choice: options}).is_clear, options


@pytest.mark.parametrize(
    "reference",
    [
        *("#", "#/", "#/schemas/No", "schemas/X", "/schemas/X", "other.json#/X"),
        *("https://elsewhere.example/x#/X", "#/schemas/X/type/a", "", 7, ["#/schemas"]),
    ],
    ids=str,
)
def test_references_that_lead_nowhere(reference: object) -> None:
    """What is not in this very file is refused, and not named."""
    found = refused({"$ref": reference}, X=TEXT)
    assert found == Refused(Refusal.REFERENCE, "")


@pytest.mark.parametrize("name", ["X", "a/b", "m~n", "ä b", "~1", "50%"])
def test_references(name: str) -> None:
    """Names in references are spelt as JSON pointers in addresses are."""
    spelt = {
        "X": "X",
        "a/b": "a~1b",
        "m~n": "m~0n",
        "ä b": "%C3%A4%20b",
        "~1": "~01",
        "50%": "50%25",
    }
    found = shape_of({"$ref": f"#/schemas/{spelt[name]}"}, **{name: TEXT})
    assert found.type == "string"


def test_references_in_a_row() -> None:
    """Nineteen references may lead to each other; a circle is none that ends."""
    row: dict[str, object] = {
        f"S{number}": {"$ref": f"#/schemas/S{number + 1}"} for number in range(30)
    }
    document = Document({"schemas": {**row, "S30": TEXT}})
    assert document.resolve({"$ref": "#/schemas/S12"}) == TEXT
    with pytest.raises(NotUnderstoodError) as caught:
        document.resolve({"$ref": "#/schemas/S11"})
    assert caught.value.refused == Refused(Refusal.REFERENCE)
    circle = {"A": {"$ref": "#/schemas/A"}}
    assert refused({"$ref": "#/schemas/A"}, **circle).reason is Refusal.REFERENCE


@pytest.mark.parametrize("keyword", ["allOf", "oneOf"])
def test_schemas_in_each_other(keyword: str) -> None:
    """Twenty schemas may hold of one value, itself among them."""

    def nested(levels: int) -> object:
        inner: object = TEXT
        for _ in range(levels):
            inner = {keyword: [inner]}
        return inner

    assert shape_of(nested(19)).type == "string"
    assert refused(nested(20)).reason is Refusal.REFERENCE
    assert shape_of({"allOf": [TEXT] * 19}).type == "string"
    assert refused({"allOf": [TEXT] * 20}).reason is Refusal.REFERENCE


def test_most_work() -> None:
    """A hundred thousand objects are looked at, and not one more."""
    document = Document({})
    for _ in range(100_000):
        document.resolve({})
    with pytest.raises(OpenApiFileError) as caught:
        document.resolve({})
    assert caught.value.problem is FileProblem.TOO_LARGE


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("contractReference", "contractReference"),
        ("a-b._c9", "a-b._c9"),
        ("<b>é`\n²", "-b-----"),
        ("x" * 40, "x" * 40),
        ("x" * 41, "x" * 40),
    ],
)
def test_names_that_are_shown(name: str, shown: str) -> None:
    """A name of the file cannot carry more than a name."""
    assert plain_name(name) == shown
    error = NotUnderstoodError(Refusal.FIELD, name)
    assert error.refused == Refused(Refusal.FIELD, shown)
    assert str(error) == "field"


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ({}, None),
        ({"text/plain": {"n": 1}}, None),
        ({"application/json+x": {"n": 1}}, None),
        ({"text/plain": {"n": 1}, "application/json": {"n": 2}}, {"n": 2}),
        ({" Application/JSON ;charset=utf-8; x": {"n": 3}}, {"n": 3}),
        ({"x; application/json": {"n": 1}}, None),
    ],
)
def test_what_is_json(content: dict[str, object], found: object) -> None:
    """JSON is one media type, whatever its letters and its parameters are."""
    assert json_in(content) == found


def test_what_is_of_another_type() -> None:
    """Whatever stands in the place of an object, a list or a text is an empty one."""
    assert as_object({"a": 1}) == {"a": 1}
    assert as_list([1]) == [1]
    assert as_text("a") == "a"
    for odd in (None, 7, True):
        assert (as_object(odd), as_list(odd), as_text(odd)) == ({}, [], "")
    assert (as_object([1]), as_list({"a": 1}), as_text(["a"])) == ({}, [], "")
    assert as_object(as_object(None)) == {}
