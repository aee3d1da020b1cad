"""Of what pictures are made, as digests that a committed list keeps."""

import ast
from collections.abc import Iterator, Mapping
from hashlib import sha256
import json
from pathlib import Path
import tomllib

from .gallery import INTEGRATION, PICTURES

ROOT = Path(__file__).resolve().parent.parent
IMAGES = ROOT / "docs" / "images"
LIST = IMAGES / "pictures.toml"
HEAD = """\
# Which pictures were taken, and of what they were made: script/screenshots writes this, script/screenshots --check
# compares it with what is so now.
"""
TEXTS, ENTITIES = "texts:", "entities:"
# A table's last column says in other words what the others do.
SHOWN_COLUMNS = slice(1, 4)


def digest(name: str, root: Path = ROOT) -> str:
    """Return a digest of all that a picture is made of.

    Raises:
        FileNotFoundError: a source is not there.
    """
    summary = sha256()
    for source in PICTURES[name]:
        for what, content in _contents(source, root):
            summary.update(f"{what}\0{content}\0".encode())
    return summary.hexdigest()


def _contents(source: str, root: Path) -> Iterator[tuple[str, str]]:
    """Yield what a source has that can be seen, each with a name."""
    if source.startswith(TEXTS):
        texts = json.loads((root / INTEGRATION / "translations/en.json").read_text())
        yield source, json.dumps(texts[source.removeprefix(TEXTS)], sort_keys=True)
        return
    if source.startswith(ENTITIES):
        key, _, heading = source.removeprefix(ENTITIES).partition(":")
        yield source, "\n".join(_rows((root / f"docs/{key}.md").read_text(), heading))
        return
    files = sorted(root.glob(source))
    if not files:
        raise FileNotFoundError(source)
    for file in files:
        text = file.read_text()
        yield (
            file.relative_to(root).as_posix(),
            _statements(text) if file.suffix == ".py" else text,
        )


def _rows(page: str, heading: str) -> Iterator[str]:
    """Yield which entities a page has below a heading, and which are on by default."""
    begin, end = f"<!-- entities: {heading} -->", "<!-- entities: end -->"
    table = page.partition(begin)[2].partition(end)[0]
    if not table:
        raise FileNotFoundError(begin)
    for line in table.splitlines():
        if line.startswith("|"):
            yield "|".join(line.split("|")[SHOWN_COLUMNS])


def _statements(text: str) -> str:
    """Return a module without what does nothing: comments, docstrings, line breaks."""
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(
            node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
        ) and ast.get_docstring(node, clean=False):
            node.body = node.body[1:]
    return ast.dump(tree)


def picture_digest(file: Path) -> str:
    """Return a digest of a picture's file."""
    return sha256(file.read_bytes()).hexdigest()


def read_list(file: Path = LIST) -> Mapping[str, Mapping[str, str]]:
    """Return what was written down when each picture was taken."""
    return tomllib.loads(file.read_text()) if file.exists() else {}


def write_down(name: str) -> None:
    """Write down of what a picture was made that has just been taken."""
    known = dict(read_list())
    known[name] = {
        "sources": digest(name),
        "picture": picture_digest(IMAGES / f"{name}.png"),
    }
    LIST.write_text(
        HEAD
        + "".join(
            f'\n[{name}]\nsources = "{known[name]["sources"]}"\npicture = "{known[name]["picture"]}"\n'
            for name in PICTURES
            if name in known
        )
    )


def problems(root: Path = ROOT) -> list[str]:
    """Return a line for each picture that is missing, was changed by hand, or shows what is no longer so."""
    images = root / IMAGES.relative_to(ROOT)
    known = read_list(root / LIST.relative_to(ROOT))
    lines = [
        f"{name}: {problem}"
        for name in PICTURES
        if (problem := _problem(name, root, images, known.get(name)))
    ]
    extra = {file.stem for file in images.glob("*.png")} - PICTURES.keys()
    return [*lines, *(f"{name}: no script takes it" for name in sorted(extra))]


def _problem(
    name: str, root: Path, images: Path, known: Mapping[str, str] | None
) -> str | None:
    file = images / f"{name}.png"
    if known is None or not file.exists():
        return "was never taken"
    if picture_digest(file) != known["picture"]:
        return "is not what the script has taken"
    if digest(name, root) != known["sources"]:
        return "what it shows has changed since"
    return None
