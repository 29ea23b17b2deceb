"""Before anything is sent, compare VIHF, document, metadata, certificates and rights.

All findings at once, each with the places of the two values and never the values. Errors stop the sending;
warnings go into the receipt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations
from typing import Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from segur_socles._core.model import RegleError
from segur_socles._core.x509 import load_der
from segur_socles.dmp.acces import AccesDmp
from segur_socles.dmp.lot_de_soumission import DocumentDuLot, LotDeSoumission
from segur_socles.dmp.roles import roles_de
from segur_socles.documents.cda.lecture import lire_entete
from segur_socles.errors import AccesRefuseError, Constat, DocumentInvalideError, Gravite, IdentiteError
from segur_socles.personnes.identite import IdentiteQualifiee
from segur_socles.trace.appelant import Appelant
from segur_socles.xds.formats import vers_utc
from segur_socles.xds.metadonnees import cx_ins

__all__ = ["Envoi", "controler", "exiger", "exiger_transmissible"]

_AVANCE: Final = timedelta(minutes=5)
"""How far in the future a document may be dated before the clock is suspected."""

_VIHF_STRUCTURE: Final = "VIHF Identifiant_Structure (acteur.structure)"


@dataclass(frozen=True, slots=True)
class Envoi:
    """What is about to be sent, by whom, with which credentials."""

    lot: LotDeSoumission
    appelant: Appelant
    acces: AccesDmp


def exiger_transmissible(identite: IdentiteQualifiee, appelant: Appelant) -> None:
    """Refuse what is not qualified, a test INS in production, and an INS that crosses that border, either way."""
    identite = identite.qualifiee()
    production = appelant.environment.production
    constats = []
    if production and identite.matricule.oid.de_test:
        remede = "rechercher l'INS dans l'environnement de production"
        constats.append(
            Constat("identite.matricule.oid", "OID de test dans un environnement de production", "INS, OID", remede)
        )
    if identite.reponse.production is not production:
        # The qualification platform answers with production OIDs: the OID alone does not tell.
        ailleurs = "hors de la production" if production else "en production"
        remede = "rechercher de nouveau l'INS dans l'environnement courant"
        constats.append(Constat("identite.reponse.production", f"INS obtenu {ailleurs}", "INS", remede))
    if constats:
        raise IdentiteError("Cette identité ne peut pas être transmise ici.", constats=tuple(constats))


def controler(envoi: Envoi) -> tuple[Constat, ...]:
    """Run every check and return all findings."""
    return tuple(constat for controle, _ in _CONTROLES for constat in controle(envoi))


def exiger(envoi: Envoi) -> tuple[Constat, ...]:
    """Run every check; return the warnings, or raise with all findings if one is an error.

    Raises :class:`AccesRefuseError` when only the actor, the rights or the certificates are at fault, else
    :class:`DocumentInvalideError`.
    """
    trouves = [(constat, acces) for controle, acces in _CONTROLES for constat in controle(envoi)]
    constats = tuple(constat for constat, _ in trouves)
    erreurs = [(constat, acces) for constat, acces in trouves if constat.gravite is Gravite.ERREUR]
    if not erreurs:
        return constats
    message = f"Contrôles avant envoi au DMP : {len(erreurs)} incohérence(s) ; rien n'a été envoyé."
    classe = AccesRefuseError if all(acces for _, acces in erreurs) else DocumentInvalideError
    raise classe(message, constats=constats)


# --- the checks ------------------------------------------------------------------------------------------


def _patient(envoi: Envoi) -> Iterator[Constat]:
    attendu = cx_ins(envoi.lot.identite.matricule)
    for place, document in _documents(envoi):
        if document.entree.patient != attendu:
            yield _ecart(
                f"{place}.entete.usager.identite",
                "VIHF resource-id (identite)",
                "INS",
                "reconstruire le document pour cette personne",
            )


def _structure_auteur(envoi: Envoi) -> Iterator[Constat]:
    attendue = envoi.appelant.acteur.structure.struct_idnat
    remede = "faire envoyer le document par la structure de son auteur (même FINESS géographique partout)"
    for place, document in _documents(envoi):
        institutions = {a.institution.id for a in document.entree.auteurs if a.institution}
        if institutions != {attendue}:
            yield _ecart(f"{place} authorInstitution (entete.auteur.structure)", _VIHF_STRUCTURE, "VIHF", remede)
    institution = envoi.lot.soumission.auteur.institution
    if institution is None or institution.id != attendue:
        yield _ecart(
            "lot authorInstitution (acteur de la préparation)",
            _VIHF_STRUCTURE,
            "VIHF",
            "préparer le lot avec l'acteur qui l'envoie",
        )


def _identifiants(envoi: Envoi) -> Iterator[Constat]:
    for place, document in _documents(envoi):
        if document.document.entete.id != document.entree.unique_id:
            yield _ecart(
                f"{place} ClinicalDocument/id", f"{place} uniqueId", "XDS, uniqueId", "préparer de nouveau le lot"
            )


def _relecture(envoi: Envoi) -> Iterator[Constat]:
    """Read back the header of a document that we did not write, and compare it to its metadata."""
    for place, document in _documents(envoi):
        if not document.document.canonique:
            yield from _comparer_au_cda(place, document)


def _comparer_au_cda(place: str, document: DocumentDuLot) -> Iterator[Constat]:
    entree = document.entree
    lu = lire_entete(document.octets)
    remede = "reprendre dans l'en-tête décrit (Entete) les valeurs du document lui-même"
    institutions = {a.structure.identifiant for a in lu.auteurs if a.structure and a.structure.identifiant}
    attendues = {a.institution.id for a in entree.auteurs if a.institution}
    paires = (
        ("ClinicalDocument/id", "uniqueId", lu.unique_id == entree.unique_id),
        ("ClinicalDocument/code", "typeCode", lu.type.code == entree.type.code),
        ("ClinicalDocument/templateId", "modele", document.document.modele in lu.modeles),
        ("ClinicalDocument/effectiveTime", "creationTime", _utc(lu.date_creation) == entree.creation),
        ("patientRole/id", "patientId", (entree.patient.autorite, entree.patient.id) in lu.patient.identifiants),
        ("assignedAuthor/representedOrganization/id", "authorInstitution", institutions == attendues),
    )
    for cda, metadonnee, accord in paires:
        if not accord:
            yield _ecart(f"{place} {cda}", f"{place} {metadonnee}", "CI-SIS, CDA et XDS", remede)


def _utc(heure: str) -> str | None:
    try:
        return vers_utc(heure)
    except RegleError:
        return None


def _heures(envoi: Envoi) -> Iterator[Constat]:
    limite = envoi.appelant.clock.now() + _AVANCE
    for place, document in _documents(envoi):
        if document.document.entete.date_creation > limite:
            yield Constat(
                f"{place}.entete.date_creation",
                "document daté dans le futur par rapport à l'horloge du poste",
                "DMP, synchronisation horaire",
                "vérifier l'heure du poste (NTP) et la date du document",
            )


def _confidentialite(envoi: Envoi) -> Iterator[Constat]:
    for place, document in _documents(envoi):
        if {"MASQUE_PS", "INVISIBLE_PATIENT"} <= {code.code for code in document.entree.confidentialites}:
            message = "document à la fois masqué aux professionnels et invisible pour la personne"
            yield Constat(
                f"{place} confidentialityCode", message, "DMP", "ne garder qu'une restriction", Gravite.AVERTISSEMENT
            )


def _classe(envoi: Envoi) -> Iterator[Constat]:
    for place, document in _documents(envoi):
        if document.classe_supposee:
            yield Constat(
                f"{place} classCode",
                "classe du document supposée : aucune source publique ne la donne pour ce type",
                "ASS_X16",
                "si le registre la refuse, indiquer la classe à la préparation du lot (paramètre classe)",
                Gravite.AVERTISSEMENT,
            )


def _roles(envoi: Envoi) -> Iterator[Constat]:
    acteur = envoi.appelant.acteur
    if acteur.est_automate:
        return
    try:
        roles_de(acteur.professionnel.profession)
    except RegleError as error:
        yield Constat("acteur.professionnel.profession", error.message, error.regle, error.remede)


def _certificats(envoi: Envoi) -> Iterator[Constat]:
    structure = envoi.appelant.acteur.structure
    if not envoi.acces.idnats_certificat & structure.idnats_lies:
        remede = "utiliser les certificats de cette structure, ou déclarer son FINESS juridique ou son SIRET"
        yield _ecart("certificats, OU (trousseau)", _VIHF_STRUCTURE, "IGC-Santé, Struct_IdNat", remede)
    certificat = load_der(envoi.acces.signataire.certificat_der, what="Certificat de signature")
    organisations = {
        str(nom.value) for nom in certificat.subject.get_attributes_for_oid(NameOID.ORGANIZATIONAL_UNIT_NAME)
    }
    if not organisations & (envoi.acces.idnats_certificat | structure.idnats_lies):
        remede = "signer avec le certificat ORG SIGN de la structure"
        yield _ecart("certificat de signature, OU", _VIHF_STRUCTURE, "IGC-Santé, Struct_IdNat", remede)


def _signature(envoi: Envoi) -> Iterator[Constat]:
    certificat = load_der(envoi.acces.signataire.certificat_der, what="Certificat de signature")
    if not _non_repudiation(certificat):
        yield Constat(
            "certificat de signature, keyUsage",
            "ce certificat ne peut pas signer le VIHF ni le lot (nonRepudiation absent)",
            "DMP, DMPInvalidCertificate",
            "utiliser le certificat ORG SIGN, et non celui de TLS",
        )
    if not certificat.not_valid_before_utc <= envoi.appelant.clock.now() <= certificat.not_valid_after_utc:
        yield Constat("certificat de signature, dates", "certificat hors de ses dates", "IGC-Santé", "le renouveler")


def _non_repudiation(certificat: x509.Certificate) -> bool:
    try:
        return certificat.extensions.get_extension_for_class(x509.KeyUsage).value.content_commitment
    except x509.ExtensionNotFound:
        return False


def _une_personne(envoi: Envoi) -> Iterator[Constat]:
    for (place, document), (_, autre) in combinations(_documents(envoi), 2):
        if document.entree.patient != autre.entree.patient:
            yield _ecart(place, "autre document du lot", "XDS, lot de soumission", "préparer un lot par personne")
            return


_CONTROLES: Final[tuple[tuple[Callable[[Envoi], Iterator[Constat]], bool], ...]] = (
    (_patient, False),
    (_une_personne, False),
    (_structure_auteur, False),
    (_identifiants, False),
    (_relecture, False),
    (_heures, False),
    (_confidentialite, False),
    (_classe, False),
    (_roles, True),
    (_certificats, True),
    (_signature, True),
)
"""Check → whether the actor, the rights or the certificates are at fault, rather than the document."""


def _documents(envoi: Envoi) -> Iterator[tuple[str, DocumentDuLot]]:
    for rang, document in enumerate(envoi.lot.documents):
        yield f"documents.{rang}", document


def _ecart(place: str, autre: str, regle: str, remede: str) -> Constat:
    return Constat(place, f"valeur différente de celle de : {autre}", regle, remede)
