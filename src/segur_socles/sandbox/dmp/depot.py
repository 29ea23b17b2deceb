"""TD2.1: documents are fed into a record (ITI-41). All are registered, or none.

Stages, each answering all its errors at once: form, composition, completeness, values, parts, documents, lot
signature, record, registry. Recipe and codes: GIE SESAM-Vitale samples, IHE ITI TF-2 3.41 (certain).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml import etree

from segur_socles._core.xml import q
from segur_socles.credentials.certificat import Certificat
from segur_socles.dmp.lot import verifier_lot
from segur_socles.documents.cda.lecture import EnteteLu
from segur_socles.errors import CredentialError, DocumentInvalideError, ReponseInvalideError, SignatureError
from segur_socles.sandbox.dmp.acces import Appel, certificat_refuse
from segur_socles.sandbox.dmp.cda import controler_cda, controler_remplacements
from segur_socles.sandbox.dmp.courrier import Courrier, Piece
from segur_socles.sandbox.dmp.dossiers import Dossier
from segur_socles.sandbox.dmp.forme import controler_forme
from segur_socles.sandbox.dmp.metadonnees import (
    ASSOCIATION_REMPLACE,
    controler_composition,
    controler_valeurs,
    lire_metadonnees,
)
from segur_socles.sandbox.dmp.refus import Bilan, CodeDmp, CodeXds, exiger
from segur_socles.sandbox.dmp.registre import DocumentEnregistre, Registre, RemplacementError
from segur_socles.sandbox.dmp.reponses import reponse_depot
from segur_socles.sandbox.dmp.vihf_regles import INDIRECTE
from segur_socles.sandbox.service import Monde
from segur_socles.xds.ebrim_lecture import Soumission, lire_soumission
from segur_socles.xds.entry import DocumentEntry, SubmissionSet

__all__ = ["ACTIONS", "deposer"]

ACTIONS: Final = (
    "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b",
    "urn:ihe:iti:xds-b:2007:ProvideAndRegisterDocumentSet-b",
)
"""Two public kits differ on it (certain): both are taken."""

_XDS: Final = "{urn:ihe:iti:xds-b:2007}"


@dataclass(frozen=True, slots=True)
class _Depot:
    """A submission whose parts are known to be there."""

    appel: Appel
    soumission: Soumission
    lot: SubmissionSet
    entrees: tuple[DocumentEntry, ...]
    pieces: Mapping[str, Piece] = field(repr=False)
    bilan: Bilan = field(repr=False)

    @property
    def documents(self) -> tuple[DocumentEntry, ...]:
        """Entries of documents, signature excluded."""
        ids = {objet.id for objet in self.soumission.documents}
        return tuple(entree for entree in self.entrees if entree.id in ids)

    @property
    def signature(self) -> DocumentEntry:
        """The entry of the lot's signature."""
        (objet,) = self.soumission.signatures
        return next(entree for entree in self.entrees if entree.id == objet.id)


def deposer(appel: Appel, courrier: Courrier, monde: Monde, dossiers: Mapping[str, Dossier], registre: Registre) -> str:
    """Check a submission, register it, and write the answer's body.

    Raises :class:`RefusError` or :class:`RefusRegistreError`; nothing is then registered.
    """
    exiger(
        appel.requete,
        "Droits : seul INDIRECTE alimente",
        appel.vihf.mode == INDIRECTE,
        CodeDmp.DROITS,
        "le mode INDIRECTE_RENFORCEE (AIR) consulte et n'alimente pas",
    )
    bilan = Bilan(appel.requete)
    soumission = _soumission(appel.message.body, bilan)
    lot, entrees = lire_metadonnees(soumission, bilan)
    controler_valeurs(lot, entrees, appel, bilan)
    bilan.conclure()
    pieces = _pieces(appel, courrier, entrees, bilan)
    depot = _Depot(appel, soumission, lot, entrees, pieces, bilan)
    _empreintes(depot)
    remplaces = _documents(depot, registre)
    _signature_lot(depot, monde)
    _dossier(appel, dossiers, bilan)
    _enregistrer(depot, registre, remplaces)
    return reponse_depot()


def _soumission(corps: etree._Element, bilan: Bilan) -> Soumission:
    controler_forme(corps, bilan)
    bilan.conclure()
    soumission = lire_soumission(corps)
    controler_composition(soumission, bilan)
    bilan.conclure()
    return soumission


# --- parts -----------------------------------------------------------------------------------------------


def _pieces(appel: Appel, courrier: Courrier, entrees: Sequence[DocumentEntry], bilan: Bilan) -> dict[str, Piece]:
    """Give the part of each entry, by symbolic id; every part must serve once."""
    hrefs: dict[str, str] = {}
    noeuds = appel.message.body.findall(f"{_XDS}Document")
    for noeud in noeuds:
        include = noeud.find(q("xop:Include"))
        exiger(
            appel.requete,
            "MTOM : xop:Include dans xds:Document",
            include is not None and len(noeud) == 1 and not (noeud.text or "").strip(),
            CodeDmp.MTOM,
            "chaque xds:Document doit contenir un xop:Include et rien d'autre (MTOM obligatoire)",
        )
        if include is not None:
            hrefs[noeud.get("id", "")] = include.get("href", "")
    trouvees = {ident: piece for ident, href in hrefs.items() if (piece := courrier.piece(href)) is not None}
    bilan.noter(
        "Parties : un id par xds:Document",
        len(hrefs) == len(noeuds),
        CodeXds.METADONNEES,
        "deux xds:Document portent le même id",
    )
    # Case counts: the public sample itself breaks this rule.
    attendus = {entree.id for entree in entrees}
    bilan.noter(
        "Parties : un document par ExtrinsicObject",
        attendus <= trouvees.keys(),
        CodeXds.DOCUMENT_ABSENT,
        "un ExtrinsicObject n'a pas de xds:Document de même id, ou sa partie MIME est absente",
    )
    bilan.noter(
        "Parties : un ExtrinsicObject par document",
        hrefs.keys() <= attendus,
        CodeXds.METADONNEES_ABSENTES,
        "un xds:Document n'a pas d'ExtrinsicObject de même id",
    )
    servies = [piece.head.content_id for piece in trouvees.values()]
    bilan.noter(
        "Parties : chacune sert une fois",
        len(set(servies)) == len(servies) == len(courrier.pieces),
        CodeXds.METADONNEES_ABSENTES,
        "une partie MIME sert deux fois, ou ne sert à rien",
    )
    bilan.conclure()
    return trouvees


def _empreintes(depot: _Depot) -> None:
    for entree in depot.entrees:
        piece = depot.pieces[entree.id]
        # Both slots are optional: the official sample bears none (GIE SESAM-Vitale, certain).
        meme_hash = entree.hash is None or entree.hash == piece.sha1
        meme_taille = entree.taille is None or entree.taille == piece.taille
        texte = "le slot hash n'est pas le SHA-1 des octets reçus"
        depot.bilan.noter("Parties : hash", meme_hash, CodeXds.HASH, texte)
        texte = "le slot size n'est pas le nombre d'octets reçus"
        depot.bilan.noter("Parties : size", meme_taille, CodeXds.TAILLE, texte)
    depot.bilan.conclure()


# --- documents -------------------------------------------------------------------------------------------


def _documents(depot: _Depot, registre: Registre) -> tuple[str, ...]:
    """Compare each CDA with the rest; give the entryUUIDs of the documents that are replaced."""
    cdas: dict[str, EnteteLu] = {}
    for rang, entree in enumerate(depot.documents, 1):
        octets = depot.pieces[entree.id].content()
        cda = controler_cda(entree, octets, f"Document {rang}", depot.appel, depot.bilan)
        if cda is not None:
            cdas[entree.id] = cda
    depot.bilan.conclure()
    cibles = {a.source: a.cible for a in depot.soumission.associations if a.type == ASSOCIATION_REMPLACE}
    anciens = {d.entry_uuid: d.unique_id for d in registre.chercher(depot.appel.matricule, uuids=cibles.values())}
    depot.bilan.noter(
        "Remplacement : document connu",
        anciens.keys() == set(cibles.values()),
        CodeXds.REMPLACEMENT,
        "le document à remplacer n'est pas dans ce dossier",
    )
    depot.bilan.conclure()
    remplaces = {source: anciens[cible] for source, cible in cibles.items()}
    controler_remplacements(depot.soumission, cdas, remplaces, depot.bilan)
    depot.bilan.conclure()
    return tuple(cibles.values())


def _signature_lot(depot: _Depot, monde: Monde) -> None:
    maintenant = depot.appel.maintenant
    try:
        verifie = verifier_lot(
            depot.pieces[depot.signature.id].content(),
            documents={entree.unique_id: depot.pieces[entree.id].content() for entree in depot.documents},
            lot_id=depot.lot.unique_id,
            anchors=monde.ancres,
            intermediates=monde.intermediaires,
            at=maintenant,
        )
        structure = Certificat.depuis(verifie.certificat, quoi="signature du lot").sujet.struct_idnat
        raison = certificat_refuse(monde, verifie.certificat, maintenant)
    except (SignatureError, ReponseInvalideError, DocumentInvalideError, CredentialError) as error:
        raison, structure = error.message, None
    bilan = depot.bilan
    if bilan.noter("Signature du lot : XAdES et certificat", not raison, CodeXds.SIGNATURE_LOT, raison):
        liee = structure in depot.appel.structure.idnats_lies
        texte = "la signature du lot n'est pas celle de la structure"
        bilan.noter("Signature du lot : structure liée", liee, CodeXds.SIGNATURE_LOT, texte)
    bilan.conclure()


# --- registry --------------------------------------------------------------------------------------------


def _dossier(appel: Appel, dossiers: Mapping[str, Dossier], bilan: Bilan) -> None:
    dossier = dossiers.get(appel.matricule)
    bilan.noter("Dossier : existe", dossier is not None, CodeXds.PATIENT_INCONNU, "cette personne n'a pas de DMP")
    bilan.noter("Dossier : ouvert", dossier is None or dossier.ouvert, CodeXds.DMP_FERME, "ce DMP est fermé")
    bilan.conclure()


def _enregistrer(depot: _Depot, registre: Registre, remplaces: tuple[str, ...]) -> None:
    objets = {objet.id: objet for objet in depot.soumission.entrees}
    documents = [
        DocumentEnregistre(
            unique_id=entree.unique_id,
            lot_id=depot.lot.unique_id,
            matricule=depot.appel.matricule,
            structure=depot.appel.vihf.structure,
            metadonnees=objets[entree.id],
            octets=depot.pieces[entree.id].content(),
        )
        for entree in depot.entrees
    ]
    try:
        connus = registre.enregistrer(depot.lot.unique_id, documents, remplaces)
    except RemplacementError as error:
        code = CodeXds.DOCUMENT_OBSOLETE if error.obsolete else CodeXds.REMPLACEMENT
        texte = "le document à remplacer ne peut plus l'être"
        depot.bilan.noter("Registre : remplacement", ok=False, code=code, texte=texte)
    else:
        texte = f"uniqueId déjà au registre : {', '.join(connus)}"
        depot.bilan.noter("Registre : uniqueId nouveaux", not connus, CodeXds.DOUBLON_REGISTRE, texte)
    depot.bilan.conclure()
