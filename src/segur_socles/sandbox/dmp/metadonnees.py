"""The metadata of a submission: complete, coded in the DMP's value sets, coherent with each other.

Cardinalities and formats: CI-SIS mapping of the ANS and GIE SESAM-Vitale samples (certain); value sets: the
national tables of :mod:`segur_socles.nomenclatures`, and below those the DMP restricts (JDV_J57, J59, J60).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeAlias, TypeVar

from segur_socles.errors import DocumentInvalideError
from segur_socles.nomenclatures.codes import Code, nomenclature
from segur_socles.sandbox.dmp.acces import Appel
from segur_socles.sandbox.dmp.refus import Bilan, CodeXds
from segur_socles.xds.ebrim_lecture import ObjetRim, Soumission, lire_entree, lire_lot
from segur_socles.xds.entry import Auteur, DocumentEntry, SubmissionSet
from segur_socles.xds.formats import Cx, Xcn

__all__ = ["ASSOCIATION_REMPLACE", "controler_composition", "controler_valeurs", "lire_metadonnees"]

_MEMBRE: Final = "urn:oasis:names:tc:ebxml-regrep:AssociationType:HasMember"
_SIGNE: Final = "urn:ihe:iti:2007:AssociationType:signs"
ASSOCIATION_REMPLACE: Final = "urn:ihe:iti:2007:AssociationType:RPLC"

_OID: Final = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+")
_OID_MAX: Final = 64
_SHA1: Final = re.compile(r"[0-9a-f]{40}")
_HEURE: Final = {4: "%Y", 6: "%Y%m", 8: "%Y%m%d", 10: "%Y%m%d%H", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_PRECISE: Final = 14

_CLASSES: Final = (
    "1.2.250.1.213.1.1.4.1",
    frozenset({"10", "11", "31", "42", "43", "44", "45", "52", "60", "90", "95"}),
)  # fmt: skip
_CONTENUS: Final = (
    "1.2.250.1.213.2.2",
    frozenset({
        "03", "04", "07", "11", "12", "13", "14", "15", "16", "17", "18", "19", "21",
        "22", "27", "37", "40", "43", "44", "45", "46", "47", "48", "52", "97",
    }),
)  # fmt: skip
_IHE: Final = "1.3.6.1.4.1.19376.1.2.3"
_FORMATS_IHE: Final = frozenset({
    "urn:ihe:iti:xds-sd:pdf:2008", "urn:ihe:iti:xds-sd:text:2008", "urn:ihe:iti-fr:xds-sd:jpeg:2010",
    "urn:ihe:iti-fr:xds-sd:rtf:2010", "urn:ihe:iti-fr:xds-sd:tiff:2010", "urn:ihe:pcc:ips:2020",
    "urn:ihe:pharm:pre:2010", "urn:ihe:pharm:dis:2010",
})  # fmt: skip
_FORMAT_CISIS: Final = re.compile(r"urn:(asip|ans):ci-sis:[a-z0-9-]+:20[0-9]{2}|urn:asipSante:modelesHorsProfils:2011")
_TABLE_FORMATS: Final = "1.2.250.1.213.1.1.4.2.282"

# The entry of the lot's signature (GIE SESAM-Vitale samples, certain).
_SIGNATURE: Final = {
    "classCode": ("urn:oid:1.3.6.1.4.1.19376.1.2.1.1.1", "URN"),
    "typeCode": ("E1762", "ASTM"),
    "formatCode": ("http://www.w3.org/2000/09/xmldsig#", "URN"),
    "eventCode": ("1.2.840.10065.1.12.1.14", "1.2.840.10065.1.12"),
}

_PERSONNES: Final = "1.2.250.1.71.4.2.1"
_STRUCTURES: Final = "1.2.250.1.71.4.2.2"
_PATIENT: Final = ("PID-5|", "PID-7|", "PID-8|")
_CONFIDENTIALITES_MAX: Final = 4

_T = TypeVar("_T")
_Test: TypeAlias = Callable[[DocumentEntry], bool]


# --- composition -----------------------------------------------------------------------------------------


def controler_composition(soumission: Soumission, bilan: Bilan) -> None:
    """Check what the submission is made of: one set, documents, one signature, and the links between them."""
    entrees = {objet.id for objet in soumission.entrees}
    lots = {objet.id for objet in soumission.lots}
    membres = [a for a in soumission.associations if a.type == _MEMBRE]
    signatures = [a for a in soumission.associations if a.type == _SIGNE]
    remplacements = [a for a in soumission.associations if a.type == ASSOCIATION_REMPLACE]
    documents = {objet.id for objet in soumission.documents}
    controles = (
        ("Lot : un RegistryPackage", len(lots) == len(soumission.lots) == 1, "un lot de soumission attendu"),
        ("Lot : au moins un document", bool(documents), "aucun document dans le lot"),
        ("Lot : une signature", len(soumission.signatures) == 1, "une signature du lot attendue"),
        (
            "Lot : un HasMember par document",
            sorted(a.cible for a in membres) == sorted(entrees) and {a.source for a in membres} == lots,
            "une association HasMember du lot vers chaque document est attendue",
        ),
        (
            "Lot : SubmissionSetStatus Original",
            all(a.slots.get("SubmissionSetStatus") == ("Original",) for a in membres),
            "HasMember : SubmissionSetStatus = Original attendu",
        ),
        (
            "Lot : association signs",
            [(a.source, a.cible) for a in signatures] == [(s.id, lot) for s in soumission.signatures for lot in lots],
            "une association signs de la signature vers le lot est attendue",
        ),
        (
            "Lot : remplacements",
            all(a.source in documents and a.cible.startswith("urn:uuid:") for a in remplacements),
            "RPLC va d'un document du lot vers l'entryUUID de celui qu'il remplace",
        ),
        (
            "Lot : associations connues",
            len(membres) + len(signatures) + len(remplacements) == len(soumission.associations),
            "type d'association inattendu (HasMember, signs ou RPLC)",
        ),
    )
    for controle, ok, texte in controles:
        bilan.noter(controle, ok, CodeXds.METADONNEES, texte)


# --- completeness ----------------------------------------------------------------------------------------


def lire_metadonnees(soumission: Soumission, bilan: Bilan) -> tuple[SubmissionSet, tuple[DocumentEntry, ...]]:
    """Give the metadata, typed. Raises through ``bilan`` when something mandatory is missing."""
    lots = _lire(lire_lot, soumission.lot, "Lot", bilan)
    entrees = [entree for objet, nom in _nommes(soumission) for entree in _lire(lire_entree, objet, nom, bilan)]
    bilan.conclure()
    return lots[0], tuple(entrees)


def _nommes(soumission: Soumission) -> list[tuple[ObjetRim, str]]:
    """Give each entry and its name in the journal."""
    return [
        *((objet, f"Document {rang}") for rang, objet in enumerate(soumission.documents, 1)),
        *((objet, "Signature") for objet in soumission.signatures),
    ]


def _lire(lecteur: Callable[[ObjetRim], _T], objet: ObjetRim, nom: str, bilan: Bilan) -> list[_T]:
    """Give the object read, or record what it lacks and give nothing."""
    try:
        lu = lecteur(objet)
    except DocumentInvalideError as error:
        constats = error.constats
    else:
        bilan.noter(f"{nom} : métadonnées obligatoires", ok=True, code=CodeXds.METADONNEES, texte="")
        return [lu]
    for constat in constats:
        controle = f"{nom} : {constat.champ}"
        bilan.noter(controle, ok=False, code=CodeXds.METADONNEES, texte=f"{controle} : {constat.message}")
    return []


# --- values ----------------------------------------------------------------------------------------------


def controler_valeurs(lot: SubmissionSet, entrees: Sequence[DocumentEntry], appel: Appel, bilan: Bilan) -> None:
    """Check codes, formats, identifiers, persons and structures of the set and of each entry."""
    _identifiants(lot, entrees, bilan)
    _patients(lot, entrees, appel, bilan)
    for controle, ok, texte in (
        ("Lot : submissionTime", _heure(lot.heure, precise=True), "submissionTime : yyyyMMddHHmmss en UTC attendu"),
        ("Lot : sourceId", _oid(lot.source_id), "sourceId : OID attendu"),
        ("Lot : contentTypeCode", _parmi(lot.type_contenu, *_CONTENUS), "contentTypeCode hors de JDV_J59"),
        ("Lot : auteur", _personne(lot.auteur.personne), "authorPerson du lot mal formé"),
    ):
        bilan.noter(controle, ok, CodeXds.METADONNEES, texte)
    if lot.auteur.institution is not None:
        _institution("Lot", lot.auteur, appel, bilan)
    rang = 0
    for entree in entrees:
        signature = _est_signature(entree)
        rang += not signature
        nom = "Signature" if signature else f"Document {rang}"
        for champ, texte, test in (*_COMMUNES, *(_DE_SIGNATURE if signature else _DE_DOCUMENT)):
            bilan.noter(f"{nom} : {champ}", test(entree), CodeXds.METADONNEES, f"{nom} : {champ} : {texte}")
        for auteur in entree.auteurs:
            _institution(nom, auteur, appel, bilan)
        if signature:
            heures = {entree.creation, entree.debut, entree.fin}
            texte = "Signature : creationTime, serviceStartTime et serviceStopTime = submissionTime attendus"
            bilan.noter("Signature : heures du lot", heures == {lot.heure}, CodeXds.METADONNEES, texte)


def _identifiants(lot: SubmissionSet, entrees: Sequence[DocumentEntry], bilan: Bilan) -> None:
    tous = [lot.unique_id, *(entree.unique_id for entree in entrees)]
    bons = all(_oid(unique_id) for unique_id in tous)
    texte = f"uniqueId : OID de {_OID_MAX} caractères au plus attendu"
    bilan.noter("Identifiants : uniqueId", bons, CodeXds.METADONNEES, texte)
    distincts = len(set(tous)) == len(tous)
    texte = "deux objets du message portent le même uniqueId"
    bilan.noter("Identifiants : uniqueId distincts", distincts, CodeXds.DOUBLON_MESSAGE, texte)


def _patients(lot: SubmissionSet, entrees: Sequence[DocumentEntry], appel: Appel, bilan: Bilan) -> None:
    memes = all(_meme(entree.patient, lot.patient) for entree in entrees)
    texte = "le patientId d'un document n'est pas celui du lot"
    bilan.noter("Patient : documents = lot", memes, CodeXds.PATIENT_DIFFERENT, texte)
    vihf = appel.vihf.patient
    texte = "le patientId du lot n'est pas l'INS du VIHF"
    bilan.noter("Patient : lot = VIHF", vihf is not None and _meme(lot.patient, vihf), CodeXds.PATIENT_VIHF, texte)


def _institution(nom: str, auteur: Auteur, appel: Appel, bilan: Bilan) -> None:
    institution = auteur.institution
    attendu = (_STRUCTURES, "IDNST", appel.vihf.structure)
    ok = institution is not None and (institution.autorite, institution.type_id, institution.id) == attendu
    # The wording integrators report (probable).
    texte = f"{nom} : aucun AuthorInstitution égal à la structure de l'utilisateur du VIHF"
    bilan.noter(f"{nom} : authorInstitution = structure du VIHF", ok, CodeXds.STRUCTURE_AUTEUR, texte)


def _meme(un: Cx, autre: Cx) -> bool:
    return (un.id, un.autorite, un.type_id) == (autre.id, autre.autorite, autre.type_id)


def _oid(valeur: str) -> bool:
    return len(valeur) <= _OID_MAX and _OID.fullmatch(valeur) is not None


def _heure(valeur: str | None, *, precise: bool = False) -> bool:
    forme = _HEURE.get(len(valeur or ""))
    if valeur is None or not valeur.isdigit() or forme is None or (precise and len(valeur) != _PRECISE):
        return False
    try:
        datetime.strptime(valeur, forme)  # noqa: DTZ007 - XDS times are UTC and bear no zone
    except ValueError:
        return False
    return True


def _parmi(code: Code, systeme: str, codes: frozenset[str]) -> bool:
    return code.systeme == systeme and code.code in codes and bool(code.libelle)


def _dans(table: str, code: Code) -> bool:
    connu = nomenclature(table).codes.get(code.code)
    return connu is not None and connu.systeme == code.systeme and bool(code.libelle)


def _est(code: Code | None, nom: str) -> bool:
    return code is not None and (code.code, code.systeme) == _SIGNATURE[nom] and bool(code.libelle)


def _est_signature(entree: DocumentEntry) -> bool:
    return entree.classe.code == _SIGNATURE["classCode"][0]


def _personne(personne: Xcn) -> bool:
    nommee = bool(personne.id and personne.nom)
    return nommee and personne.autorite == _PERSONNES and personne.type_id in ("IDNPS", "EI")


def _auteur(auteur: Auteur) -> bool:
    return _personne(auteur.personne)


def _local(cx: Cx) -> bool:
    return bool(cx.id and _oid(cx.autorite))


def _specialite(entree: DocumentEntry) -> bool:
    return all(auteur.specialite is not None and _dans("JDV_J01", auteur.specialite) for auteur in entree.auteurs)


def _confidentialites(entree: DocumentEntry) -> bool:
    codes = entree.confidentialites
    return (
        len({code.code for code in codes}) == len(codes) <= _CONFIDENTIALITES_MAX
        and any(code.code == "N" for code in codes)
        and all(_dans("JDV_J08", code) for code in codes)
    )


def _format(entree: DocumentEntry) -> bool:
    code = entree.format
    cisis = code.systeme == _TABLE_FORMATS and _FORMAT_CISIS.fullmatch(code.code) is not None and bool(code.libelle)
    return cisis or _parmi(code, _IHE, _FORMATS_IHE)


def _infos_patient(entree: DocumentEntry) -> bool:
    return all(any(info.startswith(debut) for info in entree.patient_source_infos) for debut in _PATIENT)


_COMMUNES: Final[tuple[tuple[str, str, _Test], ...]] = (
    ("mimeType", "text/xml attendu", lambda e: e.type_mime == "text/xml"),
    ("creationTime", "yyyyMMddHHmmss en UTC attendu", lambda e: _heure(e.creation, precise=True)),
    ("serviceStartTime", "date ou heure UTC attendue", lambda e: _heure(e.debut)),
    ("serviceStopTime", "date ou heure UTC attendue", lambda e: e.fin is None or _heure(e.fin)),
    ("healthcareFacilityTypeCode", "hors de JDV_J02", lambda e: _dans("JDV_J02", e.lieu)),
    ("practiceSettingCode", "hors de JDV_J04", lambda e: _dans("JDV_J04", e.cadre)),
    ("confidentialityCode", "N, plus d'éventuels codes de JDV_J08, attendus", _confidentialites),
    ("authorPerson", "identifiant, nom ou autorité mal formés", lambda e: all(map(_auteur, e.auteurs))),
    ("authorSpecialty", "absente ou hors de JDV_J01", _specialite),
    ("legalAuthenticator", "identifiant, nom ou autorité mal formés", lambda e: _personne(e.signataire_legal)),
    ("sourcePatientId", "identifiant ou autorité absents", lambda e: _local(e.patient_source)),
    ("hash", "SHA-1 en hexadécimal minuscule attendu", lambda e: e.hash is None or bool(_SHA1.fullmatch(e.hash))),
)

_DE_DOCUMENT: Final[tuple[tuple[str, str, _Test], ...]] = (
    ("languageCode", "fr-FR attendu", lambda e: e.langue == "fr-FR"),
    ("classCode", "hors de JDV_J57", lambda e: _parmi(e.classe, *_CLASSES)),
    ("typeCode", "hors de JDV_J07", lambda e: _dans("JDV_J07", e.type)),
    ("formatCode", "hors de JDV_J60", _format),
    ("sourcePatientInfo", "PID-5, PID-7 et PID-8 attendus", _infos_patient),
)

_DE_SIGNATURE: Final[tuple[tuple[str, str, _Test], ...]] = (
    ("languageCode", "art attendu", lambda e: e.langue == "art"),
    ("classCode", "Digital Signature attendu", lambda e: _est(e.classe, "classCode")),
    ("typeCode", "E1762 (ASTM) attendu", lambda e: _est(e.type, "typeCode")),
    ("formatCode", "format de signature XML attendu", lambda e: _est(e.format, "formatCode")),
    ("eventCodeList", "code Source attendu", lambda e: [_est(c, "eventCode") for c in e.evenements] == [True]),
    (
        "confidentialityCode de signature",
        "N, MASQUE_PS et INVISIBLE_PATIENT attendus",
        lambda e: {c.code for c in e.confidentialites} == {"N", "MASQUE_PS", "INVISIBLE_PATIENT"},
    ),
    ("titre", "Source attendu", lambda e: e.titre == "Source"),
    ("sourcePatientInfo", "absent attendu", lambda e: not e.patient_source_infos),
)
