"""What the header of every CI-SIS document must hold, as tables.

Paths are local names from the root. Source: « structuration minimale » of the CI-SIS as its schematron reads it
(February 2025; the closing of confidentiality to N, R, V comes in October 2025), certain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = [
    "ATTRIBUTS",
    "CARDINALITES",
    "CHOIX",
    "CODES_PLUS_RECENTS",
    "JEUX",
    "JEUX_DE_TEXTES",
    "ORDRE",
    "RACINES",
    "Attribut",
    "Cardinalite",
    "Choix",
    "Jeu",
    "Racines",
]

ORDRE: Final = (
    "realmCode",
    "typeId",
    "templateId",
    "id",
    "code",
    "title",
    "effectiveTime",
    "confidentialityCode",
    "languageCode",
    "setId",
    "versionNumber",
    "copyTime",
    "recordTarget",
    "author",
    "dataEnterer",
    "informant",
    "custodian",
    "informationRecipient",
    "legalAuthenticator",
    "authenticator",
    "participant",
    "inFulfillmentOf",
    "documentationOf",
    "relatedDocument",
    "authorization",
    "componentOf",
    "component",
)
"""Elements of the root, in the order that the schema imposes."""


@dataclass(frozen=True, slots=True)
class Cardinalite:
    """How many times ``enfant`` stands under each ``parent``; ``maximum`` None sets no limit."""

    parent: str
    enfant: str
    minimum: int = 1
    maximum: int | None = 1


_SEUL: Final = (
    *("realmCode", "typeId", "id", "code", "title", "effectiveTime", "confidentialityCode", "languageCode"),
    *("setId", "versionNumber", "recordTarget", "custodian", "legalAuthenticator", "componentOf", "component"),
)
_ACTE: Final = "documentationOf[1]/serviceEvent"
_EXECUTANT: Final = f"{_ACTE}/performer/assignedEntity"
_SEJOUR: Final = "componentOf/encompassingEncounter"

CARDINALITES: Final = (
    *(Cardinalite("", nom) for nom in _SEUL),
    Cardinalite("", "author", 1, None),
    Cardinalite("", "documentationOf", 1, None),
    Cardinalite("", "dataEnterer", 0),
    Cardinalite("", "relatedDocument", 0),
    # the person
    Cardinalite("recordTarget", "patientRole"),
    Cardinalite("recordTarget/patientRole", "id", 1, None),
    Cardinalite("recordTarget/patientRole", "patient"),
    Cardinalite("recordTarget/patientRole/patient", "name"),
    Cardinalite("recordTarget/patientRole/patient", "administrativeGenderCode"),
    Cardinalite("recordTarget/patientRole/patient", "birthTime"),
    Cardinalite("recordTarget/patientRole/patient/name", "family", 1, None),
    Cardinalite("recordTarget/patientRole/patient/name", "given", 1, None),
    Cardinalite("recordTarget/patientRole/patient/name", "prefix", 0),
    Cardinalite("recordTarget/patientRole/patient/name", "suffix", 0),
    Cardinalite("recordTarget/patientRole/patient/guardian/guardianPerson", "name"),
    Cardinalite("recordTarget/patientRole/patient/guardian/guardianPerson/name", "family", 1, 3),
    # who writes, informs, keeps, answers
    Cardinalite("author", "time"),
    Cardinalite("author", "assignedAuthor"),
    Cardinalite("author/assignedAuthor", "id", 1, None),
    Cardinalite("author/assignedAuthor/assignedPerson/name", "family"),
    Cardinalite("author/assignedAuthor/assignedAuthoringDevice", "manufacturerModelName"),
    Cardinalite("author/assignedAuthor/assignedAuthoringDevice", "softwareName"),
    Cardinalite("informant/relatedEntity", "relatedPerson"),
    Cardinalite("informant/relatedEntity/relatedPerson", "name"),
    Cardinalite("informant/relatedEntity/relatedPerson/name", "family"),
    Cardinalite("custodian", "assignedCustodian"),
    Cardinalite("custodian/assignedCustodian", "representedCustodianOrganization"),
    Cardinalite("custodian/assignedCustodian/representedCustodianOrganization", "id"),
    Cardinalite("custodian/assignedCustodian/representedCustodianOrganization", "telecom", 0),
    Cardinalite("custodian/assignedCustodian/representedCustodianOrganization", "addr", 0),
    Cardinalite("legalAuthenticator", "time"),
    Cardinalite("legalAuthenticator", "signatureCode"),
    Cardinalite("legalAuthenticator", "assignedEntity"),
    Cardinalite("legalAuthenticator/assignedEntity", "id"),
    Cardinalite("legalAuthenticator/assignedEntity/assignedPerson", "name"),
    Cardinalite("legalAuthenticator/assignedEntity/assignedPerson/name", "family"),
    Cardinalite("authenticator/assignedEntity", "id"),
    Cardinalite("participant", "time"),
    Cardinalite("participant", "associatedEntity"),
    Cardinalite("participant/associatedEntity/associatedPerson", "name"),
    Cardinalite("participant/associatedEntity/associatedPerson/name", "family"),
    # the act, what it replaces, the stay
    Cardinalite("inFulfillmentOf/order", "id"),
    Cardinalite("documentationOf", "serviceEvent"),
    Cardinalite(_ACTE, "effectiveTime"),
    Cardinalite(f"{_ACTE}/effectiveTime", "low"),
    Cardinalite(_ACTE, "performer"),
    Cardinalite(f"{_ACTE}/performer", "assignedEntity"),
    Cardinalite(_EXECUTANT, "id"),
    Cardinalite(_EXECUTANT, "representedOrganization"),
    Cardinalite(f"{_EXECUTANT}/representedOrganization", "standardIndustryClassCode"),
    Cardinalite("relatedDocument", "parentDocument"),
    Cardinalite("relatedDocument/parentDocument", "id"),
    Cardinalite("relatedDocument/parentDocument", "versionNumber", 0),
    Cardinalite("authorization", "consent"),
    Cardinalite("authorization/consent", "code"),
    Cardinalite("authorization/consent", "statusCode"),
    Cardinalite("componentOf", "encompassingEncounter"),
    Cardinalite(_SEJOUR, "effectiveTime"),
    Cardinalite(_SEJOUR, "location"),
    Cardinalite(f"{_SEJOUR}/location", "healthCareFacility"),
    Cardinalite(f"{_SEJOUR}/location/healthCareFacility", "code"),
    Cardinalite(f"{_SEJOUR}/responsibleParty/assignedEntity", "id"),
)


@dataclass(frozen=True, slots=True)
class Choix:
    """Of ``enfants``, from ``minimum`` to one stand under each ``parent``."""

    parent: str
    enfants: tuple[str, ...]
    minimum: int = 1


CHOIX: Final = (
    Choix("recordTarget/patientRole/patient/guardian", ("guardianPerson", "guardianOrganization")),
    Choix("author/assignedAuthor", ("assignedPerson", "assignedAuthoringDevice"), 0),
    Choix("informant", ("assignedEntity", "relatedEntity")),
    Choix("component", ("structuredBody", "nonXMLBody")),
)


@dataclass(frozen=True, slots=True)
class Attribut:
    """What an attribute must be: one of ``valeurs``, of the form ``forme``, or merely there.

    ``facultatif``: may be absent. ``nul``: a nullFlavor may stand for it. ``deconseilles``: values
    that the Agency tolerates, or that its next edition drops.
    """

    chemin: str
    nom: str
    valeurs: tuple[str, ...] = ()
    forme: re.Pattern[str] | None = None
    attendu: str = ""
    facultatif: bool = False
    nul: bool = False
    deconseilles: tuple[str, ...] = ()


_OID_OU_UUID: Final = re.compile(
    r"[0-2](?:\.(?:0|[1-9][0-9]*))+|[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}", re.ASCII
)
_ENTIER: Final = re.compile("[1-9][0-9]{0,8}", re.ASCII)
_CODE: Final = ("code", "codeSystem", "displayName")
_ENTOURAGE: Final = ("ECON", "NOK", "CON", "CAREGIVER", "PAT")

ATTRIBUTS: Final = (
    Attribut("realmCode", "code", ("FR",)),
    Attribut("typeId", "root", ("2.16.840.1.113883.1.3",)),
    Attribut("typeId", "extension", ("POCD_HD000040",)),
    Attribut("id", "root", forme=_OID_OU_UUID, attendu="un OID ou un UUID"),
    *(Attribut("code", nom) for nom in _CODE),
    *(Attribut("confidentialityCode", nom) for nom in _CODE),
    Attribut("confidentialityCode", "code", ("N", "R", "V", "L", "M", "U"), deconseilles=("L", "M", "U")),
    Attribut("confidentialityCode", "codeSystem", ("2.16.840.1.113883.5.25",)),
    Attribut("languageCode", "code", ("fr-FR",)),
    Attribut("setId", "root", forme=_OID_OU_UUID, attendu="un OID ou un UUID"),
    Attribut("versionNumber", "value", forme=_ENTIER, attendu="un entier positif"),
    Attribut("effectiveTime", "value"),
    Attribut("recordTarget/patientRole/id", "root"),
    Attribut("recordTarget/patientRole/id", "extension"),
    Attribut("recordTarget/patientRole/patient/administrativeGenderCode", "code"),
    Attribut("recordTarget/patientRole/patient/birthTime", "value"),
    Attribut("recordTarget/patientRole/patient/name/family", "qualifier", ("BR", "CL")),
    Attribut("recordTarget/patientRole/patient/name/given", "qualifier", ("BR", "CL"), facultatif=True),
    Attribut("author/time", "value"),
    Attribut("author/assignedAuthor/id", "root", nul=True),
    Attribut("informant/relatedEntity", "classCode", _ENTOURAGE),
    Attribut("legalAuthenticator/time", "value"),
    Attribut("legalAuthenticator/signatureCode", "code", ("S",)),
    Attribut("legalAuthenticator/assignedEntity/id", "root"),
    Attribut("legalAuthenticator/assignedEntity/id", "extension"),
    Attribut("participant/associatedEntity", "classCode", ("PROV", "AGNT")),
    Attribut(f"{_ACTE}/effectiveTime/low", "value"),
    Attribut(f"{_ACTE}/performer", "typeCode", ("PRF",)),
    Attribut("relatedDocument", "typeCode", ("RPLC", "APND", "XFRM"), deconseilles=("APND", "XFRM")),
    Attribut("authorization/consent/statusCode", "code", ("completed",)),
)


@dataclass(frozen=True, slots=True)
class Jeu:
    """The value set of a coded element (or of its attribute ``attribut``, without a code system)."""

    chemin: str
    table: str
    attribut: str = ""
    libelle: bool = False


# Not the informant's, who may be the organisation that protects the person (JDV_J11): the kit asks no value set there.
_PROFESSIONS: Final = (
    "author/assignedAuthor/code",
    "legalAuthenticator/assignedEntity/code",
    "authenticator/assignedEntity/code",
    "participant/associatedEntity/code",
    f"{_EXECUTANT}/code",
)
_CADRES: Final = (
    "author/assignedAuthor/representedOrganization/standardIndustryClassCode",
    "legalAuthenticator/assignedEntity/representedOrganization/standardIndustryClassCode",
    f"{_EXECUTANT}/representedOrganization/standardIndustryClassCode",
)

JEUX: Final = (
    Jeu("code", "JDV_J07"),
    Jeu("recordTarget/patientRole/patient/administrativeGenderCode", "JDV_J143"),
    Jeu("author/functionCode", "JDV_J47"),
    Jeu("participant/functionCode", "JDV_J47"),
    *(Jeu(chemin, "JDV_J01", libelle=True) for chemin in _PROFESSIONS),
    *(Jeu(chemin, "JDV_J04", libelle=True) for chemin in _CADRES),
    Jeu("informant/relatedEntity/code", "JDV_J11", libelle=True),
    Jeu("participant", "JDV_J144", attribut="typeCode"),
    Jeu(f"{_SEJOUR}/code", "JDV_J142"),
    Jeu(f"{_SEJOUR}/encounterParticipant", "JDV_J140", attribut="typeCode"),
    Jeu(f"{_SEJOUR}/location/healthCareFacility/code", "JDV_J02", libelle=True),
)

CODES_PLUS_RECENTS: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "JDV_J01": frozenset({"371", "372"}),
        "JDV_J07": frozenset({"34876-3", "68814-3"}),
        "JDV_J47": frozenset({"HEBERG", "ST-PS-PEC", "ST-COORD", "ORG-SOC", "ST-INF"}),
    }
)
"""Codes that the editions after ours are known to add: to be looked at, not refused."""

_NOMS: Final = (
    "author/assignedAuthor/assignedPerson/name",
    "informant/assignedEntity/assignedPerson/name",
    "informant/relatedEntity/relatedPerson/name",
    "legalAuthenticator/assignedEntity/assignedPerson/name",
    "authenticator/assignedEntity/assignedPerson/name",
    "participant/associatedEntity/associatedPerson/name",
    "informationRecipient/intendedRecipient/informationRecipient/name",
    f"{_SEJOUR}/responsibleParty/assignedEntity/assignedPerson/name",
)
JEUX_DE_TEXTES: Final = tuple(
    Jeu(f"{nom}/{partie}", table) for nom in _NOMS for partie, table in (("prefix", "JDV_J245"), ("suffix", "JDV_J246"))
)
"""Names whose civility and title come from a value set."""


@dataclass(frozen=True, slots=True)
class Racines:
    """The authorities that may give an identifier."""

    chemin: str
    racines: tuple[str, ...]


_PROFESSIONNELS: Final = ("1.2.250.1.71.4.2.1",)
_STRUCTURES: Final = ("1.2.250.1.71.4.2.2",)

RACINES: Final = (
    Racines("custodian/assignedCustodian/representedCustodianOrganization/id", (*_STRUCTURES, "1.2.250.1.213.4.1")),
    Racines("author/assignedAuthor/representedOrganization/id", _STRUCTURES),
    Racines(f"{_EXECUTANT}/representedOrganization/id", _STRUCTURES),
    Racines("recordTarget/patientRole/patient/guardian/guardianOrganization/id", _STRUCTURES),
    Racines("authenticator/assignedEntity/id", _PROFESSIONNELS),
    Racines(f"{_SEJOUR}/responsibleParty/assignedEntity/id", _PROFESSIONNELS),
    Racines(f"{_SEJOUR}/encounterParticipant/assignedEntity/id", _PROFESSIONNELS),
)
