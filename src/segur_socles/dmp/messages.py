"""The DMP's messages: bytes written, answers read. One function a message, no state.

Shapes come from the GIE SESAM-Vitale samples (certain, except where said) and IHE ITI.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NoReturn

from lxml import etree

from segur_socles._core.clock import hl7_utc
from segur_socles._core.mtom import include
from segur_socles._core.soap import ANONYMOUS, addressing, envelope, security
from segur_socles._core.xml import attr, text
from segur_socles.config.logiciel import Logiciel
from segur_socles.dmp.types import DmpFerme, DmpInexistant, DmpOuvert, ResultatExistence
from segur_socles.errors import ReponseInvalideError
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.xds.ebrim import ecrire_reference
from segur_socles.xds.schemes import NS_XDS, REQUETES, STATUTS

__all__ = [
    "ACTION_EXISTENCE",
    "ACTION_RECHERCHE",
    "ErreurRegistre",
    "ReponseRegistre",
    "ecrire_depot",
    "ecrire_enveloppe",
    "ecrire_existence",
    "ecrire_presence",
    "lire_depot",
    "lire_existence",
    "lire_presence",
    "lire_registre",
    "refuser_reponse",
]

ACTION_EXISTENCE: Final = "urn:hl7-org:v3:PRPA_IN201307UV02"
ACTION_RECHERCHE: Final = "urn:ihe:iti:2007:RegistryStoredQuery"

_HL7: Final = "urn:hl7-org:v3"
_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_DMP: Final = "1.2.250.1.213.4.1.1.1"

QUOI: Final = "La réponse du DMP"


def ecrire_enveloppe(*, action: str, message_id: str, to: str, assertion: bytes, body: str) -> bytes:
    """Write a whole request: the four addressing headers, the signed VIHF untouched, the body."""
    headers = addressing(action=action, message_id=message_id, to=to, reply_to=ANONYMOUS, must_understand=True)
    return envelope(headers=[headers, security([assertion])], body=body)


# --- TD0.2: does this person have a DMP? ------------------------------------------------------------------


def ecrire_existence(
    matricule: MatriculeIns, logiciel: Logiciel, *, instant: datetime, message: str, requete: str, traitement: str
) -> str:
    """Write the body of TD0.2; ``message`` and ``requete`` are fresh UUIDs, ``traitement`` is ``P``, ``D`` or ``T``."""
    arc = attr(logiciel.oid_racine)
    return (
        f'<PRPA_IN201307UV02 xmlns="{_HL7}" xmlns:xsi="{_XSI}" ITSVersion="XML_1.0">'
        f'<id root="{arc}.1.1" extension="{attr(message)}"/><creationTime value="{hl7_utc(instant)}"/>'
        '<interactionId root="2.16.840.1.113883.1.6" extension="PRPA_IN201307UV02"/>'
        f'<processingCode code="{attr(traitement)}"/><processingModeCode code="T"/><acceptAckCode code="AL"/>'
        f"{_device('receiver', 'RCV', _DMP, 'DMP')}{_device('sender', 'SND', logiciel.oid_racine, logiciel.nom)}"
        '<attentionLine xsi:nil="true"/><controlActProcess classCode="CACT" moodCode="EVN">'
        '<reasonCode code="TEST_EXST" codeSystem="1.2.250.1.213.1.1.4.11" displayName="Test d\'existence de dossier"/>'
        f'<queryByParameter><queryId root="{arc}.2" extension="{attr(requete)}"/><statusCode code="new"/>'
        '<parameterList><dataSource xsi:nil="true"/>'
        f'<patientIdentifier><value root="{matricule.oid.value}" extension="{attr(matricule.valeur)}"/>'
        "<semanticsText>Patient.id</semanticsText></patientIdentifier></parameterList></queryByParameter>"
        "</controlActProcess></PRPA_IN201307UV02>"
    )


def _device(name: str, code: str, oid: str, software: str) -> str:
    return (
        f'<{name} typeCode="{code}"><device classCode="DEV" determinerCode="INSTANCE"><id root="{attr(oid)}"/>'
        f"<softwareName>{text(software)}</softwareName></device></{name}>"
    )


_H: Final = {"h": _HL7}
_CODES_AUTORISATION: Final = "h:attentionLine[h:keyWordText/@code='AUTORISATION']/h:value"
_CODES_MT: Final = "h:attentionLine[h:keyWordText/@code='STATUT_MT']/h:value"
_PATIENT: Final = "h:controlActProcess/h:subject/h:registrationEvent/h:subject1/h:patient"


@dataclass(frozen=True, slots=True)
class RefusMessage:
    """An HL7 acknowledgement that is not ``AA``: the code of its detail, and its wording."""

    code: str
    texte: str | None = field(repr=False)


def lire_existence(
    body: etree._Element, matricule: MatriculeIns, *, message_id: str
) -> ResultatExistence | RefusMessage:
    """Read the answer of TD0.2: open, none, closed, or refused.

    Raises :class:`ReponseInvalideError` if it is not that message, speaks of another person than
    ``matricule``, or has a state that the public samples do not show. Identity traits are not read.
    """
    if body.tag != f"{{{_HL7}}}PRPA_IN201308UV02":
        refuser_reponse("n'est pas le message attendu (PRPA_IN201308UV02)")
    ack = _attribute(body, "h:acknowledgement", "typeCode")
    if ack != "AA":
        detail = _attribute(body, "h:acknowledgement/h:acknowledgementDetail/h:code", "code")
        return RefusMessage(detail or ack or "", _first_text(body, "h:acknowledgement/h:acknowledgementDetail/h:text"))
    outcome = _attribute(body, "h:controlActProcess/h:queryAck/h:queryResponseCode", "code")
    if outcome == "NF":
        return DmpInexistant(message_id)
    if outcome != "OK":
        refuser_reponse("a un résultat de recherche inconnu (queryResponseCode)")
    patients = _all(body, _PATIENT)
    if len(patients) != 1:
        refuser_reponse("ne décrit pas une personne et une seule")
    patient = patients[0]
    ids = {(e.get("root"), e.get("extension")) for e in _all(patient, "h:id")}
    if (matricule.oid.value, matricule.valeur) not in ids:
        refuser_reponse("concerne une autre personne que celle demandée")
    statut = _attribute(patient, "h:statusCode", "code")
    if statut == "terminated":
        # Where the closing date and reason stand is not shown by any public sample (guessed).
        fermeture = "h:subjectOf/h:administrativeObservation[starts-with(h:code/@code, 'FERM')]"
        return DmpFerme(
            message_id,
            date=_attribute(patient, f"{fermeture}/h:effectiveTime", "value"),
            motif=_attribute(patient, f"{fermeture}/h:value", "code"),
        )
    if statut != "active":
        refuser_reponse("donne au dossier un état inconnu (patient/statusCode)")
    return DmpOuvert(
        message_id,
        code_autorisation=_attribute(body, _CODES_AUTORISATION, "code"),
        medecin_traitant=_boolean(body, _CODES_MT),
        compte_internet=_observation(patient, "COMPTE_INTERNET_OUVERT"),
        espace_sante=_observation(patient, "RATTACHEMENT_ENS"),
    )


def _all(element: etree._Element, path: str) -> list[etree._Element]:
    found: Any = element.xpath(path, namespaces=_H)
    return list(found)


def _attribute(element: etree._Element, path: str, name: str) -> str | None:
    return next((e.get(name) for e in _all(element, path)), None)


def _first_text(element: etree._Element, path: str) -> str | None:
    return next((e.text for e in _all(element, path)), None)


def _boolean(element: etree._Element, path: str) -> bool | None:
    value = _attribute(element, path, "value")
    return None if value is None else value in ("true", "1")


def _observation(patient: etree._Element, code: str) -> bool | None:
    return _boolean(patient, f"h:subjectOf/h:administrativeObservation[h:code/@code='{code}']/h:value")


# --- TD2.1: feed -------------------------------------------------------------------------------------------


def ecrire_depot(soumission: str, parts: Sequence[tuple[str, str]]) -> str:
    """Write the body of ITI-41; ``parts`` pairs each symbolic identifier with its Content-ID."""
    documents = "".join(
        f'<xds:Document id="{attr(symbol)}">{include(content_id)}</xds:Document>' for symbol, content_id in parts
    )
    name = "ProvideAndRegisterDocumentSetRequest"
    return f'<xds:{name} xmlns:xds="{NS_XDS["xds"]}">{soumission}{documents}</xds:{name}>'


@dataclass(frozen=True, slots=True)
class ErreurRegistre:
    """One RegistryError; ``grave`` is False for a warning. ``contexte`` is the server's wording."""

    code: str
    contexte: str = field(repr=False)
    grave: bool


@dataclass(frozen=True, slots=True)
class ReponseRegistre:
    """A registry's answer. A success may carry warnings; ``partiel``: some was registered, and some was not."""

    succes: bool
    erreurs: tuple[ErreurRegistre, ...] = ()
    partiel: bool = False

    @property
    def cause(self) -> ErreurRegistre:
        """The error that explains a failure: the first grave one, else the first, else one without code."""
        graves = (e for e in self.erreurs if e.grave)
        return next(graves, next(iter(self.erreurs), ErreurRegistre("", "", grave=True)))


def lire_depot(body: etree._Element) -> ReponseRegistre:
    """Read a ``rs:RegistryResponse``. A partial success is a failure: the whole lot was to be registered."""
    if body.tag != f"{{{NS_XDS['rs']}}}RegistryResponse":
        refuser_reponse("n'est pas le message attendu (RegistryResponse)")
    return lire_registre(body)


def lire_registre(body: etree._Element) -> ReponseRegistre:
    """Read the status and the errors that any registry answer bears."""
    status = body.get("status")
    if status not in STATUTS.values():
        refuser_reponse("a un statut inconnu (RegistryResponse/@status)")
    erreurs = tuple(
        ErreurRegistre(
            code=e.get("errorCode", ""),
            contexte=e.get("codeContext", ""),
            grave=not e.get("severity", "").endswith(":Warning"),
        )
        for e in body.iter(f"{{{NS_XDS['rs']}}}RegistryError")
    )
    return ReponseRegistre(status == STATUTS["Success"], erreurs, partiel=status == STATUTS["PartialSuccess"])


# --- TD3.1b: is this document there? -----------------------------------------------------------------------


def ecrire_presence(unique_id: str) -> str:
    """Write the body of TD3.1b, the one search that INDIRECTE may do: references by uniqueId."""
    return ecrire_reference(REQUETES["GetDocuments"], parametre="$XDSDocumentEntryUniqueId", valeur=unique_id)


def lire_presence(body: etree._Element) -> tuple[ReponseRegistre, tuple[str, ...]]:
    """Read its answer: the registry's verdict, and the entryUUIDs found (none: surely absent, on success)."""
    if body.tag != f"{{{NS_XDS['query']}}}AdhocQueryResponse":
        refuser_reponse("n'est pas le message attendu (AdhocQueryResponse)")
    found = tuple(e.get("id", "") for e in body.iter(f"{{{NS_XDS['rim']}}}ObjectRef"))
    return lire_registre(body), found


def refuser_reponse(reason: str) -> NoReturn:
    """Refuse an answer that cannot be relied on: :class:`ReponseInvalideError`."""
    raise ReponseInvalideError(f"{QUOI} {reason}.", phase="read", sent=True)
