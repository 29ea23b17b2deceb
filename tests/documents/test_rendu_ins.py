"""The INS on a rendered document: strict traits, matricule, nature and datamatrix, or none of them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from impression_outils import codes, imprimer, photographier, scanner
from rendu_outils import V3, blancs, vu

from judges import judge
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.rendu.page import page_html
from segur_socles.documents.rendu.pdf import pdf_a
from segur_socles.personnes.datamatrix.image import lire_ins_image
from segur_socles.personnes.datamatrix.lecture import lire_ins_scannee
from segur_socles.personnes.identite import ControleIdentite, Decision, Identite, PreuveControle, ReponseIns
from segur_socles.personnes.matricule import MatriculeIns, OidIns
from segur_socles.personnes.professionnel import Intervenant
from segur_socles.personnes.traits import Sexe, TraitsIdentite

LE = datetime(2026, 1, 15, 9, 30, tzinfo=UTC)
NIR, NIA, NIR_TEST, NIR_DEMO = (f"1.2.250.1.213.1.4.{n}" for n in (8, 9, 10, 11))


@dataclass(frozen=True)
class Recu:
    """A document of another software, about one person; a trait that is empty is not written."""

    nom: str = "ADRUN"
    prenoms: tuple[str, ...] = ("ZOE",)
    premier: str = "ZOE"
    sexe: str = "F"
    naissance: str = "19751231"
    lieu: str = "63220"
    ins: tuple[tuple[str, str], ...] = ((NIR, "275126322074974"),)

    @property
    def octets(self) -> bytes:
        def si(valeur: str, balise: str) -> str:
            return balise.format(valeur) if valeur else ""

        donnees = "".join(f'<id root="{racine}" extension="{valeur}"/>' for racine, valeur in self.ins)
        donnees += '<telecom value="mailto:275126322074974@patient.mssante.fr"/><patient><name>'
        donnees += si(self.nom, '<family qualifier="BR">{}</family>') + "".join(
            si(p, "<given>{}</given>") for p in self.prenoms
        )
        donnees += si(self.premier, '<given qualifier="BR">{}</given>') + "</name>"
        donnees += si(self.sexe, '<administrativeGenderCode code="{}"/>') + si(
            self.naissance, '<birthTime value="{}"/>'
        )
        donnees += (
            si(self.lieu, "<birthplace><place><addr><county>{}</county></addr></place></birthplace>") + "</patient>"
        )
        entete = '<id root="1.2.3"/><code code="1" codeSystem="2.16.840.1.113883.6.1"/><title>Courrier</title>'
        entete += '<effectiveTime value="20260115093005+0100"/>'
        section = "<component><section><title>Texte</title><text>Bonjour</text></section></component>"
        corps = f"<component><structuredBody>{section}</structuredBody></component>"
        cible = f"<recordTarget><patientRole>{donnees}</patientRole></recordTarget>"
        return f'<ClinicalDocument xmlns="{V3}">{entete}{cible}{corps}</ClinicalDocument>'.encode()


# The longest first names and the longest name: 100 characters each.
LONGS = (
    "MARIE-LOUISE ANNE-SOPHIE JEANNE-CLAUDE ELISABETH-CHARLOTTE VICTOIRE-EUGENIE ALEXANDRINE PHILIPPINE-O",
    "D'AUMONT-" + "SAINT-MAUR-" * 8 + "AUX",
)

ECETINSI = Recu(
    "ECETINSI", ("PIERRE-ALAIN MURIEL FLORIANT",), "PIERRE-ALAIN", "M", "20090714", "63220", ((NIR, "109076322083489"),)
)
PAT_TROIS = Recu(
    "PAT-TROIS", ("DOMINIQUE MARIE-LOUISE",), "DOMINIQUE", "F", "19790328", "51215", ((NIR_TEST, "279035121518989"),)
)
ARTAGNAN = Recu(
    "D'ARTAGNAN DE L'HERAULT", ("PIERRE-ALAIN",), "PIERRE-ALAIN", "M", "20010617", "63220", ((NIA, "101066322075460"),)
)
LONG = Recu(LONGS[1], (LONGS[0],), "MARIE-LOUISE")

EN_TETE = "IS010000000000000000000000"
GS = "\x1d"
SCANS = {
    "given": (
        ECETINSI,
        (
            f"{EN_TETE}S1109076322083489S21.2.250.1.213.1.4.8{GS}S3PIERRE-ALAIN MURIEL FLORIANT{GS}S4ECETINSI{GS}"
            "S5MS614-07-2009S763220"
        ),
    ),
    "test": (
        PAT_TROIS,
        (
            f"{EN_TETE}S1279035121518989S21.2.250.1.213.1.4.10S3DOMINIQUE MARIE-LOUISE{GS}S4PAT-TROIS{GS}"
            "S5FS628-03-1979S751215"
        ),
    ),
    "accent, one name": (
        Recu(prenoms=("Zoé",), premier="Zoé"),
        f"{EN_TETE}S1275126322074974S21.2.250.1.213.1.4.8{GS}S3ZOE{GS}S4ADRUN{GS}S5FS631-12-1975S763220",
    ),
    "apostrophes, NIA": (
        ARTAGNAN,
        (
            f"{EN_TETE}S1101066322075460S21.2.250.1.213.1.4.9{GS}S3PIERRE-ALAIN{GS}S4D'ARTAGNAN DE L'HERAULT{GS}"
            "S5MS617-06-2001S763220"
        ),
    ),
    "given names one by one": (
        replace(PAT_TROIS, prenoms=("DOMINIQUE", "MARIE-LOUISE")),
        (
            f"{EN_TETE}S1279035121518989S21.2.250.1.213.1.4.10S3DOMINIQUE MARIE-LOUISE{GS}S4PAT-TROIS{GS}"
            "S5FS628-03-1979S751215"
        ),
    ),
    "longest": (
        LONG,
        f"{EN_TETE}S1275126322074974S21.2.250.1.213.1.4.8{GS}S3{LONGS[0]}S4{LONGS[1]}S5FS631-12-1975S763220",
    ),
}


COURTS = ("given", "longest")
"""Scans that every run tries; the others wait for a long one."""


def test_the_longest_names_are_the_longest() -> None:
    assert [len(nom) for nom in LONGS] == [100, 100]


# --- read back from paper and screen ---------------------------------------------------------------------


@pytest.mark.exigence("RNIV/EXI-DIF-02")
@pytest.mark.juge("pdftoppm")
@pytest.mark.parametrize(
    ("recu", "texte"),
    [pytest.param(*cas, id=nom, marks=() if nom in COURTS else pytest.mark.long) for nom, cas in SCANS.items()],
)
def test_the_datamatrix_of_the_copy_is_read_back_once_printed_and_scanned(
    recu: Recu, texte: str, tmp_path: Path
) -> None:
    photo = scanner(pdf_a(recu.octets, LE), tmp_path)
    assert codes(photo) == [f"]d1 {texte}"]
    lue = lire_ins_image(photo)
    assert (lue.traits, lue.matricule, lue.constats) == (
        lire_ins_scannee(texte).traits,
        MatriculeIns.lire(recu.ins[0][1], recu.ins[0][0]),
        (),
    )
    assert lue.traits.nom_naissance == recu.nom
    assert lue.traits.naissance_hl7 == recu.naissance


@pytest.mark.exigence("RNIV/EXI-DIF-02")
@pytest.mark.juge("chromium")
@pytest.mark.juge("pdftoppm")
@pytest.mark.parametrize("cas", ["apostrophes, NIA", "longest"])
def test_the_datamatrix_of_the_page_is_read_back_from_paper(cas: str, tmp_path: Path) -> None:
    recu, texte = SCANS[cas]
    assert codes(scanner(imprimer(page_html(recu.octets), tmp_path), tmp_path)) == [f"]d1 {texte}"]


@pytest.mark.juge("chromium")
@pytest.mark.parametrize("cas", ["given", "longest"])
def test_the_datamatrix_of_the_page_is_read_back_from_the_screen(cas: str, tmp_path: Path) -> None:
    recu, texte = SCANS[cas]
    assert codes(photographier(page_html(recu.octets), tmp_path)) == [f"]d1 {texte}"]


def test_the_datamatrix_of_the_copy_is_drawn_and_not_an_image() -> None:
    with pikepdf.open(BytesIO(pdf_a(ECETINSI.octets, LE))) as pdf:
        assert "/XObject" not in pdf.pages[0].Resources
        rectangles = [i for i in pikepdf.parse_content_stream(pdf.pages[0]) if str(i.operator) == "re"]
    assert len(rectangles) > 200


def test_the_page_needs_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("PIL", "zxingcpp", "fpdf"):
        monkeypatch.setitem(sys.modules, module, None)
    assert "INS à scanner" in page_html(ECETINSI.octets)


def test_who_does_not_see_the_datamatrix_is_told_its_name() -> None:
    page = page_html(ECETINSI.octets)
    assert '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" role="img"' in page
    assert "<title>INS à scanner</title>" in page
    assert "<figcaption>INS à scanner<small>NIR</small></figcaption>" in page


# --- all or nothing --------------------------------------------------------------------------------------


@pytest.fixture
def lire(tmp_path: Path) -> Callable[[bytes | DocumentCda], str]:
    """Give what is read of the first sheet of a copy."""

    def texte(document: bytes | DocumentCda) -> str:
        copie = tmp_path / "copie.pdf"
        copie.write_bytes(pdf_a(document, LE))
        commande = [judge("pdftotext"), "-raw", "-l", "1", str(copie), "-"]
        return blancs(subprocess.run(commande, capture_output=True, check=True, text=True).stdout)

    return texte


def rien(dit: str, matricule: str = "275126322074974") -> bool:
    """Whether neither the matricule, nor its nature, nor the datamatrix, nor the address made of it is there."""
    sans_blancs = dit.replace(" ", "")
    return not any(
        cache in sans_blancs
        for cache in (matricule[:13], "MatriculeINS:", "INSàscanner", "patient.mssante.fr", "(NI", "<svg")
    )


REFUSES: list[dict[str, Any]] = [
    {"ins": ()},
    {"ins": ((NIR, "275126322074975"),)},
    {"ins": ((NIR, "275126322074974"), (NIA, "275126322074974"))},
    {"lieu": ""},
    {"nom": ""},
    {"prenoms": ()},
    {"sexe": ""},
    {"naissance": ""},
    {"ins": ((NIR, "275126322074"),)},
    {"ins": (("1.2.250.1.213.1.4.2", "275126322074974"),)},
    {"ins": (("1.2.250.1.213.1.4.13", "275126322074974"),)},
    {"nom": "ADRUN2"},
    {"nom": "A" * 101},
    {"prenoms": ("ZOE, ANNE",)},
    {"sexe": "UN"},
    {"naissance": "19750231"},
    {"naissance": "vers 1975"},
    {"lieu": "ARLANC"},
]


@pytest.mark.exigence("RNIV EXI ID 29")
@pytest.mark.parametrize("champs", REFUSES, ids=lambda c: " ".join(f"{k}={v}" for k, v in c.items())[:60])
def test_what_is_not_the_sign_of_a_qualified_identity_shows_no_ins(champs: dict[str, Any]) -> None:
    page = page_html(Recu(**champs).octets)
    assert rien(page)
    assert '<p class="mention">Identité non qualifiée :' in page


@pytest.mark.exigence("RNIV EXI ID 29")
@pytest.mark.juge("pdftotext")
@pytest.mark.parametrize("champs", REFUSES[:4], ids=["none", "wrong key", "two", "without place of birth"])
def test_the_copy_follows_the_same_rule(champs: dict[str, Any], lire: Callable[[bytes], str]) -> None:
    copie = lire(Recu(**champs).octets)
    assert rien(copie)
    assert "Identité non qualifiée :" in copie
    assert "ADRUN" in copie


@pytest.mark.exigence("RNIV EXI ID 29")
@pytest.mark.juge("pdftotext")
@pytest.mark.parametrize(
    ("oid", "nature", "essai"),
    [
        (NIR, "NIR", False),
        (NIA, "NIA", False),
        (NIR_TEST, "NIR de test", True),
        (NIR_DEMO, "NIR de démonstration", True),
    ],
)
def test_the_nature_is_told_and_a_test_never_passes_for_a_person(
    oid: str, nature: str, essai: bool, lire: Callable[[bytes], str]
) -> None:
    octets = Recu(ins=((oid, "275126322074974"),)).octets
    for dit in (vu(page_html(octets)), lire(octets)):
        assert f"Matricule INS : 2 75 12 63 220 749 74 ({nature})" in dit
        assert f"INS à scanner {nature}" in dit
        assert ("Matricule de test : ce document ne concerne pas une personne réelle." in dit) is essai
        assert "Identité transmise comme qualifiée par l'émetteur ; à rapprocher avant toute intégration." in dit
        for trait in ("ADRUN", "ZOE", "Féminin", "31/12/1975", "63220"):
            assert trait in dit


@pytest.mark.juge("pdftotext")
@pytest.mark.parametrize("naissance", ["1975", "197512"])
def test_a_birth_date_known_in_part_is_not_completed(naissance: str, lire: Callable[[bytes], str]) -> None:
    octets = Recu(naissance=naissance).octets
    for dit in (page_html(octets), lire(octets)):
        assert "2 75 12 63 220 749 74" in dit
        assert "INS à scanner" not in dit
        assert "<svg" not in dit
        assert "Date de naissance incomplète : pas de datamatrix." in dit


# --- our own documents -----------------------------------------------------------------------------------

PAR = Intervenant(id_nat="899900000017", nom="MODELE Anne")
TCHITCHI = TraitsIdentite(
    nom_naissance="TCHITCHI", prenoms=("CATARINA", "BELLA"), sexe=Sexe.FEMININ, date_naissance="1936-06-21",
    lieu_naissance="63220",
)  # fmt: skip


def recuperee(traits: TraitsIdentite) -> Identite:
    reponse = ReponseIns(
        matricule=MatriculeIns.recu_d_insi("2360663220836", "56", OidIns.NIR_TEST),
        traits=traits,
        message_id="uuid:1",
        recue_le=LE,
        environnement="bac à sable",
        production=False,
    )
    return Identite(traits=traits).accepter(reponse, Decision(par=PAR, le=LE))


def test_a_qualified_identity_of_ours_is_said_so(ecrire: Callable[..., Any]) -> None:
    dit = vu(page_html(ecrire().document))
    assert "Matricule INS : 2 36 06 63 220 836 56 (NIR de test)" in dit
    assert "INS à scanner NIR de test" in dit
    assert "Identité qualifiée." in dit
    assert "transmise" not in dit


@pytest.mark.exigence("RNIV EXI ID 29")
@pytest.mark.juge("pdftotext")
def test_a_document_of_ours_shows_the_ins_of_its_own_header_only(
    ecrire: Callable[..., Any], lire: Callable[[DocumentCda], str]
) -> None:
    ecrit, sans = ecrire().document, ecrire(identite=recuperee(TCHITCHI)).document
    forge = replace(ecrit, entete=sans.entete)
    altere = replace(ecrit, octets=ecrit.octets.replace(b"236066322083656", b"275126322074974"))
    assert altere.octets != ecrit.octets
    for document in (sans, forge, altere):
        page = page_html(document)
        assert rien(page, "236066322083656")
        assert rien(page)
        assert "Identité non qualifiée :" in page
    assert rien(lire(forge), "236066322083656")


@pytest.mark.juge("pdftoppm")
def test_a_date_that_insi_knows_in_part_is_printed_as_insi_gave_it(ecrire: Callable[..., Any], tmp_path: Path) -> None:
    traits = TraitsIdentite.model_validate(
        {**TCHITCHI.model_dump(), "date_naissance": "1936-00-00", "date_lunaire": True}
    )
    controle = PreuveControle(controle=ControleIdentite.CARTE_IDENTITE, par=PAR, le=LE)
    document = ecrire(identite=recuperee(traits).controler(controle)).document
    texte = f"{EN_TETE}S1236066322083656S21.2.250.1.213.1.4.10S3CATARINA BELLA{GS}S4TCHITCHI{GS}S5FS600-00-1936S763220"
    assert codes(scanner(pdf_a(document, LE), tmp_path)) == [f"]d1 {texte}"]
    assert "INS à scanner" not in page_html(document.octets)  # read as received, the day is not known
