"""What a printer and a browser make of a copy or a page: pictures, and what a foreign reader finds in them."""

from __future__ import annotations

import os
import subprocess
from io import BytesIO
from pathlib import Path

import zxingcpp
from PIL import Image

from judges import judge


def chromium(dossier: Path, *arguments: str) -> bytes:
    """Run a browser of its own, which can reach no host; give what it writes."""
    commande = [
        judge("chromium"),
        *("--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"),
        *("--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={dossier / 'profil'}"),
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        *arguments,
    ]
    return subprocess.run(commande, capture_output=True, check=True, timeout=120).stdout


def imprimer(page: str, dossier: Path) -> bytes:
    """Print a page from a browser, as a PDF."""
    fichier, pdf = dossier / "page.html", dossier / "page.pdf"
    fichier.write_text(page, encoding="utf-8")
    chromium(dossier, "--no-pdf-header-footer", f"--print-to-pdf={pdf}", fichier.as_uri())
    return pdf.read_bytes()


def photographier(page: str, dossier: Path) -> bytes:
    """Take a picture of the top of a page, as a desktop screen shows it."""
    fichier, photo = dossier / "page.html", dossier / "photo.png"
    fichier.write_text(page, encoding="utf-8")
    chromium(dossier, "--hide-scrollbars", "--window-size=1000,900", f"--screenshot={photo}", fichier.as_uri())
    return photo.read_bytes()


def scanner(pdf: bytes, dossier: Path) -> bytes:
    """Print the first sheet of a PDF and scan it: 150 dots an inch, grey, as a poor JPEG."""
    fichier = dossier / "imprime.pdf"
    fichier.write_bytes(pdf)
    commande = [judge("pdftoppm"), "-png", "-gray", "-r", "150", "-f", "1", "-l", "1", "-singlefile", str(fichier)]
    sortie = BytesIO()
    image = Image.open(BytesIO(subprocess.run(commande, capture_output=True, check=True, timeout=60).stdout))
    image.save(sortie, "JPEG", quality=50)
    return sortie.getvalue()


def codes(image: bytes) -> list[str]:
    """Every code that a foreign reader finds, with its kind: ``]d1`` for a Data Matrix ECC 200."""
    trouves = zxingcpp.read_barcodes(Image.open(BytesIO(image)), text_mode=zxingcpp.TextMode.Plain)
    return [f"{code.symbology_identifier} {code.text}" for code in trouves]
