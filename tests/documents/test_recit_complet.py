"""Nothing of a content is lost: each of its values is read in the narrative, or in the header, of every edition.

What a person reads is looked for, written by hand of each type of value; what only a program reads (a code whose label
is told beside it) is listed with its reason.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from rendu_outils import blancs, mots
from test_conformite_tirages import ECRITES, _entete, _tireur, contenus
from tirage_outils import Tireur

from judges import judge
from segur_socles._core.ids import SeededIds
from segur_socles._core.model import Valeur
from segur_socles.documents.cda.ecriture import ecrire_document
from segur_socles.documents.editions import DLU_2022_01, IPS_FR_2024_01, N1, EditionDocument
from segur_socles.documents.modeles.pdf import NoteLiaison
from segur_socles.documents.rendu.origine import pdf_d_origine
from segur_socles.nomenclatures.codes import Code

GRAINES = (0, 2, 5)
HL7 = {"h": "urn:hl7-org:v3"}

SEULEMENT_CODES = {
    "cim10": "its label is told",
    "ccam": "its label is told",
    "emdn": "its label is told",
    "snomed": "its site is told",
    "cis": "the name of the medicine is told",
    "finess": "the name of the place is told",
    "etat": "which of the three states: told by a sentence, or by the items",
    "pdf": "a file, joined",
}
AUTREMENT_DITS = {
    ("ObjetPersonnel", "type"): "by the plain word of the form",
    ("ResultatExamen", "categorie"): "by the name of the group",
    ("Quantite", "unite"): "by the word of the unit, beside the number",
    ("Telecom", "type"): "by a word before the number",
    ("Telecom", "usage"): "in the header only",
    ("Constante", "type"): "by its label",
}
DE_L_ENTETE = (
    "usager",
    "auteur",
    "signataire",
    "destinataires",
    "equipe",
    "contact_permanent",
    "conservateur",
    "titre",
)
SANS_PLACE = {
    "identite": "its traits are tested apart; the proofs stay at home",
    "protection": "who exercises it is told; no place for its kind",
    "authentifie_le": "of the login, not of the document",
    "moyen": "of the login, not of the document",
    "siret": "one number of the structure goes, its FINESS when it has one",
    "finess_ej": "one number of the structure goes",
    "secteur": "of the author: in the encounter",
    "cadre": "a custodian has none",
    "usage": "the custodian has one telecom only",
}


def valeurs(valeur: Any, tus: set[str], chemin: str = "") -> Iterator[tuple[str, Any]]:
    """Give each value that is no record, with its path."""
    if isinstance(valeur, Valeur) and not isinstance(valeur, Code):
        for nom in type(valeur).model_fields:
            if nom not in tus and (type(valeur).__name__, nom) not in AUTREMENT_DITS:
                yield from valeurs(getattr(valeur, nom), tus, f"{chemin}.{nom}")
    elif isinstance(valeur, tuple):
        for rang, une in enumerate(valeur):
            yield from valeurs(une, tus, f"{chemin}.{rang}")
    elif valeur is not None and not isinstance(valeur, bool | bytes):
        yield chemin, valeur


def lues(valeur: Any) -> list[str]:
    """Give the ways in which a value may be read."""
    if isinstance(valeur, Code):
        return [valeur.libelle]
    if isinstance(valeur, Enum):
        return [str(valeur.value)]
    if isinstance(valeur, datetime):
        return [f"{valeur:%d/%m/%Y} à {valeur:%H:%M}", f"{valeur.astimezone(HORLOGE):%d/%m/%Y à %H:%M}"]
    if isinstance(valeur, date):
        return [f"{valeur:%d/%m/%Y}"]
    if isinstance(valeur, Decimal):
        return [f"{valeur:f}".replace(".", ","), f"{valeur.normalize():f}".replace(".", ",")]
    texte = str(valeur)
    # A partial date is a text too: told the French way.
    return [texte, "/".join(reversed(texte.split("-"))), texte.replace(" ", "")]


def tireur_de(graine: int) -> Tireur:
    """Draw texts that are each found nowhere else."""
    tireur, rang = _tireur(graine), count()
    texte = tireur.texte
    tireur.texte = lambda longueur: f"z{next(rang)}z {texte(longueur)}"[:longueur].strip()  # type: ignore[method-assign]
    return tireur


def nu(texte: str) -> str:
    return "".join(texte.split()).casefold()


def lu_dans(document: bytes) -> tuple[str, str]:
    """Give what people read of the body, and everything that the header holds."""
    racine = etree.fromstring(document)
    recit = nu(" ".join("".join(map(str, r.itertext())) for r in racine.iterfind(".//h:section/h:text", HL7)))
    for corps in racine.findall("h:component", HL7):
        racine.remove(corps)
    attributs = " ".join(str(valeur) for noeud in racine.iter() for valeur in noeud.attrib.values())
    return recit, nu(" ".join([*map(str, racine.itertext()), attributs]))


HORLOGE = datetime.fromisoformat("2026-01-15T09:30:05+01:00").tzinfo
STRUCTURES = [edition for edition in ECRITES if edition.modele != N1.modele]


@pytest.mark.parametrize("graine", GRAINES)
@pytest.mark.parametrize("edition", STRUCTURES, ids=lambda edition: edition.nom)
def test_every_value_of_a_content_is_read(edition: EditionDocument, graine: int) -> None:
    tireur = tireur_de(graine)
    contenu = tireur.valeur(contenus(edition)[0])
    recit, entete = lu_dans(ecrire_document(contenu, _entete(tireur, edition), SeededIds(1), edition=edition).octets)
    perdues = [
        chemin
        for chemin, valeur in valeurs(contenu, set(SEULEMENT_CODES))
        if not any(nu(lue) in recit for lue in lues(valeur))
        # The summary names the preferred hospital in the header.
        and not (chemin.startswith(".etablissement_preference") and nu(lues(valeur)[0]) in entete)
    ]
    assert perdues == []


@pytest.mark.parametrize("graine", GRAINES)
@pytest.mark.parametrize("edition", [DLU_2022_01, IPS_FR_2024_01, N1], ids=lambda edition: edition.nom)
def test_every_value_of_a_header_is_written(edition: EditionDocument, graine: int) -> None:
    tireur = tireur_de(graine)
    contenu, entete = tireur.valeur(contenus(edition)[-1]), _entete(tireur, edition)
    _, ecrit = lu_dans(ecrire_document(contenu, entete, SeededIds(1), edition=edition).octets)
    perdues = [
        f"{champ}{chemin}"
        for champ in DE_L_ENTETE
        for chemin, valeur in valeurs(getattr(entete, champ), set(SANS_PLACE))
        if not (champ == "conservateur" and ".telecoms." in chemin and ".telecoms.0." not in chemin)
        and not any(nu(lue) in ecrit for lue in lues(valeur))
    ]
    assert perdues == []


@pytest.mark.juge("pdftotext")
@pytest.mark.parametrize("graine", GRAINES)
def test_every_word_of_a_note_is_in_its_pdf(graine: int, tmp_path: Path) -> None:
    tireur = tireur_de(graine)
    note, fichier = tireur.valeur(NoteLiaison), tmp_path / "note.pdf"
    document = ecrire_document(note, _entete(tireur, N1), SeededIds(1), edition=N1)
    origine = pdf_d_origine(document.octets)
    assert origine is not None
    fichier.write_bytes(origine.octets)
    commande = [judge("pdftotext"), "-raw", str(fichier), "-"]
    sorti = subprocess.run(commande, capture_output=True, check=True, text=True).stdout
    dits = mots(" ".join(str(valeur) for _, valeur in valeurs(note, set())))
    # What the face has no sign for is named by its number.
    assert {mot for mot in dits if all(ord(lettre) < 0x250 for lettre in mot)} - mots(blancs(sorti)) == set()
