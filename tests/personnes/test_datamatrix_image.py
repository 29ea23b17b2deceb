"""The INS found in pictures as they come from telephones and scanners, and what is refused of them."""

from __future__ import annotations

import random
import struct
import sys
import time
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
import zxingcpp
from datamatrix_outils import ECETINSI, ecetinsi, pat_trois
from PIL import Image, ImageFilter

from segur_socles.errors import ChampInvalideError, ConfigurationError, DocumentInvalideError
from segur_socles.personnes.datamatrix.ecriture import DatamatrixIns
from segur_socles.personnes.datamatrix.image import lire_ins_image
from segur_socles.personnes.datamatrix.lecture import lire_ins_scannee
from segur_socles.personnes.datamatrix.scannee import InsScannee

PAPIER = 235


def code(echelle: int = 6) -> Image.Image:
    return Image.open(BytesIO(DatamatrixIns(ecetinsi()).png(echelle)))


def octets(image: Image.Image, sorte: str = "PNG", **reglages: int) -> bytes:
    sortie = BytesIO()
    image.save(sortie, sorte, **reglages)
    return sortie.getvalue()


def page(*codes: Image.Image, points: int = 150) -> Image.Image:
    """An A4 sheet of grey paper, half a millimetre a module, scanned at ``points`` per inch."""
    feuille = Image.new("L", (int(8.27 * points), int(11.69 * points)), PAPIER)
    for rang, symbole in enumerate(codes):
        cote = int(48 * 0.5 / 25.4 * points)
        feuille.paste(symbole.resize((cote, cote), Image.Resampling.BICUBIC), (100 + 3 * cote * rang, 120))
    return feuille


def tourne(image: Image.Image, degres: float, fond: int = PAPIER) -> Image.Image:
    return image.rotate(degres, expand=True, fillcolor=fond, resample=Image.Resampling.BICUBIC)


def flou(image: Image.Image, rayon: float) -> Image.Image:
    return image.filter(ImageFilter.GaussianBlur(rayon))


def bruit(largeur: int, hauteur: int) -> Image.Image:
    return Image.frombytes("L", (largeur, hauteur), random.Random(20260115).randbytes(largeur * hauteur))


def transparent() -> Image.Image:
    noir = code().point(lambda valeur: 255 - valeur)
    image = Image.new("LA", noir.size, 0)
    image.putalpha(noir)
    return image


IMAGES: dict[str, Callable[[], bytes]] = {
    "png": lambda: octets(code()),
    "one pixel a module": lambda: octets(code(1)),
    "turned by 90": lambda: octets(tourne(code(), 90)),
    "upside down": lambda: octets(tourne(code(), 180)),
    "turned by 37, blurred": lambda: octets(flou(tourne(code(4), 37, 255), 1), "JPEG", quality=60),
    "much blurred": lambda: octets(flou(code(), 2)),
    "noisy": lambda: octets(Image.blend(code(), bruit(288, 288), 0.25), "JPEG", quality=50),
    "inverted": lambda: octets(code().point(lambda valeur: 255 - valeur)),
    "transparent": lambda: octets(transparent()),
    "palette": lambda: octets(code().convert("P")),
    "16 bits": lambda: octets(code().convert("I;16").point(lambda valeur: valeur * 256)),
    "black and white": lambda: octets(code().convert("1")),
    "colour JPEG": lambda: octets(code().convert("RGB"), "JPEG", quality=70),
    "CMYK JPEG": lambda: octets(code().convert("CMYK"), "JPEG", quality=80),
    "page at 150 dpi, grey JPEG": lambda: octets(page(code()), "JPEG", quality=50),
    "page at 150 dpi, crooked": lambda: octets(tourne(page(code()), 2.5), "JPEG", quality=50),
    "page at 300 dpi, crooked and blurred": lambda: octets(flou(tourne(page(code(), points=300), -4), 1.5), "JPEG"),
}


@pytest.mark.parametrize("image", IMAGES.values(), ids=IMAGES)
def test_the_ins_is_read_from(image: Callable[[], bytes]) -> None:
    scannee = lire_ins_image(image())
    assert (scannee.traits, scannee.matricule, scannee.constats) == (ecetinsi().traits, ecetinsi().matricule, ())


def test_a_path_is_read(tmp_path: Path) -> None:
    chemin = tmp_path / "photo.jpg"
    chemin.write_bytes(octets(code(), "JPEG"))
    assert lire_ins_image(chemin).traits == ecetinsi().traits
    with pytest.raises(FileNotFoundError):
        lire_ins_image(tmp_path / "absente.png")


def etranger(texte: str) -> Image.Image:
    vue = memoryview(zxingcpp.create_barcode(texte, zxingcpp.BarcodeFormat.DataMatrix, force_square=True).to_image(4))
    return Image.frombytes("L", (vue.shape[1], vue.shape[0]), bytes(vue))


def test_a_symbol_of_another_encoder_is_read() -> None:
    assert lire_ins_image(octets(etranger(ECETINSI))).traits == ecetinsi().traits


def test_other_codes_of_the_page_and_a_second_print_are_passed_over() -> None:
    feuille = page(code(), etranger("DC02FR0000011E6A1E6A0100"), code(), points=300)
    assert lire_ins_image(octets(feuille)).traits == ecetinsi().traits


def test_two_people_on_a_page_are_not_chosen_from() -> None:
    autre = Image.open(BytesIO(DatamatrixIns(pat_trois()).png()))
    with pytest.raises(DocumentInvalideError, match="2 datamatrix INS différents"):
        lire_ins_image(octets(page(code(), autre, points=300)))


def test_an_ins_that_breaks_its_format_is_told_as_such() -> None:
    with pytest.raises(ChampInvalideError) as refus:
        lire_ins_image(octets(etranger(ECETINSI.replace("083489", "083490"))))
    assert refus.value.champs == ("matricule.cle",)


def test_a_version_to_come_is_named() -> None:
    with pytest.raises(ChampInvalideError, match="version du format inconnue"):
        lire_ins_image(octets(etranger(ECETINSI.replace("IS01", "IS02"))))


# --- hostile ---------------------------------------------------------------------------------------------


def png(largeur: int, hauteur: int, donnees: bytes) -> bytes:
    def partie(nom: bytes, contenu: bytes) -> bytes:
        return struct.pack(">I", len(contenu)) + nom + contenu + struct.pack(">I", zlib.crc32(nom + contenu))

    entete = partie(b"IHDR", struct.pack(">2I5B", largeur, hauteur, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + entete + partie(b"IDAT", donnees) + partie(b"IEND", b"")


def jpeg_declare(largeur: int, hauteur: int) -> bytes:
    """A true JPEG whose header says another size."""
    image = bytearray(octets(code(), "JPEG"))
    place = image.index(b"\xff\xc0") + 5
    image[place : place + 4] = struct.pack(">2H", hauteur, largeur)
    return bytes(image)


BOMBE = zlib.compress(b"\x00" * 1_000_000)

HOSTILES: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "ne sont pas une image"),
    "text": (b"ECETINSI PIERRE-ALAIN", "ne sont pas une image"),
    "PDF": (b"%PDF-1.4 ECETINSI", "ne sont pas une image"),
    "SVG": (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "ne sont pas une image"),
    "GIF": (octets(Image.new("P", (9, 9)), "GIF"), "ne sont pas une image"),
    "TIFF": (octets(Image.new("L", (9, 9)), "TIFF"), "ne sont pas une image"),
    "PNG mark alone": (b"\x89PNG\r\n\x1a\n", "ne sont pas une image"),
    "JPEG mark alone": (b"\xff\xd8\xff", "ne sont pas une image"),
    "PNG cut": (octets(code())[:200], "ne sont pas une image"),
    "JPEG cut": (octets(code(), "JPEG")[:700], "ne sont pas une image"),
    "PNG of no width": (png(0, 10, BOMBE), "ne sont pas une image"),
    "bomb": (png(100_000, 100_000, BOMBE), "trop de pixels"),
    "bomb just under Pillow's warning": (png(9_000, 9_000, BOMBE), "trop de pixels"),
    "bomb between warning and error": (png(12_000, 12_000, BOMBE), "trop de pixels"),
    "JPEG bomb": (jpeg_declare(65_000, 65_000), "trop de pixels"),
    "too heavy": (b"\x89PNG" + b"\x00" * 30_000_000, "trop lourde"),
    "blank page": (octets(Image.new("L", (800, 1100), PAPIER)), "Aucun datamatrix INS lisible"),
    "QR code only": (octets(etranger("https://exemple.invalid/")), "Aucun datamatrix INS lisible"),
    "noise": (octets(bruit(600, 600)), "Aucun datamatrix INS lisible"),
}


@pytest.mark.parametrize(("image", "message"), HOSTILES.values(), ids=HOSTILES)
def test_a_hostile_picture_is_refused_soon_and_in_words(image: bytes, message: str) -> None:
    debut = time.monotonic()
    with pytest.raises(DocumentInvalideError, match=message) as refus:
        lire_ins_image(image)
    assert time.monotonic() - debut < 5
    assert refus.value.remede
    assert "ECETINSI" not in repr(refus.value.to_dict()) + repr(refus.value.__context__)


def test_a_file_too_heavy_is_not_read_whole(tmp_path: Path) -> None:
    chemin = tmp_path / "lourde.png"
    with chemin.open("wb") as fichier:
        fichier.truncate(4_000_000_000)  # a sparse file: reading it whole would show
    with pytest.raises(DocumentInvalideError, match="trop lourde"):
        lire_ins_image(chemin)


@pytest.mark.parametrize("sorte", ["PNG", "JPEG"])
def test_altered_bytes_are_read_or_refused(sorte: str) -> None:
    hasard = random.Random(20260115)
    origine = octets(code(3), sorte)
    for _ in range(150):
        image = bytearray(origine)
        for _ in range(hasard.randint(1, 6)):
            image[hasard.randrange(len(image))] = hasard.randrange(256)
        try:
            lu = lire_ins_image(bytes(image[: hasard.choice((len(image), hasard.randrange(len(image))))]))
        except DocumentInvalideError:
            continue
        assert isinstance(lu, InsScannee)
        assert lu.matricule == ecetinsi().matricule


@pytest.mark.parametrize("module", ["PIL", "zxingcpp"])
def test_without_its_extra_it_says_what_to_install(module: str, monkeypatch: pytest.MonkeyPatch) -> None:
    image = octets(code())
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigurationError, match=r"segur-socles\[pdf\]"):
        lire_ins_image(image)


def test_writing_and_reading_a_text_need_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("PIL", "zxingcpp"):
        monkeypatch.setitem(sys.modules, module, None)
    datamatrix = DatamatrixIns(ecetinsi())
    assert datamatrix.png().startswith(b"\x89PNG")
    assert lire_ins_scannee(datamatrix.texte).traits == ecetinsi().traits
