"""Writing an ``IHE_XDM.ZIP``: documents about one person, their metadata, and two pages for people.

Layout of IHE ITI TF-2 3.32 (certain): every name is upper case and 8.3, one submission set in ``SUBSET01``.
The bytes are those of the content alone: fixed dates, modes and order.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Final
from uuid import NAMESPACE_OID, uuid5

from segur_socles.config.logiciel import Logiciel
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.entete import Entete
from segur_socles.errors import Constat, DocumentInvalideError
from segur_socles.personnes.professionnel import Acteur
from segur_socles.xds.ebrim import ecrire_soumission
from segur_socles.xds.entry import DocumentEntry
from segur_socles.xds.metadonnees import associer, depuis_document, patient_de, soumission_de
from segur_socles.xds.xdm_pages import Envoi, ecrire_index, ecrire_lisez_moi
from segur_socles.xds.zip_lecture import MEMBRES_MAX

__all__ = ["ecrire_xdm"]

SOUS_ENSEMBLE: Final = "IHE_XDM/SUBSET01"
DOCUMENTS_MAX: Final = MEMBRES_MAX - 3
"""INDEX.HTM, README.TXT and METADATA.XML come along."""

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_UNIX: Final = 3


def ecrire_xdm(
    documents: Sequence[DocumentCda],
    *,
    acteur: Acteur,
    logiciel: Logiciel,
    lot_id: str,
    heure: datetime,
    contact: str,
    classe: str | None = None,
) -> bytes:
    """Write the archive that ``acteur`` sends about one person; same arguments, same bytes.

    - ``lot_id``: OID of the submission set, drawn once; ``heure``: when it was made;
    - ``contact``: whom to write to about the archive, as its pages show it (the sender's mailbox);
    - ``classe``: class (JDV_J57) of the documents, instead of the association table's.

    The INS is in the archive only if the documents' headers hold a qualified identity; otherwise the local
    identifier stands alone. A document that replaces another is linked to it (``RPLC``): entries are named by
    a UUID derived from the document's uniqueId (RFC 4122 version 5), which both archives can compute.

    Raises :class:`DocumentInvalideError`: no document, too many, the same one twice, several persons, unknown
    type or model.
    """
    _verifier(documents)
    fichiers = [f"DOC{rang:04d}.XML" for rang in range(1, len(documents) + 1)]
    entrees = [
        depuis_document(document, symbole=_symbole(document.unique_id), classe=classe, exiger_ins=False, uri=fichier)
        for document, fichier in zip(documents, fichiers, strict=True)
    ]
    chemins = [f"{SOUS_ENSEMBLE}/{fichier}" for fichier in fichiers]
    envoi = Envoi(acteur, logiciel, contact, heure, tuple(zip(chemins, documents, strict=True)))
    return _archiver(
        [
            ("INDEX.HTM", ecrire_index(envoi)),
            ("README.TXT", ecrire_lisez_moi(envoi)),
            (f"{SOUS_ENSEMBLE}/METADATA.XML", _metadonnees(documents, entrees, envoi, lot_id)),
            *((chemin, document.octets) for chemin, document in envoi.documents),
        ]
    )


def _metadonnees(
    documents: Sequence[DocumentCda], entrees: Sequence[DocumentEntry], envoi: Envoi, lot_id: str
) -> bytes:
    lot = soumission_de(
        envoi.acteur,
        patient_de(documents[0].entete),
        unique_id=lot_id,
        source_id=envoi.logiciel.oid_racine,
        heure=envoi.heure,
    )
    remplacements = (
        ("RPLC", _symbole(document.unique_id), _symbole(document.entete.remplace))
        for document in documents
        if document.entete.remplace
    )
    requete = ecrire_soumission(lot, entrees, associer((entree.id for entree in entrees), remplacements))
    return (_DECLARATION + requete).encode()


def _symbole(unique_id: str) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_OID, unique_id)}"


def _archiver(membres: Sequence[tuple[str, bytes]]) -> bytes:
    sortie = BytesIO()
    with zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as archive:
        for chemin, octets in membres:
            # A ZipInfo of one's own bears no date but 1980-01-01; the system it names is otherwise the machine's.
            info = zipfile.ZipInfo(chemin)
            info.create_system = _UNIX
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, octets)
    return sortie.getvalue()


# --- one archive, one person -----------------------------------------------------------------------------


def _verifier(documents: Sequence[DocumentCda]) -> None:
    constats = tuple(_ecarts(documents))
    if constats:
        raise DocumentInvalideError("L'archive IHE_XDM ne peut pas être écrite.", constats=constats)


def _ecarts(documents: Sequence[DocumentCda]) -> Iterator[Constat]:
    if not documents:
        yield Constat("documents", "aucun document", "XDS, lot de soumission", "joindre au moins un document")
    if len(documents) > DOCUMENTS_MAX:
        remede = f"envoyer au plus {DOCUMENTS_MAX} documents à la fois"
        yield Constat("documents", "trop de documents pour une archive", "nombre de fichiers", remede)
    if len({document.unique_id for document in documents}) < len(documents):
        remede = "tirer un nouvel identifiant pour chaque document"
        yield Constat("documents", "le même identifiant sert deux fois", "XDS, uniqueId", remede)
    for rang, document in enumerate(documents):
        if _personne(document.entete) != _personne(documents[0].entete):
            remede = "faire une archive par usager, avec la même identité sur tous ses documents"
            message = "ce document ne porte pas l'identité du premier"
            yield Constat(f"documents.{rang}.entete.usager", message, "MSSanté ECO.2.1.1, un seul usager", remede)


def _personne(entete: Entete) -> tuple[object, ...]:
    return patient_de(entete), entete.usager.ipp, entete.usager.identite.traits
