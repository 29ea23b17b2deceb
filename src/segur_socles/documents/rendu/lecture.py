"""Any CDA R2, ours or foreign, read into a :class:`Page`: the one reading behind the HTML page and the PDF."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from segur_socles.documents.cda.balises import HL7
from segur_socles.documents.cda.lecture import EnteteLu, entete_de, lire_racine
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.lecture.structure import rubriques, textes_de, titre_de
from segur_socles.documents.rendu.chemins import premier, tous
from segur_socles.documents.rendu.entete import en_clair, lire_patient, lire_proches, lire_professionnels
from segur_socles.documents.rendu.etat import etat_section
from segur_socles.documents.rendu.modele import ALLERGIES, Media, Page, Section, Tableau, sans_colonne_vide
from segur_socles.documents.rendu.recit import lire_recit

__all__ = ["PDF", "corps_non_xml", "lire_page", "medias_de"]

DIRECTIVES: Final = "42348-3"
EN_PREMIER: Final = (ALLERGIES, DIRECTIVES)
"""LOINC codes of the sections that must be read first, in this order: what may kill, what the person refuses."""

PDF: Final = "application/pdf"
_SIGNATURES: Final[Mapping[str, bytes]] = {
    PDF: b"%PDF-",
    "image/png": b"\x89PNG\r\n\x1a\n",
    "image/jpeg": b"\xff\xd8\xff",
    "image/gif": b"GIF8",
}
"""Types of the files that a page may hold, and how each begins: a file that is not what it says is left out."""

_CONFIDENTIALITES: Final = {"N": "Normale", "R": "Restreinte", "V": "Très restreinte"}


def lire_page(document: bytes | DocumentCda) -> Page:
    """Read a document. Raises ``DocumentInvalideError`` as :func:`~.cda.lecture.lire_entete` does.

    A :class:`DocumentCda` brings the header it was written from, which knows whether the identity is qualified.
    """
    notre = document.entete if isinstance(document, DocumentCda) else None
    racine = lire_racine(document.octets if isinstance(document, DocumentCda) else document)
    entete = entete_de(racine)
    medias = dict(medias_de(racine))
    # One body is the rule; a document that has more is shown whole.
    lues = tuple(section for corps in tous(racine, "component") for section in _sections(corps, medias))
    return Page(
        titre=entete.titre or entete.type.libelle or "Document",
        sous_titre=_sous_titre(entete),
        informations=_informations(entete),
        patient=lire_patient(racine, entete, notre),
        proches=lire_proches(racine),
        professionnels=lire_professionnels(racine),
        alertes=tuple(s for code in EN_PREMIER for s in lues if s.code == code),
        signalements=tuple(_signalements(lues)),
        sections=tuple(s for s in lues if s.code not in EN_PREMIER),
        corps=corps_non_xml(racine),
    )


def _sous_titre(entete: EnteteLu) -> str:
    structure = next((a.structure.nom for a in entete.auteurs if a.structure and a.structure.nom), None)
    return " · ".join(filter(None, (structure, f"Document du {en_clair(entete.date_creation)}")))


def _informations(entete: EnteteLu) -> tuple[tuple[str, str], ...]:
    confidentialite = entete.confidentialite
    lignes = {
        "Type": entete.type.libelle or entete.type.code,
        "Date": en_clair(entete.date_creation),
        "Version": str(entete.version) if entete.version is not None else None,
        "Remplace": entete.remplace,
        "Confidentialité": _CONFIDENTIALITES.get(confidentialite.code, confidentialite.libelle)
        if confidentialite
        else None,
        "Acte": entete.acte.libelle if entete.acte else None,
        "Début de l'acte": en_clair(entete.acte_debut),
        "Fin de l'acte": en_clair(entete.acte_fin),
        "Identifiant": entete.unique_id,
    }
    return tuple((k, v) for k, v in lignes.items() if v)


# --- sections --------------------------------------------------------------------------------------------


def _sections(parent: etree._Element, medias: Mapping[str, Media]) -> Iterator[Section]:
    for noeud in rubriques(parent):
        code = premier(noeud, "code")
        blocs = tuple(bloc for texte in textes_de(noeud) for bloc in lire_recit(texte, medias))
        sections = tuple(_sections(noeud, medias))
        yield Section(
            titre=titre_de(noeud) or ("" if code is None else code.get("displayName", "")) or "Rubrique sans titre",
            code=None if code is None else code.get("code"),
            etat=etat_section(noeud, blocs, contient=bool(sections)),
            blocs=blocs,
            sections=sections,
        )


def _signalements(sections: tuple[Section, ...]) -> Iterator[tuple[str, Tableau]]:
    """Find the rows that their author made stand out, each under the head of its table."""
    for section in sections:
        if section.code not in EN_PREMIER:
            for bloc in section.blocs:
                if isinstance(bloc, Tableau) and (alertes := tuple(r for r in bloc.corps if r.alerte)):
                    yield section.titre, sans_colonne_vide(Tableau(bloc.tete, alertes))
            yield from _signalements(section.sections)


# --- files -----------------------------------------------------------------------------------------------


def medias_de(racine: etree._Element) -> Iterator[tuple[str, Media]]:
    """Give the files that the narrative may show, by their ID."""
    for noeud in racine.iter(f"{{{HL7}}}observationMedia"):
        valeur, nom = premier(noeud, "value"), noeud.get("ID")
        if nom:
            yield nom, Media("", None) if valeur is None else _media(valeur)


def _media(valeur: etree._Element) -> Media:
    genre = valeur.get("mediaType", "").strip().lower()
    signature = _SIGNATURES.get(genre)
    if signature is None or valeur.get("representation") != "B64":
        return Media(genre, None)
    try:
        octets = b64decode("".join((valeur.text or "").split()), validate=True)
    except ValueError:
        return Media(genre, None)
    return Media(genre, octets if octets.startswith(signature) else None)


def corps_non_xml(racine: etree._Element) -> Media | str | None:
    """Read a body that is a file: its text if it is one; None for a structured body."""
    texte = premier(racine, "component/nonXMLBody/text")
    if texte is None:
        return None
    if texte.get("mediaType", "text/plain").strip().lower() != "text/plain":
        return _media(texte)
    brut = "".join(map(str, texte.itertext()))
    if texte.get("representation") != "B64":
        return brut
    try:
        return b64decode("".join(brut.split()), validate=True).decode()
    except ValueError:
        return Media("text/plain", None)
