"""Tests of a file's text: each bound at its edge, and what keys and texts become."""

from collections.abc import Callable
import json

import pytest
import yaml

from custom_components.ev_charging_cloud.clients.kempower.openapi import (
    MAX_BYTES,
    FileProblem,
    OpenApiFileError,
    text,
)
from custom_components.ev_charging_cloud.clients.kempower.openapi.text import (
    read_document,
)


def problem_of(data: bytes) -> FileProblem | None:
    """Return why a file is of no use; None for a good one."""
    try:
        read_document(data)
    except OpenApiFileError as err:
        return err.problem
    return None


def test_words_of_problems() -> None:
    """Texts for people are found by these words."""
    assert [problem.value for problem in FileProblem] == [
        "too_large",
        "too_deep",
        "aliases",
        "unreadable",
        "not_openapi",
        "gone",
    ]


def test_largest_file() -> None:
    """A file has at most four MiB, to the byte."""
    assert MAX_BYTES == 4_194_304
    assert problem_of(b'{"a": 1}'.ljust(4_194_304)) is None
    assert problem_of(b'{"a": 1}'.ljust(4_194_305)) is FileProblem.TOO_LARGE


def json_of(depth: int) -> bytes:
    """Return JSON with so many objects inside each other."""
    return b'{"a":' * depth + b"1" + b"}" * depth


def yaml_of(depth: int) -> bytes:
    """Return YAML with so many objects inside each other, and no JSON."""
    return b"a: " + b"{a: " * (depth - 1) + b"1" + b"}" * (depth - 1)


@pytest.mark.parametrize("make", [json_of, yaml_of])
def test_deepest_file(make: Callable[[int], bytes]) -> None:
    """A hundred objects may stand inside each other, in JSON as in YAML."""
    assert problem_of(make(100)) is None
    assert problem_of(make(101)) is FileProblem.TOO_DEEP


def test_depth_is_of_what_is_open() -> None:
    """What stands beside each other is not deep."""
    lines = "".join(f"k{number}: {{a: [1]}}\n" for number in range(150))
    assert problem_of(lines.encode()) is None
    assert problem_of(b'{"a": [' + b"[[]]," * 150 + b"[]]}") is None
    # Nor does it make up for what is.
    assert problem_of(b"k: {a: [{}]}\n" + yaml_of(101)) is FileProblem.TOO_DEEP


def test_reader_of_yaml() -> None:
    """Files are read by the fast reader of YAML, where there is one."""
    assert text.LOADER is yaml.CSafeLoader


def test_most_parts_of_json() -> None:
    """A file of JSON has at most 400,000 parts: all values, and what holds them."""
    # the object, its list, and what is in that
    most = 400_000 - 2
    assert problem_of(json.dumps({"a": [1] * most}).encode()) is None
    assert problem_of(json.dumps({"a": [1] * (most + 1)}).encode()) is (
        FileProblem.TOO_LARGE
    )


def test_most_parts_of_yaml(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bound holds for the events of YAML; here it is lower, to be quick."""
    monkeypatch.setattr(text, "MAX_NODES", 20)
    # Counted from 0; nine of 21 are the key, and where things begin and end.
    line = f"a: [{', '.join('x' * 12)}]\n"
    assert problem_of(line.encode()) is None
    assert problem_of(line.replace("]", ", x]").encode()) is FileProblem.TOO_LARGE


@pytest.mark.parametrize(
    ("data", "document"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b'\xef\xbb\xbf \n\t{"a": "\xc3\xa4"}', {"a": "ä"}),
        # What is no JSON for a comma, and YAML all the same.
        (b'{"a": 1,}', {"a": 1}),
        (b'\xef\xbb\xbf{a: "\xc3\xa4"}', {"a": "ä"}),
        (b"\xef\xbb\xbfa: \xc3\xa4\n", {"a": "ä"}),
        (
            b"200: {true: [{1: 2}, [{3: 4}], 5]}\nnull: no\n",
            {"200": {"True": [{"1": 2}, [{"3": 4}], 5]}, "None": False},
        ),
        (b"a: {b: {c: {}}}", {"a": {"b": {"c": {}}}}),
    ],
    ids=range(7),
)
def test_documents(data: bytes, document: dict[str, object]) -> None:
    """JSON and YAML become the same plain objects, whose keys are texts."""
    assert read_document(data) == document


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        # JSON, and no object: YAML would make the same of it.
        (b"[1]", FileProblem.UNREADABLE),
        (b"1", FileProblem.UNREADABLE),
        (b"", FileProblem.UNREADABLE),
        (b"a: 1\na: : 2\n", FileProblem.UNREADABLE),
        (b"\x00", FileProblem.UNREADABLE),
        (b"a: \xff\n", FileProblem.UNREADABLE),
        # What YAML's own types cannot hold.
        (b"a: 2026-13-45\n", FileProblem.UNREADABLE),
        (b"{[1, 2]: 3}", FileProblem.UNREADABLE),
        (b"? {a: 1}\n: 2\n", FileProblem.UNREADABLE),
        (b"a: !!int x\n", FileProblem.UNREADABLE),
        (b"a: !!int ''\n", FileProblem.UNREADABLE),
        (b"a: !!bool x\n", FileProblem.UNREADABLE),
        (b"a: !!python/name:os.system x\n", FileProblem.UNREADABLE),
        (b"a: &x 1\nb: *x\n", FileProblem.ALIASES),
        (b"{a: &x 1, b: *x}", FileProblem.ALIASES),
    ],
    ids=range(15),
)
def test_what_is_no_document(data: bytes, problem: FileProblem) -> None:
    """Each is of no use for its own reason, and nothing of it is in the error."""
    assert problem_of(data) is problem


@pytest.mark.parametrize(
    "error", [RecursionError, OverflowError, KeyError, TypeError, ValueError]
)
def test_what_the_reader_of_yaml_stumbles_over(
    monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    """Whatever it raises over a file is a word about the file."""

    def load(*_: object, **__: object) -> None:
        raise error("a secret of the file")

    monkeypatch.setattr(yaml, "load", load)
    with pytest.raises(OpenApiFileError) as caught:
        read_document(b"a: 1\n")
    is_depth = error is RecursionError
    problem = FileProblem.TOO_DEEP if is_depth else FileProblem.UNREADABLE
    assert caught.value.problem is problem
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
