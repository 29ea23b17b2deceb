"""Take the pictures of the documentation: play the demonstration, photograph what it wrote, as a reader sees it.

Needs Chromium and pdftoppm on PATH. The pictures show the example's record: an invented person.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

IMAGES: Final = Path(__file__).resolve().parents[1] / "docs" / "images"
WIDTH, HEIGHT = 1000, 1600
"""CSS pixels. A longer page is cut there: the picture invites, the page itself is read elsewhere."""

COLOURS: Final = 128
PAGES: Final = {"rapport.html": "rapport.png", "dlu.html": "dlu.png"}
PAPERS: Final = {"dlu.pdf": "dlu-pdf.png"}
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
DEMO: Final = (sys.executable, "-c", "from segur_socles.cli.main import main; main()", "demo")


def tool(*names: str) -> str:
    """Find a program under one of its names."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        sys.exit(f"Programme absent : {names[0]}. À installer, puis recommencer.")
    return found


def screen(page: Path, work: Path) -> Image.Image:
    """Photograph the top of a page in a browser that knows nothing of its user and reaches no host."""
    shot = work / "ecran.png"
    command = [
        tool(*BROWSERS),
        *("--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"),
        *("--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={work / 'profil'}"),
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        *("--hide-scrollbars", "--force-device-scale-factor=1", "--force-color-profile=srgb"),
        *("--font-render-hinting=none", "--blink-settings=preferredColorScheme=1"),  # by day, whatever the desktop's
        *(f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={shot}", page.as_uri()),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return Image.open(BytesIO(shot.read_bytes()))


def paper(document: Path) -> Image.Image:
    """Draw the first page of a PDF."""
    command = [tool("pdftoppm"), "-png", "-singlefile", "-scale-to-x", str(WIDTH), "-scale-to-y", "-1", str(document)]
    return Image.open(BytesIO(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout))


def save(picture: Image.Image, path: Path) -> None:
    """Write a picture with few colours: flat tints and text lose nothing, and the file stays small."""
    picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    print(f"{path.name} : {path.stat().st_size / 1024:.0f} Kio")


def photograph(folder: Path, images: Path, work: Path) -> None:
    """Photograph what a run left in ``folder``, into ``images``."""
    absent = [name for name in (*PAGES, *PAPERS) if not (folder / name).exists()]
    if absent:
        sys.exit(f"La démonstration n'a pas écrit {', '.join(absent)} : rien à photographier.")
    for page, name in PAGES.items():
        save(screen(folder / page, work), images / name)
    for document, name in PAPERS.items():
        save(paper(folder / document), images / name)


def main() -> None:
    """Play, then photograph."""
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        subprocess.run([*DEMO, "--json", "--out", work / "sortie"], check=True, stdout=subprocess.DEVNULL, timeout=120)
        photograph(work / "sortie", IMAGES, work)


if __name__ == "__main__":
    main()
