"""The messages that read the DMP: search (ITI-18) and retrieval (ITI-43). Bytes written, answers read; no state."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from lxml import etree

from segur_socles._core.clock import hl7_utc
from segur_socles._core.xml import q, text
from segur_socles.dmp.lecture_types import APPROUVE, ARCHIVE, CriteresDmp, DocumentDmp
from segur_socles.dmp.messages import ReponseRegistre, lire_registre, refuser_reponse
from segur_socles.nomenclatures.codes import Code
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.xds.ebrim import ecrire_requete, entre_quotes
from segur_socles.xds.ebrim_lecture import ObjetRim, lire_objets
from segur_socles.xds.metadonnees import cx_ins
from segur_socles.xds.schemes import DOCUMENT, NS_XDS, REQUETES

__all__ = [
    "ACTION_LECTURE",
    "PieceJointe",
    "ReponseRecherche",
    "ecrire_lecture",
    "ecrire_recherche",
    "ecrire_recherche_par_id",
    "lire_lecture",
    "lire_recherche",
]

ACTION_LECTURE: Final = "urn:ihe:iti:2007:RetrieveDocumentSet"

_XDS: Final = f"{{{NS_XDS['xds']}}}"


# --- TD3.1: search ----------------------------------------------------------------------------------------


def ecrire_recherche(matricule: MatriculeIns, criteres: CriteresDmp) -> str:
    """Write the body of TD3.1: whole metadata of the documents of one person."""
    return ecrire_requete(REQUETES["FindDocuments"], _parametres(matricule, criteres), retour="LeafClass")


def ecrire_recherche_par_id(unique_id: str) -> str:
    """Write the body of TD3.1 that asks for the whole metadata of one document."""
    parametre = ("$XDSDocumentEntryUniqueId", f"({entre_quotes(unique_id)})")
    return ecrire_requete(REQUETES["GetDocuments"], (parametre,), retour="LeafClass")


def _parametres(matricule: MatriculeIns, criteres: CriteresDmp) -> Iterator[tuple[str, str]]:
    yield "$XDSDocumentEntryPatientId", entre_quotes(cx_ins(matricule).cx())
    # Active documents are always asked for, replaced ones never (SEL-MP-037, probable).
    statuts = (APPROUVE, ARCHIVE) if criteres.archives else (APPROUVE,)
    yield "$XDSDocumentEntryStatus", _liste(statuts)
    instants: tuple[tuple[str, datetime | None], ...] = (
        ("CreationTimeFrom", criteres.cree_depuis),
        ("CreationTimeTo", criteres.cree_jusqu_a),
        ("ServiceStartTimeFrom", criteres.acte_depuis),
        ("ServiceStartTimeTo", criteres.acte_jusqu_a),
    )
    for nom, instant in instants:
        if instant is not None:
            yield f"$XDSDocumentEntry{nom}", hl7_utc(instant)
    for nom, codes in (("ClassCode", criteres.classes), ("TypeCode", criteres.types)):
        if codes:
            yield f"$XDSDocumentEntry{nom}", _liste(tuple(_code(code) for code in codes))


def _liste(valeurs: tuple[str, ...]) -> str:
    return f"({','.join(map(entre_quotes, valeurs))})"


def _code(code: Code) -> str:
    return f"{code.code}^^{code.systeme}"


@dataclass(frozen=True, slots=True)
class ReponseRecherche:
    """A registry's answer to TD3.1; ``total`` is how many documents it says there are, None if it does not."""

    registre: ReponseRegistre
    total: int | None
    documents: tuple[DocumentDmp, ...]
    illisibles: int
    signatures: int


def lire_recherche(body: etree._Element) -> ReponseRecherche:
    """Read the answer of TD3.1. Entries lacking uniqueId or repositoryUniqueId are counted, not guessed."""
    if body.tag != f"{{{NS_XDS['query']}}}AdhocQueryResponse":
        refuser_reponse("n'est pas le message attendu (AdhocQueryResponse)")
    objets = lire_objets(body)
    utiles = [objet for objet in objets if not objet.est_signature]
    lus = [_document(objet) for objet in utiles]
    documents = tuple(document for document in lus if document is not None)
    total = body.get("totalResultCount", "")
    return ReponseRecherche(
        registre=lire_registre(body),
        total=int(total) if total.isascii() and total.isdigit() else None,
        documents=documents,
        illisibles=len(lus) - len(documents),
        signatures=len(objets) - len(utiles),
    )


def _document(objet: ObjetRim) -> DocumentDmp | None:
    unique_id, depot = objet.unique_id, objet.slot("repositoryUniqueId")
    if not unique_id or not depot:
        return None
    taille = objet.slot("size") or ""
    return DocumentDmp(
        unique_id=unique_id,
        depot=depot,
        entry_uuid=objet.id,
        logical_id=objet.lid,
        statut=objet.statut,
        version=objet.version,
        type_mime=objet.type_mime,
        titre=objet.titre or "",
        type=objet.code(DOCUMENT["typeCode"]),
        classe=objet.code(DOCUMENT["classCode"]),
        format=objet.code(DOCUMENT["formatCode"]),
        confidentialites=objet.codes(DOCUMENT["confidentialityCode"]),
        auteurs=objet.auteurs(DOCUMENT["author"]),
        creation=objet.slot("creationTime") or "",
        debut=objet.slot("serviceStartTime") or "",
        fin=objet.slot("serviceStopTime") or "",
        patient=objet.patient,
        hash=(objet.slot("hash") or "").lower() or None,
        taille=int(taille) if taille.isascii() and taille.isdigit() else None,
    )


# --- TD3.2: read ------------------------------------------------------------------------------------------


def ecrire_lecture(document: DocumentDmp) -> str:
    """Write the body of ITI-43 for one document."""
    return (
        f'<xds:RetrieveDocumentSetRequest xmlns:xds="{NS_XDS["xds"]}"><xds:DocumentRequest>'
        f"<xds:RepositoryUniqueId>{text(document.depot)}</xds:RepositoryUniqueId>"
        f"<xds:DocumentUniqueId>{text(document.unique_id)}</xds:DocumentUniqueId>"
        "</xds:DocumentRequest></xds:RetrieveDocumentSetRequest>"
    )


@dataclass(frozen=True, slots=True)
class PieceJointe:
    """Where the document is: the ``cid:`` address of a part, or the bytes themselves when they came inline."""

    href: str
    type_mime: str
    octets: bytes | None = field(default=None, repr=False)


def lire_lecture(body: etree._Element, document: DocumentDmp) -> ReponseRegistre | PieceJointe:
    """Read the answer of ITI-43: where the document asked for is, or the registry's refusal."""
    if body.tag != f"{_XDS}RetrieveDocumentSetResponse":
        refuser_reponse("n'est pas le message attendu (RetrieveDocumentSetResponse)")
    statut = body.find(f"{{{NS_XDS['rs']}}}RegistryResponse")
    if statut is None:
        refuser_reponse("n'a pas de statut (RegistryResponse)")
    registre = lire_registre(statut)
    if not registre.succes:
        return registre
    recus = body.findall(f"{_XDS}DocumentResponse")
    if len(recus) != 1:
        refuser_reponse("ne porte pas un document et un seul")
    recu = recus[0]
    if (recu.findtext(f"{_XDS}DocumentUniqueId") or "").strip() != document.unique_id:
        refuser_reponse("porte un autre document que celui demandé (DocumentUniqueId)")
    type_mime = (recu.findtext(f"{_XDS}mimeType") or "").strip()
    contenu = recu.find(f"{_XDS}Document")
    if contenu is None:
        refuser_reponse("ne porte pas le document (Document)")
    include = contenu.find(q("xop:Include"))
    if include is not None:
        return PieceJointe(include.get("href", ""), type_mime)
    try:
        # XOP is an optimisation: the same answer without it holds base64 (W3C xop10, certain).
        octets = base64.b64decode("".join((contenu.text or "").split()), validate=True)
    except (binascii.Error, ValueError):
        octets = b""
    if not octets:
        refuser_reponse("ne porte pas un document lisible (base64)")
    return PieceJointe("", type_mime, octets)
