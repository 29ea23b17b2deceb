"""The pictures of the documentation are taken of what the demonstration wrote, or not at all."""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from recit_exemple import RECIT

from judges import PROJECT, judge
from segur_socles.cli.rapport import rapport_html

KIB = 1024


def image(path: Path) -> Image.Image:
    with Image.open(path) as ouverte:
        return ouverte.convert("RGB")


@pytest.fixture
def captures() -> dict[str, Any]:
    return runpy.run_path(str(PROJECT / "tools" / "captures.py"))


@pytest.mark.juge("chromium")
@pytest.mark.juge("pdftoppm")
def test_what_was_written_is_photographed(captures: dict[str, Any], tmp_path: Path) -> None:
    judge("chromium")
    judge("pdftoppm")
    from fpdf import FPDF

    (tmp_path / "rapport.html").write_text(rapport_html(RECIT), "utf-8")
    (tmp_path / "dlu.html").write_text(RECIT.page_dlu, "utf-8")
    feuille = FPDF(format="A4")
    feuille.add_page()
    feuille.set_fill_color(20, 80, 124)
    feuille.rect(0, 0, 105, 297, style="F")
    feuille.output(str(tmp_path / "dlu.pdf"))
    images = tmp_path / "images"
    images.mkdir()
    captures["photograph"](tmp_path, images, tmp_path)
    prises = {path.name: image(path) for path in images.iterdir()}
    assert {nom: prise.size for nom, prise in prises.items()} == {
        "rapport.png": (1000, 1600),
        "dlu.png": (1000, 1600),
        "dlu-pdf.png": (1000, 1415),
    }
    assert all(path.stat().st_size < 300 * KIB for path in images.iterdir())
    papier, ecran = prises["dlu-pdf.png"], prises["rapport.png"]
    assert (papier.getpixel((100, 700)), papier.getpixel((900, 700))) == ((20, 80, 124), (255, 255, 255))
    assert ecran.getpixel((60, 8)) == (0x14, 0x50, 0x7C), "the header of the report, by day"


def test_a_run_that_lacks_a_file_is_not_photographed(captures: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "dlu.html").write_text(RECIT.page_dlu, "utf-8")
    with pytest.raises(SystemExit, match=r"n'a pas écrit rapport\.html, dlu\.pdf"):
        captures["photograph"](tmp_path, tmp_path, tmp_path)
