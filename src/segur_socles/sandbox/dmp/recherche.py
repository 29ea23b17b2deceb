"""TD3.1b: which of these documents are registered (ITI-18 GetDocuments, answered by references).

In INDIRECTE mode the whole metadata (LeafClass) are refused: that mode feeds and asks for references, it does not
consult (GIE SESAM-Vitale rights matrix, certain). Whether it may use FindDocuments at all is unknown.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from segur_socles.sandbox.dmp.acces import Appel
from segur_socles.sandbox.dmp.refus import CodeDmp, CodeXds, ErreurRegistre, RefusError, RefusRegistreError, exiger
from segur_socles.sandbox.dmp.registre import Registre
from segur_socles.sandbox.dmp.reponses import reponse_recherche
from segur_socles.sandbox.dmp.vihf_regles import INDIRECTE

__all__ = ["ACTION", "rechercher"]

ACTION: Final = "urn:ihe:iti:2007:RegistryStoredQuery"

_NS: Final = {
    "query": "urn:oasis:names:tc:ebxml-regrep:xsd:query:3.0",
    "rim": "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0",
}
_GET_DOCUMENTS: Final = "urn:uuid:5c4f972b-d56b-40ac-a5fc-c8ca9b40b9d4"
_AUTRES_REQUETES: Final = frozenset({
    "urn:uuid:14d4debf-8f97-4251-9a74-a90016b0af0d",  # FindDocuments
    "urn:uuid:f26abbcb-ac74-4422-8a30-edb644bbc1a9",  # FindSubmissionSets
    "urn:uuid:10b545ea-725c-446d-9b95-8aeb444eddf3",  # GetAll
    "urn:uuid:a7ae438b-4bc2-4642-93e9-be891f7bb155",  # GetAssociations
    "urn:uuid:bab9529a-4a10-40b3-a01f-f68a615d247a",  # GetDocumentsAndAssociations
    "urn:uuid:51224314-5390-4169-9b91-b1980040715a",  # GetSubmissionSets
    "urn:uuid:d90e5407-b356-4d91-a89f-873917b4b0e6",  # GetRelatedDocuments
    "urn:uuid:12941a89-e02e-4be5-967c-ce4bfc8fe492",  # FindDocumentsByReferenceId
})  # fmt: skip
_UNIQUE_ID: Final = "$XDSDocumentEntryUniqueId"
_UUID: Final = "$XDSDocumentEntryEntryUUID"

_LISTE: Final = re.compile(r"\(\s*'[^']+'(?:\s*,\s*'[^']+')*\s*\)")
_ELEMENT: Final = re.compile(r"'([^']+)'")


def rechercher(appel: Appel, registre: Registre) -> str:
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
    exiger(
        requete,
        "Droits : INDIRECTE ne demande que des références",
        not (appel.vihf.mode == INDIRECTE and retour == "LeafClass"),
        CodeDmp.DROITS,
        "le mode INDIRECTE alimente et ne consulte pas : seules les références (ObjectRef) sont permises",
    )
    if retour == "LeafClass" or identifiant in _AUTRES_REQUETES:
        raise RefusError(CodeDmp.NON_JOUE, "seule GetDocuments par références (TD3.1b) est jouée ici")
    connue = identifiant == _GET_DOCUMENTS
    if not requete.verifier("ITI-18 : requête connue", connue, "identifiant de requête inconnu"):
        raise RefusRegistreError([ErreurRegistre(CodeXds.REQUETE_INCONNUE, "requête enregistrée inconnue")])
    unique_ids, uuids = _parametre(requis, _UNIQUE_ID), _parametre(requis, _UUID)
    if not requete.verifier("ITI-18 : paramètre présent", bool(unique_ids or uuids), "aucun identifiant de document"):
        raise RefusRegistreError([ErreurRegistre(CodeXds.PARAMETRE_ABSENT, f"{_UNIQUE_ID} ou {_UUID} attendu")])
    if not requete.verifier("ITI-18 : un seul paramètre", not (unique_ids and uuids), "deux paramètres exclusifs"):
        raise RefusRegistreError([ErreurRegistre(CodeXds.PARAMETRES, f"{_UNIQUE_ID} et {_UUID} s'excluent")])
    trouves = registre.chercher(appel.matricule, unique_ids=unique_ids, uuids=uuids)
    return reponse_recherche([document.entry_uuid for document in trouves])


def _parametre(requis: etree._Element, nom: str) -> tuple[str, ...]:
    """Return the items of a list parameter ``('a','b')``, which may be split over several values."""
    valeurs = [
        (valeur.text or "").strip()
        for slot in requis.iterfind("rim:Slot", _NS)
        if slot.get("name") == nom
        for valeur in slot.iter(f"{{{_NS['rim']}}}Value")
    ]
    if not all(_LISTE.fullmatch(valeur) for valeur in valeurs):
        raise RefusRegistreError([ErreurRegistre(CodeXds.PARAMETRES, f"{nom} : une liste ('…','…') est attendue")])
    return tuple(element for valeur in valeurs for element in _ELEMENT.findall(valeur))
