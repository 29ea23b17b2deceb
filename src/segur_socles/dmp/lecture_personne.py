"""Whose document is it: entries and CDA read from the DMP, against the identity they were asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from segur_socles.dmp.lecture_types import DocumentDmp
from segur_socles.documents.cda.lecture import UN_USAGER, lire_patient
from segur_socles.errors import Constat, DocumentInvalideError, Gravite
from segur_socles.personnes.identite import IdentiteQualifiee
from segur_socles.personnes.matricule import OIDS_INS
from segur_socles.personnes.numeros import nir
from segur_socles.personnes.rapprochement import Rapprochement, rapprocher

__all__ = ["exiger_fiche", "personne_du_cda", "trier"]

_MIMES_XML: Final = frozenset({"text/xml", "application/xml", "application/hl7-v3+xml", "text/x-cda-r2+xml"})
_DEBUT: Final = 64
_BOM: Final = b"\xef\xbb\xbf"
_REGLE: Final = "XDS, patientId"
_REMEDE: Final = "ne pas rattacher ce document à l'usager ; prévenir le support du DMP"


def trier(
    documents: Sequence[DocumentDmp], identite: IdentiteQualifiee
) -> tuple[tuple[DocumentDmp, ...], tuple[Constat, ...]]:
    """Leave out the entries about another INS, and tell how many, and how many do not bear an INS at all.

    Old entries may bear an INS-C, which proves nothing either way: they are kept (guessed).
    """
    gardes = tuple(document for document in documents if not _d_un_autre(document, identite))
    ecartes = len(documents) - len(gardes)
    sans_ins = sum(not _porte_un_ins(document) for document in gardes)
    comptes = (
        (ecartes, "fiches d'un autre INS que celui demandé, mises de côté", "prévenir le support du DMP"),
        (
            sans_ins,
            "fiches sans INS (INS-C ou patientId absent), où rien ne prouve que le document est celui de l'usager",
            "vérifier l'identité que porte chaque document une fois lu",
        ),
    )
    return gardes, tuple(
        Constat("patientId", f"{quoi} : {nombre}", _REGLE, remede, Gravite.AVERTISSEMENT)
        for nombre, quoi, remede in comptes
        if nombre
    )


def exiger_fiche(document: DocumentDmp, identite: IdentiteQualifiee) -> None:
    """Refuse an entry about another INS: :class:`DocumentInvalideError`, before its document is asked for."""
    if _d_un_autre(document, identite):
        raise _autre_personne(Constat("patientId", "la fiche est celle d'un autre INS", _REGLE, _REMEDE))


def personne_du_cda(
    relire: Callable[[int], bytes], mimes: set[str], identite: IdentiteQualifiee
) -> Rapprochement | None:
    """Compare the header of a document with ``identite``; None if it has none that can be read.

    ``relire`` gives the first bytes of the document, or all of them (-1).

    Raises :class:`DocumentInvalideError` when it is about another INS, or about several people.
    """
    annonce = any(mime.partition(";")[0].strip().lower() in _MIMES_XML for mime in mimes)
    # A type may lie: what begins as XML is looked at as such.
    if not annonce and not relire(_DEBUT).lstrip(_BOM + b" \t\r\n").startswith(b"<"):
        return None
    try:
        recue = lire_patient(relire(-1))
    except DocumentInvalideError as error:
        if any(constat.regle == UN_USAGER for constat in error.constats):
            raise
        return None
    if recue is None:
        return None
    # Whatever else is missing or differs: another number is another person.
    numeros = {valeur.strip()[: nir.LONGUEUR] for oid, valeur in recue.identifiants if oid in OIDS_INS}
    if numeros - _numeros(identite):
        regle = "CDA R2, recordTarget"
        raise _autre_personne(Constat("patientRole/id", "le document porte un autre INS", regle, _REMEDE))
    return rapprocher(recue, [identite])


def _numeros(identite: IdentiteQualifiee) -> frozenset[str]:
    """Give the numbers of a person, former ones too: a document written before a change keeps the one it had."""
    anciens = (ancien.matricule.numero for ancien in identite.reponse.historique)
    return frozenset((identite.matricule.numero, *anciens))


def _porte_un_ins(document: DocumentDmp) -> bool:
    return document.patient is not None and document.patient.autorite in OIDS_INS


def _d_un_autre(document: DocumentDmp, identite: IdentiteQualifiee) -> bool:
    # Without the key, which INSi itself sent wrong at times; nor the OID: NIR and NIA share their numbers.
    patient = document.patient
    return (
        patient is not None
        and patient.autorite in OIDS_INS
        and patient.id.strip()[: nir.LONGUEUR] not in _numeros(identite)
    )


def _autre_personne(constat: Constat) -> DocumentInvalideError:
    message = "Ce document du DMP n'est pas celui de la personne demandée ; il n'a pas été gardé."
    return DocumentInvalideError(message, constats=(constat,))
