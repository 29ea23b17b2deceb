"""The INS datamatrix as printed: its text to the letter, its symbol read by a foreign reader and by a browser's eye."""

from __future__ import annotations

import os
import subprocess
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import zxingcpp
from datamatrix_outils import ECETINSI, PAT_TROIS, ecetinsi, pat_trois, qualifiee
from PIL import Image

from judges import judge
from segur_socles.errors import ChampInvalideError, IdentiteError
from segur_socles.personnes.datamatrix import symbole as symboles
from segur_socles.personnes.datamatrix.ecriture import DatamatrixIns
from segur_socles.personnes.datamatrix.symbole import symbole
from segur_socles.personnes.identite import IdentiteQualifiee
from segur_socles.personnes.matricule import MatriculeIns, OidIns


def lus(image: Image.Image) -> list[str]:
    """Every code that a foreign reader finds, with its kind."""
    trouves = zxingcpp.read_barcodes(image, text_mode=zxingcpp.TextMode.Plain)
    return [f"{code.symbology_identifier} {code.text}" for code in trouves]


def vue(modules: tuple[tuple[bool, ...], ...], taille: int = 4) -> Image.Image:
    cote = len(modules)
    image = Image.new("L", (cote + 4, cote + 4), 255)
    for y, rangee in enumerate(modules):
        for x, sombre in enumerate(rangee):
            image.putpixel((x + 2, y + 2), 0 if sombre else 255)
    return image.resize((image.width * taille, image.height * taille), Image.Resampling.NEAREST)


# --- the text --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("identite", "texte"), [(ecetinsi(), ECETINSI), (pat_trois(), PAT_TROIS)])
def test_the_text_is_that_of_the_format_to_the_letter(identite: IdentiteQualifiee, texte: str) -> None:
    assert DatamatrixIns(identite).texte == texte


def test_a_birth_place_that_insi_does_not_know_is_left_out() -> None:
    texte = DatamatrixIns(ecetinsi(lieu_naissance=None)).texte
    assert texte.endswith("\x1dS5MS614-07-2009")


def test_a_value_of_the_greatest_length_has_no_separator() -> None:
    long = DatamatrixIns(ecetinsi(nom_naissance="A" * 100)).texte
    assert f"S4{'A' * 100}S5M" in long
    assert f"S4{'A' * 99}\x1dS5M" in DatamatrixIns(ecetinsi(nom_naissance="A" * 99)).texte


@pytest.mark.exigence("RNIV/EXI-ID-29")
def test_only_a_qualified_identity_has_one() -> None:
    with pytest.raises(IdentiteError, match="pièce d'identité non contrôlée"):
        DatamatrixIns(qualifiee(qualifier=False))  # type: ignore[arg-type]


def test_a_key_that_insi_got_wrong_is_not_printed() -> None:
    faux = MatriculeIns.recu_d_insi("1810363220456", "60", OidIns.NIR)
    with pytest.raises(IdentiteError, match="clé") as refus:
        DatamatrixIns(qualifiee(faux).qualifiee())
    assert "1810363220456" not in str(refus.value)


def test_nothing_of_the_person_is_in_its_repr() -> None:
    assert repr(DatamatrixIns(ecetinsi())) == "DatamatrixIns()"


# --- the symbol ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("identite", "texte"), [(ecetinsi(), ECETINSI), (pat_trois(), PAT_TROIS)])
def test_a_foreign_reader_reads_the_png(identite: IdentiteQualifiee, texte: str) -> None:
    image = Image.open(BytesIO(DatamatrixIns(identite).png()))
    assert (image.format, image.mode, image.width) == ("PNG", "L", image.height)
    assert lus(image) == [f"]d1 {texte}"]  # ECC 200, and no FNC1 (which would make it a GS1 code, ]d2)


def test_every_size_and_every_remainder_is_read() -> None:
    """The last characters are encoded apart, according to how many values remain."""
    vus: dict[int, set[int]] = {}
    for signes in range(70, 390, 3):
        texte = ("IS01" + "A1-Z 9'\x1d.B" * 60)[:signes] + "99"
        modules = symbole(texte)
        assert lus(vue(modules)) == [f"]d1 {texte}"]
        vus.setdefault(len(modules), set()).add(sum(len(symboles._valeurs(signe)) for signe in texte) % 3)
    assert vus == {cote: {0, 1, 2} for cote in (36, 40, 44, 48, 52, 64, 72)}


def test_the_longest_identity_fits() -> None:
    """As many separators, which take twice the room, as the lexical rules let in 100 characters."""
    nom, prenoms = "'" + "A--" * 32 + "A'A", ("'A" + "-A" * 49,)
    datamatrix = DatamatrixIns(ecetinsi(nom_naissance=nom, prenoms=prenoms))
    assert len(datamatrix.modules) == 64
    assert lus(vue(datamatrix.modules)) == [f"]d1 {datamatrix.texte}"]


def test_the_correction_is_whole_before_any_damage() -> None:
    """24 wrong words are the most that 48 correction words repair: one already wrong, and this would not be read."""
    intact = symbole(ECETINSI)
    places = [(y, x) for y in (3, 7, 11, 15, 24, 28, 32, 36) for x in (3, 7, 11, 15, 24, 28, 32, 36)]

    def lu(erreurs: int) -> list[str]:
        modules = [list(rangee) for rangee in intact]
        for y, x in places[:erreurs]:  # far enough apart that no word is hit twice
            modules[y][x] = not modules[y][x]
        return lus(vue(tuple(map(tuple, modules))))

    assert lu(24) == [f"]d1 {ECETINSI}"]
    assert lu(25) == []


def test_the_padding_is_that_of_the_symbology() -> None:
    """A lone "A" in three words is 66, 129, 70; a reader does not look at the padding."""
    assert symboles._remplissage(1, 3) == [129, 70]
    assert symboles._remplissage(3, 3) == []


def test_the_header_is_in_c40() -> None:
    # 230 latches C40; then I, S, 0 are (22, 32, 4): 1600 × 22 + 40 × 32 + 4 + 1 = 36485 = 142 × 256 + 133.
    assert symboles._mots(ECETINSI)[:3] == [230, 142, 133]


def test_the_svg_has_the_same_modules_and_nothing_else() -> None:
    datamatrix = DatamatrixIns(ecetinsi())
    svg = ET.fromstring(datamatrix.svg())  # noqa: S314 - our own drawing
    assert svg.get("viewBox") == "0 0 48 48"
    titre, fond, trace = svg
    assert titre.text == "INS à scanner"
    assert fond.get("fill") == "#fff"
    dessines = set()
    for plage in trace.get("d", "")[1:].split("M"):
        place, longueur = plage.split("h")[0], int(plage.split("h")[1].split("v")[0])
        x, y = map(int, place.split())
        dessines |= {(y - 4, x - 4 + rang) for rang in range(longueur)}
    assert dessines == {(y, x) for y, r in enumerate(datamatrix.modules) for x, sombre in enumerate(r) if sombre}


@pytest.mark.juge("chromium")
def test_a_browser_draws_the_svg_and_it_is_read(tmp_path: Path) -> None:
    page, photo = tmp_path / "page.html", tmp_path / "photo.png"
    page.write_text(f"<div style='width:200px;margin:40px'>{DatamatrixIns(ecetinsi()).svg()}</div>", encoding="utf-8")
    commande = [
        judge("chromium"),
        *("--headless", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking"),
        *("--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path / 'profil'}"),
        *(["--no-sandbox"] if os.geteuid() == 0 else []),
        *(f"--screenshot={photo}", "--window-size=400,400", page.as_uri()),
    ]
    subprocess.run(commande, capture_output=True, check=True, timeout=60)
    assert lus(Image.open(photo)) == [f"]d1 {ECETINSI}"]


@pytest.mark.parametrize("echelle", [0, -1, 65])
def test_a_scale_out_of_bounds_is_refused(echelle: int) -> None:
    with pytest.raises(ChampInvalideError) as refus:
        DatamatrixIns(ecetinsi()).png(echelle)
    assert refus.value.champs == ("echelle",)


def test_the_same_identity_gives_the_same_bytes() -> None:
    assert DatamatrixIns(ecetinsi()).png(3) == DatamatrixIns(ecetinsi()).png(3)
