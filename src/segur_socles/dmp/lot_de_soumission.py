"""A submission set ready to be sent: identifiers fixed, documents frozen, metadata derived.

Identifiers are drawn once, when the set is prepared, and kept for every attempt: that is what makes a lost
reply harmless. They are plain data (:class:`IdentifiantsLot`) that an outbox stores with the documents.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Annotated, Self

from pydantic import AwareDatetime, StringConstraints

from segur_socles._core.model import Valeur
from segur_socles._core.textes import Oid
from segur_socles._core.xml import DigestName, c14n_digest
from segur_socles.dmp.lot import Empreinte
from segur_socles.documents.document import DocumentCda
from segur_socles.errors import Constat, DocumentInvalideError
from segur_socles.personnes.identite import IdentiteQualifiee
from segur_socles.trace.appelant import Appelant
from segur_socles.xds.entry import Association, DocumentEntry, SubmissionSet
from segur_socles.xds.metadonnees import LOT, associer, classe_supposee, cx_ins, depuis_document, soumission_de
from segur_socles.xds.schemes import (
    CLASSE_SIGNATURE,
    CONFIDENTIALITES_SIGNATURE,
    EVENEMENT_SIGNATURE,
    FORMAT_SIGNATURE,
    TYPE_SIGNATURE,
)

__all__ = ["DocumentDuLot", "IdentifiantsLot", "LotDeSoumission"]

_SIGNATURE = "Signature01"


Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 digest in lower-case hexadecimal."""


class IdentifiantsLot(Valeur):
    """What must not change from one attempt to the next: OIDs, the hour of the submission, the documents' bytes.

    ``empreintes`` are the documents' digests, in the same order: the registry, asked by identifier, does not
    tell which content it holds. ``model_dump_json()`` and ``model_validate_json()`` write and read the whole.
    """

    lot: Oid
    signature: Oid
    documents: tuple[Oid, ...]
    empreintes: tuple[Sha256, ...]
    heure: AwareDatetime

    _visible = ("lot",)


@dataclass(frozen=True, slots=True)
class DocumentDuLot:
    """One document: its frozen bytes, its metadata, its digest in the manifest."""

    document: DocumentCda
    entree: DocumentEntry
    empreinte: Empreinte
    classe_supposee: bool

    @property
    def octets(self) -> bytes:
        """The bytes, as they are sent."""
        return self.document.octets


@dataclass(frozen=True, slots=True)
class LotDeSoumission:
    """One submission set for one person. Make it with :meth:`preparer`; sending it never changes it."""

    identifiants: IdentifiantsLot
    identite: IdentiteQualifiee = field(repr=False)
    soumission: SubmissionSet
    documents: tuple[DocumentDuLot, ...]
    digest: DigestName

    @classmethod
    def preparer(
        cls,
        documents: Sequence[DocumentCda],
        identite: IdentiteQualifiee,
        appelant: Appelant,
        *,
        identifiants: IdentifiantsLot | None = None,
        classe: str | None = None,
        type_contenu_lot: str | None = None,
    ) -> Self:
        """Fix the identifiers, or take over those of a stored set, and derive the metadata.

        - ``classe``: DMP class (JDV_J57) of the documents, instead of the association table's;
        - ``type_contenu_lot``: kind of activity (TRE_R209), by default that of the structure's sector.

        Raises :class:`DocumentInvalideError` (no document, same identifier twice, other documents or other bytes
        than those of ``identifiants``, unknown type or model), :class:`IdentiteError` (identity not qualified).
        """
        identite = identite.qualifiee()
        ids = tuple(document.unique_id for document in documents)
        empreintes = tuple(hashlib.sha256(document.octets).hexdigest() for document in documents)
        options = appelant.environment.options_dmp
        fixes = identifiants or _tirer(ids, empreintes, appelant)
        _verifier(ids, empreintes, fixes)
        digest: DigestName = "sha256" if options.xades_digest == "sha256" else "sha1"
        return cls(
            identifiants=fixes,
            identite=identite,
            soumission=soumission_de(
                appelant.acteur,
                cx_ins(identite.matricule),
                unique_id=fixes.lot,
                source_id=appelant.logiciel.oid_racine,
                heure=fixes.heure,
                contenu=type_contenu_lot,
            ),
            documents=tuple(
                DocumentDuLot(
                    document=document,
                    entree=depuis_document(
                        document, symbole=f"Document{rang:02d}", classe=classe, avec_empreinte=options.envoyer_hash
                    ),
                    empreinte=Empreinte(document.unique_id, _empreinte(document, digest)),
                    classe_supposee=classe is None and classe_supposee(document.entete),
                )
                for rang, document in enumerate(documents, 1)
            ),
            digest=digest,
        )

    @property
    def lot_id(self) -> str:
        """SubmissionSet.uniqueId."""
        return self.identifiants.lot

    @property
    def unique_ids(self) -> tuple[str, ...]:
        """UniqueId of each document."""
        return self.identifiants.documents

    @property
    def signature_id(self) -> str:
        """Identifier of the XML signature: an NCName that never changes for this set."""
        return f"_{self.identifiants.signature}"

    @property
    def taille(self) -> int:
        """Bytes of all documents."""
        return sum(len(document.octets) for document in self.documents)

    def entree_signature(self, signature: bytes, *, avec_empreinte: bool) -> DocumentEntry:
        """Make the metadata of the set's own signature: all as the set, except what codes it as a signature."""
        modele = self.documents[0].entree
        lot = self.soumission
        return DocumentEntry(
            id=_SIGNATURE,
            unique_id=self.identifiants.signature,
            patient=lot.patient,
            auteurs=(lot.auteur,),
            signataire_legal=lot.auteur.personne,
            titre="Source",
            type=TYPE_SIGNATURE,
            classe=CLASSE_SIGNATURE,
            format=FORMAT_SIGNATURE,
            confidentialites=CONFIDENTIALITES_SIGNATURE,
            lieu=modele.lieu,
            cadre=modele.cadre,
            creation=lot.heure,
            debut=lot.heure,
            fin=lot.heure,
            patient_source=lot.patient,
            langue="art",
            evenements=(EVENEMENT_SIGNATURE,),
            hash=hashlib.sha1(signature, usedforsecurity=False).hexdigest() if avec_empreinte else None,
            taille=len(signature) if avec_empreinte else None,
        )

    def associations(self, remplaces: Sequence[tuple[str, str]] = ()) -> tuple[Association, ...]:
        """Link the set to its documents and its signature; ``remplaces`` pairs a document with an old entryUUID."""
        membres = (*(document.entree.id for document in self.documents), _SIGNATURE)
        remplacements = (("RPLC", nouveau, ancien) for nouveau, ancien in remplaces)
        return associer(membres, (("signs", _SIGNATURE, LOT), *remplacements))


def _tirer(documents: tuple[str, ...], empreintes: tuple[str, ...], appelant: Appelant) -> IdentifiantsLot:
    racine, ids = appelant.logiciel.oid_racine, appelant.ids
    return IdentifiantsLot(
        lot=ids.oid(racine),
        signature=ids.oid(racine),
        documents=documents,
        empreintes=empreintes,
        heure=appelant.clock.now(),
    )


def _verifier(documents: tuple[str, ...], empreintes: tuple[str, ...], identifiants: IdentifiantsLot) -> None:
    constats: list[Constat] = []
    if not documents:
        constats.append(
            Constat("documents", "aucun document", "XDS, lot de soumission", "joindre au moins un document")
        )
    tous = (*documents, identifiants.lot, identifiants.signature)
    if len(set(tous)) != len(tous):
        remede = "tirer un nouvel identifiant pour chaque document"
        constats.append(Constat("documents", "le même identifiant sert deux fois", "XDS, uniqueId", remede))
    if documents != identifiants.documents:
        remede = "reprendre le lot avec les mêmes documents, dans le même ordre, ou préparer un nouveau lot"
        constats.append(
            Constat("identifiants.documents", "ce ne sont pas les documents de ce lot", "XDS, uniqueId", remede)
        )
    elif empreintes != identifiants.empreintes:
        remede = "reprendre le lot avec les octets conservés, ou donner un nouvel identifiant au document modifié"
        message = "un document de ce lot a changé sous le même identifiant"
        constats.append(Constat("identifiants.empreintes", message, "XDS, uniqueId", remede))
    if constats:
        raise DocumentInvalideError("Le lot de soumission ne peut pas être préparé.", constats=tuple(constats))


def _empreinte(document: DocumentCda, digest: DigestName) -> bytes:
    """Hash the canonical form: of our own documents without a parse, since they are written in it."""
    if document.canonique:
        return hashlib.new(digest, document.forme_canonique, usedforsecurity=False).digest()
    return c14n_digest(document.octets, digest)
