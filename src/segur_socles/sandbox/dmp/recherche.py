"""TD3.1: which documents are registered (ITI-18), answered by references or by whole entries.

By references (TD3.1b, GetDocuments), any mode may ask. Whole entries (LeafClass, FindDocuments or GetDocuments) are
for AIR: INDIRECTE feeds and asks for references, it does not consult (GIE SESAM-Vitale rights matrix, certain).
Whether it may use FindDocuments at all is unknown: by references, that query is not played.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

from lxml import etree

from segur_socles.sandbox.dmp.acces import Appel
from segur_socles.sandbox.dmp.consultations import Consultations
from segur_socles.sandbox.dmp.dossiers import Dossier
from segur_socles.sandbox.dmp.droits import exiger_consultation, visibles
from segur_socles.sandbox.dmp.fiches import fiche
from segur_socles.sandbox.dmp.refus import CodeDmp, CodeXds, ErreurRegistre, RefusError, RefusRegistreError, exiger
from segur_socles.sandbox.dmp.registre import DocumentEnregistre, Registre
from segur_socles.sandbox.dmp.reponses import reponse_fiches, reponse_recherche
from segur_socles.sandbox.dmp.vihf_regles import INDIRECTE
from segur_socles.xds.formats import Cx
from segur_socles.xds.schemes import DOCUMENT

__all__ = ["ACTION", "rechercher"]

ACTION: Final = "urn:ihe:iti:2007:RegistryStoredQuery"

_NS: Final = {
    "query": "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0",
    "rim": "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0",
}
_GET_DOCUMENTS: Final = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
_FIND_DOCUMENTS: Final = "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d"
_AUTRES_REQUETES: Final = frozenset({
    "urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9",  # FindSubmissionSets
    "urn:uuid:10b545ea-725c-446d-9b95-8aeb444eddf3",  # GetAll
    "urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155",  # GetAssociations
    "urn:uuid:bab9529a-4a10-40b3-a01f-f68a615d247a",  # GetDocumentsAndAssociations
    "urn:uuid:51224314-5390-4169-9b91-b1980040715a",  # GetSubmissionSets
    "urn:uuid:d90e5407-b356-4d91-a89f-873917b4b0e6",  # GetRelatedDocuments
    "urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492",  # FindDocumentsByReferenceId
})  # fmt: skip
_PREFIXE: Final = "$XDSDocumentEntry"
_UNIQUE_ID: Final = f"{_PREFIXE}UniqueId"
_UUID: Final = f"{_PREFIXE}EntryUUID"
_PATIENT: Final = f"{_PREFIXE}PatientId"
_STATUT: Final = f"{_PREFIXE}Status"

_LISTE: Final = re.compile(r"\(\s*'[^']+'(?:\s*,\s*'[^']+')*\s*\)")
_ELEMENT: Final = re.compile(r"'([^']+)'")
_TEXTE: Final = re.compile(r"'([^']+)'")
_HEURE: Final = re.compile(r"\d{4,14}")


def rechercher(appel: Appel, registre: Registre, dossiers: Mapping[str, Dossier], consultations: Consultations) -> str:
    """Check the query and write the answer's body. Raises :class:`RefusError` or :class:`RefusRegistreError`."""
    corps, requete = appel.message.body, appel.requete
    option = corps.find("query:ResponseOption", _NS)
    retour = "" if option is None else option.get("returnType", "")
    requis = corps.find("rim:AdhocQuery", _NS)
    identifiant = "" if requis is None else requis.get("id", "")
    complet = requis is not None and retour in ("ObjectRef", "LeafClass")
    texte = "ResponseOption (ObjectRef ou LeafClass) et AdhocQuery sont attendus"
    if not requete.verifier("ITI-18 : requête complète", complet, texte) or requis is None:
        raise RefusError(CodeDmp.MESSAGE, texte)
    entiere = retour == "LeafClass"
    exiger(
        requete,
        "Droits : INDIRECTE ne demande que des références",
        not (appel.vihf.mode == INDIRECTE and entiere),
        CodeDmp.DROITS,
        "le mode INDIRECTE alimente et ne consulte pas : seules les références (ObjectRef) sont permises",
    )
    if identifiant in _AUTRES_REQUETES or (identifiant == _FIND_DOCUMENTS and not entiere):
        raise RefusError(CodeDmp.NON_JOUE, "FindDocuments (fiches complètes) et GetDocuments seules sont jouées ici")
    connue = identifiant in (_GET_DOCUMENTS, _FIND_DOCUMENTS)
    if not requete.verifier("ITI-18 : requête connue", connue, "identifiant de requête inconnu"):
        raise RefusRegistreError([ErreurRegistre(CodeXds.REQUETE_INCONNUE, "requête enregistrée inconnue")])
    if entiere:
        exiger_consultation(appel, dossiers)
    chercher = _par_identifiants if identifiant == _GET_DOCUMENTS else _par_criteres
    trouves = chercher(appel, requis, registre)
    if not entiere:
        return reponse_recherche([document.entry_uuid for document in trouves])
    vus = visibles(appel, trouves)
    consultations.noter(appel, "dmp.rechercher", tuple(d.unique_id for d in vus if not d.est_signature))
    return reponse_fiches([fiche(document) for document in vus])


# --- GetDocuments ------------------------------------------------------------------------------------------


def _par_identifiants(appel: Appel, requis: etree._Element, registre: Registre) -> tuple[DocumentEnregistre, ...]:
    requete = appel.requete
    unique_ids, uuids = _parametre(requis, _UNIQUE_ID), _parametre(requis, _UUID)
    if not requete.verifier("ITI-18 : paramètre présent", bool(unique_ids or uuids), "aucun identifiant de document"):
        raise RefusRegistreError([ErreurRegistre(CodeXds.PARAMETRE_ABSENT, f"{_UNIQUE_ID} ou {_UUID} attendu")])
    if not requete.verifier("ITI-18 : un seul paramètre", not (unique_ids and uuids), "deux paramètres exclusifs"):
        raise RefusRegistreError([ErreurRegistre(CodeXds.PARAMETRES, f"{_UNIQUE_ID} et {_UUID} s'excluent")])
    return registre.chercher(appel.matricule, unique_ids=unique_ids, uuids=uuids)


# --- FindDocuments -----------------------------------------------------------------------------------------

_HEURES: Final[Mapping[str, tuple[str, bool]]] = {
    f"{_PREFIXE}CreationTimeFrom": ("creationTime", True),
    f"{_PREFIXE}CreationTimeTo": ("creationTime", False),
    f"{_PREFIXE}ServiceStartTimeFrom": ("serviceStartTime", True),
    f"{_PREFIXE}ServiceStartTimeTo": ("serviceStartTime", False),
}
"""Parameter → slot it bears on, and whether it is the lower bound (included; the upper one is not)."""

_CODES: Final[Mapping[str, str]] = {
    f"{_PREFIXE}ClassCode": DOCUMENT["classCode"],
    f"{_PREFIXE}TypeCode": DOCUMENT["typeCode"],
    f"{_PREFIXE}FormatCode": DOCUMENT["formatCode"],
}
"""Parameter → scheme it bears on."""

_Filtre = Callable[[DocumentEnregistre], bool]


def _par_criteres(appel: Appel, requis: etree._Element, registre: Registre) -> tuple[DocumentEnregistre, ...]:
    requete = appel.requete
    inconnus = [nom for nom in _noms(requis) if nom not in {_PATIENT, _STATUT, *_HEURES, *_CODES}]
    if not requete.verifier("ITI-18 : paramètres connus", not inconnus, "paramètre que le bac à sable ne joue pas"):
        raise RefusRegistreError([ErreurRegistre(CodeXds.PARAMETRE_NON_JOUE, f"paramètre non joué : {inconnus[0]}")])
    statuts = _parametre(requis, _STATUT)
    if not requete.verifier("ITI-18 : paramètre présent", bool(statuts), "aucun statut demandé"):
        raise RefusRegistreError([ErreurRegistre(CodeXds.PARAMETRE_ABSENT, f"{_STATUT} attendu")])
    patients = _valeurs(requis, _PATIENT)
    lus = [Cx.lire(trouve[1]).id if (trouve := _TEXTE.fullmatch(valeur)) else "" for valeur in patients]
    texte = "l'INS cherché n'est pas celui du VIHF"
    if not requete.verifier("ITI-18 : INS du VIHF", all(lu == appel.matricule for lu in lus), texte):
        raise RefusRegistreError([ErreurRegistre(CodeXds.PATIENT_DIFFERENT, texte)])
    filtres = [*_filtres_d_heure(requis), *_filtres_de_code(requis)]
    return tuple(
        document
        for document in registre.tous(appel.matricule)
        if document.statut in statuts and all(filtre(document) for filtre in filtres)
    )


def _filtres_d_heure(requis: etree._Element) -> list[_Filtre]:
    return [
        _borne(slot, valeur.ljust(14, "0"), basse=basse)
        for nom, (slot, basse) in _HEURES.items()
        for valeur in _valeurs(requis, nom, _HEURE)
    ]


def _borne(slot: str, limite: str, *, basse: bool) -> _Filtre:
    def filtre(document: DocumentEnregistre) -> bool:
        valeur = (document.metadonnees.slot(slot) or "").ljust(14, "0")
        return valeur >= limite if basse else valeur < limite

    return filtre


def _filtres_de_code(requis: etree._Element) -> list[_Filtre]:
    demandes = ((scheme, frozenset(_parametre(requis, nom))) for nom, scheme in _CODES.items())
    return [_parmi(scheme, voulus) for scheme, voulus in demandes if voulus]


def _parmi(scheme: str, voulus: frozenset[str]) -> _Filtre:
    return lambda document: any(f"{c.code}^^{c.systeme}" in voulus for c in document.metadonnees.codes(scheme))


# --- parameters --------------------------------------------------------------------------------------------


def _noms(requis: etree._Element) -> list[str]:
    return [slot.get("name", "") for slot in requis.iterfind("rim:Slot", _NS)]


def _valeurs(requis: etree._Element, nom: str, forme: re.Pattern[str] | None = None) -> list[str]:
    """Return the values of a parameter as written, each of the form it must have."""
    valeurs = [
        (valeur.text or "").strip()
        for slot in requis.iterfind("rim:Slot", _NS)
        if slot.get("name") == nom
        for valeur in slot.iter(f"{{{_NS['rim']}}}Value")
    ]
    if forme is not None and not all(forme.fullmatch(valeur) for valeur in valeurs):
        attendu = "une liste ('…','…')" if forme is _LISTE else "une heure AAAAMMJJHHMMSS, sans apostrophes,"
        raise RefusRegistreError([ErreurRegistre(CodeXds.PARAMETRES, f"{nom} : {attendu} est attendue")])
    return valeurs


def _parametre(requis: etree._Element, nom: str) -> tuple[str, ...]:
    """Return the items of a list parameter ``('a','b')``, which may be split over several values."""
    return tuple(element for valeur in _valeurs(requis, nom, _LISTE) for element in _ELEMENT.findall(valeur))
