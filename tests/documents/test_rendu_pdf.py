"""The PDF/A-1b copy: complete, self-contained, the same bytes for the same call; judged by poppler and pikepdf."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from rendu_outils import blancs, cda, dits, mots

from judges import judge, kit
from segur_socles.documents.rendu.ecrit import ecrivable
from segur_socles.documents.rendu.pdf import pdf_a
from segur_socles.errors import ConfigurationError, DocumentInvalideError

LE = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
EXEMPLES = ["DLU-EHPAD-DLU_2022.01", "DLU-EHPAD-FLUDT_2022.01", "IPS-FR_2024.01", "LDL-SES_2022.01"]


@pytest.fixture
def lire(tmp_path: Path) -> Callable[[bytes], str]:
    outil = judge("pdftotext")

    def texte(pdf: bytes) -> str:
        chemin = tmp_path / "copie.pdf"
        chemin.write_bytes(pdf)
        lu = subprocess.run([outil, "-raw", "-nopgbrk", str(chemin), "-"], capture_output=True, check=True, text=True)
        assert lu.stderr == ""
        return lu.stdout

    return texte


def exemple(nom: str) -> bytes:
    return kit("ExemplesCDA", f"{nom}.xml").read_bytes()


@pytest.mark.juge("pdftotext")
@pytest.mark.parametrize("nom", EXEMPLES)
def test_every_word_of_the_national_examples_is_in_the_copy(nom: str, lire: Callable[[bytes], str]) -> None:
    octets = exemple(nom)
    attendus = mots(" ".join(dits(octets)))
    assert len(attendus) > 30
    assert attendus - mots(lire(pdf_a(octets, LE))) == set()


@pytest.mark.juge("pdftotext")
def test_accents_ligatures_and_the_person_are_read_back(
    ecrire: Callable[..., Any], lire: Callable[[bytes], str]
) -> None:
    dlu = {"commentaire": "Œdème à l'œil gauche « très gênant » – 20 € ; ≥ 38 °C, Σ µg ☐ é\u0301"}
    texte = blancs(lire(pdf_a(ecrire(dlu).document.octets, LE)))
    assert "Œdème à l'œil gauche « très gênant » – 20 € ; ≥ 38 °C, Σ µg ☐" in texte
    assert "OLA TCHITCHI" in texte
    assert "Matricule INS : 2 36 06 63 220 836 56 (NIR de test)" in texte
    assert "CATARINA BELLA" in texte
    assert texte.index("À lire en premier") < texte.index("Pathologies en cours")
    assert "naissance : 21/06/1936" in texte
    assert "Page 1 sur" in texte
    assert "nombre-de-pages" not in texte


@pytest.mark.juge("pdftotext")
def test_none_and_not_known_are_told_apart(ecrire: Callable[..., Any], lire: Callable[[bytes], str]) -> None:
    aucune = {"etat": "aucun_connu", "declarant": "Dr Essai", "date": "2026-01-10"}
    texte = blancs(lire(pdf_a(ecrire({"allergies": aucune}).document.octets, LE)))
    assert "AUCUN CONNU Aucune allergie connue, selon Dr Essai, le 10/01/2026." in texte
    assert "NON RENSEIGNÉ Traitements : non renseigné, information non recueillie." in texte
    assert texte.count("AUCUN CONNU") == 1


@pytest.mark.juge("pdftotext")
def test_an_unknown_cell_bears_a_sign_that_no_answer_bears(lire: Callable[[bytes], str]) -> None:
    texte = blancs(lire(pdf_a(cda("<table><tr><td>Chute</td><td>Non renseigné</td><td>Non</td></tr></table>"), LE)))
    assert "Chute ? Non renseigné Non" in texte
    assert texte.count("?") == 1


@pytest.mark.juge("pdftotext")
def test_what_introduces_a_table_is_on_the_same_sheet(tmp_path: Path) -> None:
    groupes = []
    for groupe in range(60):
        lignes = "<br/>".join([f"ligne {i}" for i in range(groupe % 7)])
        tableau = f"<table><thead><tr><th>Nom</th></tr></thead><tbody><tr><td>suite{groupe}</td></tr></tbody></table>"
        groupes.append(f"<paragraph>{lignes}</paragraph><paragraph>titre{groupe}</paragraph>{tableau}")
    copie = tmp_path / "copie.pdf"
    copie.write_bytes(pdf_a(cda("".join(groupes)), LE))
    commande = [judge("pdftotext"), "-raw", str(copie), "-"]
    feuilles = subprocess.run(commande, capture_output=True, check=True, text=True).stdout.split("")
    assert len(feuilles) > 5
    for feuille in feuilles:
        assert re.findall(r"titre(\d+)", feuille) == re.findall(r"suite(\d+)", feuille)


@pytest.mark.juge("pdffonts")
@pytest.mark.juge("pdfinfo")
def test_poppler_finds_every_font_embedded_and_nothing_that_runs(tmp_path: Path) -> None:
    chemin = tmp_path / "copie.pdf"
    chemin.write_bytes(pdf_a(exemple("DLU-EHPAD-DLU_2022.01"), LE))
    polices = subprocess.run([judge("pdffonts"), str(chemin)], capture_output=True, check=True, text=True).stdout
    lignes = polices.splitlines()[2:]
    assert len(lignes) == 2
    assert all("DejaVuSans" in ligne and " yes yes yes " in ligne for ligne in lignes)
    infos = subprocess.run([judge("pdfinfo"), str(chemin)], capture_output=True, check=True, text=True).stdout
    dit = {cle.strip(): valeur.strip() for cle, _, valeur in (ligne.partition(":") for ligne in infos.splitlines())}
    assert dit["JavaScript"] == "no"
    assert dit["Encrypted"] == "no"
    assert dit["Form"] == "none"
    assert dit["PDF version"] == "1.4"
    assert dit["Page size"].endswith("(A4)")


def test_the_structure_is_that_of_pdf_a_1b() -> None:
    """ISO 19005-1: §6.1.3 identifier, §6.2.2 output intent, §6.3 fonts, §6.4 transparency, §6.5-6.6, §6.7 metadata."""
    octets = pdf_a(exemple("DLU-EHPAD-DLU_2022.01"), LE)
    assert octets.startswith(b"%PDF-1.4\n%")
    assert all(octet > 127 for octet in octets[10:14])  # four bytes that say the file is binary
    with pikepdf.open(io.BytesIO(octets)) as pdf:
        assert not pdf.is_encrypted
        assert len(pdf.trailer.ID) == 2
        assert pdf.Root.OutputIntents[0].S == "/GTS_PDFA1"
        assert pdf.Root.OutputIntents[0].DestOutputProfile.N == 3
        assert pdf.Root.Lang == "fr-FR"
        assert not {"/AcroForm", "/AA", "/OCProperties", "/Names"} & set(pdf.Root.keys())
        meta = pdf.open_metadata()
        assert (meta["pdfaid:part"], meta["pdfaid:conformance"]) == ("1", "B")
        assert meta["dc:title"] == "DOCUMENT DE LIAISON D'URGENCE"
        assert meta["xmp:CreateDate"] == "2026-01-15T09:30:00+00:00"
        assert "/Filter" not in pdf.Root.Metadata
        descripteurs = 0
        for objet in pdf.objects:
            if isinstance(objet, (pikepdf.Dictionary, pikepdf.Stream)):
                assert not {"/SMask", "/EF", "/JS", "/F"} & set(objet.keys())
                assert float(objet.get("/ca", 1)) == float(objet.get("/CA", 1)) == 1
                assert objet.get("/Filter") != "/LZWDecode"
                if objet.get("/Type") == "/FontDescriptor":
                    descripteurs += 1
                    assert {"/FontFile2", "/CIDSet"} <= set(objet.keys())
                if objet.get("/Subtype") == "/CIDFontType2":
                    assert objet.CIDToGIDMap is not None
        assert descripteurs == 2
        assert all("/Annots" not in page for page in pdf.pages)


def test_the_same_call_gives_the_same_bytes_and_the_metadata_name_nobody() -> None:
    octets = cda("<paragraph>Texte</paragraph>", nom="NOMUNIQUE")
    copie = pdf_a(octets, LE)
    assert pdf_a(octets, LE) == copie
    with pikepdf.open(io.BytesIO(copie)) as pdf:
        assert b"NOMUNIQUE" not in pdf.Root.Metadata.read_bytes()


# --- what does not fit -----------------------------------------------------------------------------------


def test_a_character_without_glyph_is_named() -> None:
    assert ecrivable("a\tb😀é", frozenset(map(ord, "ab é"))) == "a b[U+1F600]é"
    assert ecrivable("e\u0301", frozenset({0xE9})) == "é"


@pytest.mark.juge("pdftotext")
@pytest.mark.parametrize(
    ("recit", "attendu"),
    [
        ("10<sup>9</sup> ; H<sub>2</sub>O ; x<sup>n</sup>", "10⁹ ; H₂O ; x^(n)"),
        ('<content revised="delete">5 mg</content> 10 mg', "[supprimé : 5 mg] 10 mg"),
        ('<linkHtml href="https://sante.fr">site</linkHtml>', "site (https://sante.fr)"),
        (
            "<list listType='ordered'><item>un</item><item>deux<list><item>trois</item></list></item></list>",
            "2. deux • trois",
        ),
        ("&lt;b&gt;**gras** __x__ {nb}", "<b>**gras** __x__ {nb}"),
        ("日本 😀", "[U+65E5][U+672C] [U+1F600]"),
    ],
)
def test_meaning_survives_plain_text(recit: str, attendu: str, lire: Callable[[bytes], str]) -> None:
    assert attendu in blancs(lire(pdf_a(cda(recit), LE)))


def rangee(*cellules: str) -> str:
    return f"<tr>{''.join(cellules)}</tr>"


LONG = " ".join(f"mot{i}" for i in range(4000))
TABLEAUX = {
    "wide": f"<thead>{rangee(*[f'<th>colonne{i}</th>' for i in range(40)])}</thead>"
    f"<tbody>{rangee(*[f'<td>valeur{i}</td>' for i in range(40)])}</tbody>",
    "wider than a sheet can count": rangee(*[f"<td>v{i}</td>" for i in range(90)]),
    "tall cell": f"<tbody>{rangee('<td>avant</td>', f'<td>{LONG}</td>')}</tbody>",
    "many rows": "".join([rangee(f"<td>ligne{i}</td>", "<td>x</td>") for i in range(300)]),
    "spans that lie": rangee('<td rowspan="9999" colspan="9999">a</td>', '<td rowspan="0">b</td>', "<td>c</td>"),
    "word without end": rangee(f"<td>{'w' * 3000}</td>", "<td>x</td>"),
    "empty": "<tbody/>",
    "nested": rangee(f"<td><table>{rangee('<td>dedans</td>')}</table></td>"),
}


@pytest.mark.juge("pdftotext")
@pytest.mark.parametrize("nom", TABLEAUX)
def test_no_table_is_too_much(nom: str, lire: Callable[[bytes], str]) -> None:
    octets = cda(f"<table>{TABLEAUX[nom]}</table>")
    attendus = {mot for mot in mots(" ".join(dits(octets))) if len(mot) < 100}
    texte = lire(pdf_a(octets, LE))
    assert attendus - mots(texte) == set()
    assert texte.count("w") >= dits(octets)[-2].count("w")


@pytest.mark.juge("pdftotext")
def test_a_cell_over_two_rows_is_told_on_each(lire: Callable[[bytes], str]) -> None:
    tableau = rangee('<td rowspan="2">matin</td>', "<td>un</td>") + rangee("<td>deux</td>")
    assert "matin un matin deux" in blancs(lire(pdf_a(cda(f"<table>{tableau}</table>"), LE)))


def test_a_text_without_end_is_refused() -> None:
    with pytest.raises(DocumentInvalideError, match="trop long"):
        pdf_a(cda("mot " * 1_500_000), LE)


def test_an_instant_without_zone_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="fuseau"):
        pdf_a(cda(), LE.replace(tzinfo=None))


def test_without_the_extra_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fpdf", None)
    with pytest.raises(ConfigurationError) as refus:
        pdf_a(cda(), LE)
    assert refus.value.remede == "pip install 'segur-socles[pdf]'"
