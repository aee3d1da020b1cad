"""Check the integration: `script/gate --help`."""

import argparse
from collections.abc import Iterator, Mapping
from pathlib import Path
import sys

from homeassistant.const import __version__ as CORE

from . import manifest, repository, texts

ROOT = Path(__file__).resolve().parent.parent
DOMAIN = "ev_charging_cloud"


def look(root: Path) -> Mapping[str, list[str]]:
    """Return what is wrong, by what was looked at."""
    folder = root / "custom_components" / DOMAIN
    invalid = list(texts.json_problems(folder))
    if invalid:
        return {"json": invalid}
    looks: Mapping[str, Iterator[str]] = {
        "json": iter(()),
        "manifest, dependencies, requirements": manifest.problems(folder),
        "config schema": manifest.code_problems(folder),
        "translations, icons": texts.text_problems(folder),
        "actions": texts.action_problems(folder),
        "quality scale": repository.scale_problems(folder),
        "brand": repository.brand_problems(folder),
        "HACS": repository.hacs_problems(root, folder),
        "release file": repository.zip_problems(root, folder),
    }
    return {name: list(found) for name, found in looks.items()}


def main() -> int:
    """Print what was looked at and what is wrong; 1 if anything is."""
    argparse.ArgumentParser(prog="script/gate", description=__doc__).parse_args()
    print(f"Home Assistant {CORE}")
    found = look(ROOT)
    for name, problems in found.items():
        print(f"  {'wrong' if problems else 'ok':5}  {name}")
        for problem in problems:
            print(f"           {problem}")
    return any(found.values())


if __name__ == "__main__":
    sys.exit(main())
