"""TD0.2: does this person have a DMP, and may the caller see it (PRPA_IN201307UV02 → PRPA_IN201308UV02).

Request and answer shapes: GIE SESAM-Vitale samples (certain), but for the answers "no DMP" and "closed", whose
shape is not public (guessed).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from lxml import etree

from segur_socles._core.clock import hl7_utc
from segur_socles._core.ids import Ids
from segur_socles._core.xml import attr, text
from segur_socles.sandbox.dmp.acces import Appel
from segur_socles.sandbox.dmp.dossiers import Dossier
from segur_socles.sandbox.dmp.refus import CodeDmp, RefusError, exiger

__all__ = ["ACTION", "tester_existence"]

ACTION: Final = "urn:hl7-org:v3:PRPA_IN201307UV02"

_HL7: Final = "urn:hl7-org:v3"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_NS: Final = {"h": _HL7}
_DMP: Final = "1.2.250.1.213.4.1.1.1"
_MOTIFS: Final = "1.2.250.1.213.1.1.4.11"
_CONSULTATION: Final = "CNSLT_DATA"
_MOTIF_FERMETURE: Final = "SANDBOX_DEMANDE_USAGER"

_PROCESS: Final = "h:controlActProcess"
_REQUETE: Final = f"{_PROCESS}/h:queryByParameter"
_VALEUR: Final = f"{_REQUETE}/h:parameterList/h:patientIdentifier/h:value"

_ATTENDUS: Final = (
    ("TD0.2 : interactionId", "h:interactionId", "extension", frozenset({"PRPA_IN201307UV02"})),
    ("TD0.2 : interactionId", "h:interactionId", "root", frozenset({"2.16.840.1.113883.1.6"})),
    ("TD0.2 : processingCode", "h:processingCode", "code", frozenset({"D", "P"})),
    ("TD0.2 : processingModeCode", "h:processingModeCode", "code", frozenset({"T"})),
    ("TD0.2 : acceptAckCode", "h:acceptAckCode", "code", frozenset({"AL"})),
    ("TD0.2 : destinataire", "h:receiver/h:device/h:id", "root", frozenset({_DMP})),
    ("TD0.2 : motif", f"{_PROCESS}/h:reasonCode", "codeSystem", frozenset({_MOTIFS})),
    ("TD0.2 : motif", f"{_PROCESS}/h:reasonCode", "code", frozenset({"TEST_EXST"})),
    ("TD0.2 : statut de la requête", f"{_REQUETE}/h:statusCode", "code", frozenset({"new"})),
)
"""Check, path, attribute, accepted values."""

_PRESENTS: Final = (
    ("TD0.2 : identifiant du message", "h:id", ("root", "extension")),
    ("TD0.2 : heure du message", "h:creationTime", ("value",)),
    ("TD0.2 : émetteur", "h:sender/h:device/h:id", ("root",)),
    ("TD0.2 : identifiant de la requête", f"{_REQUETE}/h:queryId", ("root", "extension")),
)
"""Check, path, attributes that must not be empty."""


def tester_existence(appel: Appel, dossiers: Mapping[str, Dossier], ids: Ids) -> str:
    """Check the request and write the answer's body. Raises :class:`RefusError`."""
    corps, requete = appel.message.body, appel.requete
    if _attribut(corps, f"{_PROCESS}/h:reasonCode", "code") == _CONSULTATION:
        raise RefusError(CodeDmp.NON_JOUE, "la consultation des données administratives (TD1.3a) n'est pas jouée ici")
    for controle, chemin, attribut, admis in _ATTENDUS:
        lu = _attribut(corps, chemin, attribut)
        exiger(requete, controle, lu in admis, CodeDmp.MESSAGE, f"{controle} : @{attribut} inattendu")
    for controle, chemin, attributs in _PRESENTS:
        complet = all(_attribut(corps, chemin, attribut) for attribut in attributs)
        exiger(requete, controle, complet, CodeDmp.MESSAGE, f"{controle} absent")
    patient = appel.vihf.patient
    memes = patient is not None and (patient.id, patient.autorite) == (
        _attribut(corps, _VALEUR, "extension"),
        _attribut(corps, _VALEUR, "root"),
    )
    texte = "l'INS demandé n'est pas celui du VIHF"
    exiger(requete, "TD0.2 : INS = INS du VIHF", memes, CodeDmp.VIHF_PATIENT, texte)
    return _reponse(appel, dossiers.get(appel.matricule), ids)


def _attribut(corps: etree._Element, chemin: str, attribut: str) -> str:
    trouve = corps.find(chemin, _NS)
    return "" if trouve is None else trouve.get(attribut, "")


def _id(corps: etree._Element, chemin: str, balise: str = "id") -> str:
    root, extension = _attribut(corps, chemin, "root"), _attribut(corps, chemin, "extension")
    suite = f' extension="{attr(extension)}"' if extension else ""
    return f'<{balise} root="{attr(root)}"{suite}/>'


def _reponse(appel: Appel, dossier: Dossier | None, ids: Ids) -> str:
    corps = appel.message.body
    logiciel = corps.findtext("h:sender/h:device/h:softwareName", "", _NS)
    lignes = "" if dossier is None else _lignes(dossier)
    sujet = "" if dossier is None else _sujet(appel, dossier)
    return (
        f'<PRPA_IN201308UV02 xmlns="{_HL7}" xmlns:xsi="{_XSI}" ITSVersion="XML_1.0"><id root="{ids.uuid()}"/>'
        f'<creationTime value="{hl7_utc(appel.maintenant)}"/>'
        '<interactionId root="2.16.840.1.113883.1.6" extension="PRPA_IN201308UV02"/><processingCode code="P"/>'
        '<processingModeCode code="T"/><acceptAckCode code="NE"/>'
        f'<receiver typeCode="RCV">{_device(_id(corps, "h:sender/h:device/h:id"), logiciel)}</receiver>'
        f'<sender typeCode="SND">{_device(_id(corps, "h:receiver/h:device/h:id"), "DMP")}</sender>{lignes}'
        f'<acknowledgement typeCode="AA"><targetMessage>{_id(corps, "h:id")}</targetMessage></acknowledgement>'
        f'<controlActProcess classCode="CACT" moodCode="EVN"><reasonCode code="TEST_EXST" codeSystem="{_MOTIFS}"'
        f' displayName="Test d\'existence de dossier"/>{sujet}'
        f"<queryAck>{_id(corps, f'{_REQUETE}/h:queryId', 'queryId')}"
        f'<queryResponseCode code="{"OK" if dossier else "NF"}"/></queryAck></controlActProcess></PRPA_IN201308UV02>'
    )


def _device(identifiant: str, nom: str) -> str:
    return (
        f'<device classCode="DEV" determinerCode="INSTANCE">{identifiant}'
        f"<softwareName>{text(nom)}</softwareName></device>"
    )


def _booleen(valeur: bool) -> str:  # noqa: FBT001 - writes it
    return f'<value xsi:type="BL" value="{str(valeur).lower()}"/>'


def _lignes(dossier: Dossier) -> str:
    systeme = "1.2.250.1.213.4.1.2.6"
    return (
        f'<attentionLine><keyWordText code="AUTORISATION" codeSystem="{systeme}.1"/>'
        f'<value xsi:type="CV" code="{attr(dossier.autorisation)}" codeSystem="{systeme}.2"/></attentionLine>'
        f'<attentionLine><keyWordText code="STATUT_MT" codeSystem="{systeme}.3"/>'
        f"{_booleen(dossier.medecin_traitant)}</attentionLine>"
    )


def _observation(code: str, systeme: str, valeur: str) -> str:
    return (
        '<subjectOf typeCode="SBJ"><administrativeObservation classCode="OBS" moodCode="EVN">'
        f'<code code="{code}" codeSystem="{systeme}"/>{valeur}</administrativeObservation></subjectOf>'
    )


def _sujet(appel: Appel, dossier: Dossier) -> str:
    fermeture = f'<effectiveTime value="{dossier.ferme_le}"/><value xsi:type="CV" code="{_MOTIF_FERMETURE}"/>'
    return (
        '<subject typeCode="SUBJ" contextConductionInd="false"><registrationEvent classCode="REG" moodCode="EVN">'
        '<statusCode code="completed"/><subject1 typeCode="SBJ"><patient classCode="PAT">'
        f"{_id(appel.message.body, _VALEUR)}"
        f'<statusCode code="{"active" if dossier.ouvert else "terminated"}"/>'
        '<patientPerson classCode="PSN" determinerCode="INSTANCE">'
        f"<name><prefix>{dossier.civilite}</prefix><given>{text(dossier.prenom)}</given>"
        f'<family qualifier="SP">{text(dossier.nom)}</family></name>'
        f'<administrativeGenderCode code="{dossier.sexe}"/><birthTime value="{dossier.naissance}"/></patientPerson>'
        f"{_observation('COMPTE_INTERNET_OUVERT', '1.2.250.1.213.4.1.2.9', _booleen(dossier.compte_internet))}"
        f"{_observation('RATTACHEMENT_ENS', '1.2.250.1.213.4.1.2.3', _booleen(dossier.rattache_ens))}"
        f"{'' if dossier.ouvert else _observation('FERM', _MOTIFS, fermeture)}"
        '</patient></subject1><custodian typeCode="CST"><assignedEntity classCode="ASSIGNED">'
        f'<id root="{_DMP}"/></assignedEntity></custodian></registrationEvent></subject>'
    )
