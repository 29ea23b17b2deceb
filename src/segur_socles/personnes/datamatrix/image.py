"""The INS datamatrix found in a picture: a photograph, a scanned page, a label."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final

from segur_socles.errors import ConfigurationError, DocumentInvalideError
from segur_socles.personnes.datamatrix.blocs import EN_TETE
from segur_socles.personnes.datamatrix.lecture import lire_ins_scannee
from segur_socles.personnes.datamatrix.scannee import InsScannee

if TYPE_CHECKING:
    from PIL.Image import Image

__all__ = ["lire_ins_image"]

_MARQUE: Final = EN_TETE[:3]
"""Enough of the header to know an INS, of a version to come too, which is then refused by its name."""

_OCTETS_MAX: Final = 30_000_000
_PIXELS_MAX: Final = 40_000_000
"""An A4 page at 600 dots per inch, or any telephone's photograph."""


def lire_ins_image(image: bytes | os.PathLike[str]) -> InsScannee:
    """Find the one INS datamatrix of a PNG or JPEG, given as its bytes or its path, and read it.

    Turned, blurred and grey pictures are read as far as zxing-cpp reads them. Other codes on the page are passed over.
    Limits: 30 MB, 40 million pixels. Needs the extra ``[pdf]``.

    Raises :class:`DocumentInvalideError`: not such a picture, or none or several INS in it;
    :class:`ChampInvalideError`: the INS breaks its format, as :func:`lire_ins_scannee`;
    :class:`ConfigurationError`: the extra is not installed; :class:`OSError`: the file cannot be opened.
    """
    trouves = sorted({texte for texte in _codes(_gris(_octets(image))) if texte.startswith(_MARQUE)})
    if not trouves:
        raise DocumentInvalideError(
            "Aucun datamatrix INS lisible dans cette image.",
            remede="photographier le code légendé « INS à scanner » de face, net et entier, ou saisir les traits",
        )
    if len(trouves) > 1:
        raise DocumentInvalideError(
            f"{len(trouves)} datamatrix INS différents dans cette image : on ne choisit pas entre deux personnes.",
            remede="recadrer l'image sur un seul code",
        )
    return lire_ins_scannee(trouves[0])


def _octets(image: bytes | os.PathLike[str]) -> bytes:
    if isinstance(image, bytes):
        octets = image
    else:
        with Path(image).open("rb") as fichier:
            octets = fichier.read(_OCTETS_MAX + 1)
    if len(octets) > _OCTETS_MAX:
        raise _illisible("L'image est trop lourde.")
    return octets


def _gris(octets: bytes) -> Image:
    """Decode as greys on white paper. The size is judged on the header, before any pixel is made."""
    try:
        from PIL import Image, JpegImagePlugin, PngImagePlugin
    except ImportError:
        raise _extra() from None
    # Not Image.open: it would warn of large pictures, rather than let us refuse them.
    lecteurs = {b"\x89PNG": PngImagePlugin.PngImageFile, b"\xff\xd8\xff": JpegImagePlugin.JpegImageFile}
    lecteur = next((lecteur for debut, lecteur in lecteurs.items() if octets.startswith(debut)), None)
    try:
        image = lecteur(BytesIO(octets)) if lecteur else None
        if image and image.width * image.height <= _PIXELS_MAX:
            if not image.has_transparency_data:
                return image.convert("L")
            calque = image.convert("RGBA")
            return Image.alpha_composite(Image.new("RGBA", calque.size, "white"), calque).convert("L")
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - on hostile bytes, Pillow raises anything
        image = None
    raise _illisible("L'image a trop de pixels." if image else "Ces octets ne sont pas une image PNG ou JPEG lisible.")


def _codes(image: Image) -> list[str]:
    try:
        import zxingcpp
    except ImportError:
        raise _extra() from None
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.DataMatrix)
    codes = zxingcpp.read_barcodes(image, formats=formats, text_mode=zxingcpp.TextMode.Plain)
    return [code.text for code in codes]


def _illisible(message: str) -> DocumentInvalideError:
    return DocumentInvalideError(message, remede="donner une image PNG ou JPEG d'une page au plus")


def _extra() -> ConfigurationError:
    message = "La lecture d'une image demande l'extra « pdf » du paquet."
    return ConfigurationError(message, champ="extra", remede="pip install 'segur-socles[pdf]'")
