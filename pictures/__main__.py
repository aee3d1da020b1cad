"""Take pictures: `script/screenshots --help`."""

import argparse
import asyncio
import sys
import time

from demo.errors import DemoError

from .gallery import BY_HAND
from .sources import IMAGES, problems, write_down
from .studio import open_studio
from .takes import TAKES


async def take(names: list[str]) -> None:
    """Take pictures, and write down of what they were made.

    Raises:
        DemoError: What they show did not start.
    """
    start = time.monotonic()
    IMAGES.mkdir(exist_ok=True)
    async with open_studio() as studio:
        print(f"{time.monotonic() - start:4.0f} s  all is there", flush=True)
        for name in names:
            file = IMAGES / f"{name}.png"
            await TAKES[name](studio, file)
            write_down(name)
            size = file.stat().st_size // 1024
            print(
                f"{time.monotonic() - start:4.0f} s  {name}, {size} KiB",
                flush=True,
            )


def main() -> int:
    """Read the command line, and do what it says."""
    parser = argparse.ArgumentParser(prog="script/screenshots", description=__doc__)
    parser.add_argument(
        "--check",
        action="store_true",
        help="say which pictures show what is no longer so",
    )
    parser.add_argument(
        "--by-hand",
        choices=sorted(BY_HAND),
        metavar="NAME",
        help=f"write down that a person has taken a picture: {', '.join(sorted(BY_HAND))}",
    )
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(TAKES)}"
    )
    given = parser.parse_args()
    if unknown := set(given.names) - TAKES.keys():
        parser.error(f"no such picture: {', '.join(sorted(unknown))}")
    if given.by_hand:
        write_down(given.by_hand)
        return 0
    if given.check:
        found = problems()
        print(*found, sep="\n")
        return bool(found)
    try:
        asyncio.run(take(given.names or list(TAKES)))
    except DemoError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
