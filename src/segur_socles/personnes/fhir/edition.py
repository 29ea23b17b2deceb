"""Editions of the FR Core profiles of ``Patient``, as data: the code systems by which they tell a status."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from segur_socles.personnes.identite import Attribut, StatutIdentite
from segur_socles.personnes.matricule import OidIns

__all__ = ["FR_CORE_2_1", "FR_CORE_2_2", "EditionPatient"]

_FR_CORE: Final = "https://hl7.fr/ig/fhir/core"
PATIENT: Final = f"{_FR_CORE}/StructureDefinition/fr-core-patient"
PATIENT_INS: Final = f"{_FR_CORE}/StructureDefinition/fr-core-patient-ins"
FIABILITE: Final = f"{_FR_CORE}/StructureDefinition/fr-core-identity-reliability"
LISTE_PRENOMS: Final = f"{_FR_CORE}/StructureDefinition/fr-core-patient-birth-list-given-name"
COMMUNE: Final = f"{_FR_CORE}/StructureDefinition/fr-core-address-insee-code"
LIEU_NAISSANCE: Final = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"

TYPES_FRANCAIS: Final = f"{_FR_CORE}/CodeSystem/fr-core-cs-v2-0203"
TYPES_HL7: Final = "http://terminology.hl7.org/CodeSystem/v2-0203"
COMMUNES: Final = "https://mos.esante.gouv.fr/NOS/TRE_R13-CommuneOM/FHIR/TRE-R13-CommuneOM"

URN_OID: Final = "urn:oid:"
TYPES_INS: Final[Mapping[OidIns, str]] = MappingProxyType(
    {
        OidIns.NIR: "INS-NIR",
        OidIns.NIA: "INS-NIA",
        OidIns.NIR_TEST: "INS-NIR-TEST",
        OidIns.NIR_DEMO: "INS-NIR-DEMO",
    }
)

ATTRIBUTS: Final[Mapping[Attribut, str]] = MappingProxyType(
    {Attribut.HOMONYME: "HOMA", Attribut.DOUTEUSE: "DOUT", Attribut.FICTIVE: "FICT"}
)


@dataclass(frozen=True, slots=True)
class EditionPatient:
    """How one edition tells the status of an identity.

    ``systeme`` is the code system of the status and ``statuts`` its code for each of ours; ``commentaires`` is
    the code system of the attributes, None where they have no place of their own and stand in that of ``PROV``.
    """

    nom: str
    systeme: str
    statuts: Mapping[StatutIdentite, str]
    commentaires: str | None = None


FR_CORE_2_1: Final = EditionPatient(
    nom="FR Core 2.1",
    systeme=f"{_FR_CORE}/CodeSystem/fr-core-cs-v2-0445",
    statuts=MappingProxyType(
        {
            StatutIdentite.PROVISOIRE: "PROV",
            StatutIdentite.RECUPEREE: "PROV",
            StatutIdentite.VALIDEE: "VALI",
            StatutIdentite.QUALIFIEE: "VALI",
        }
    ),
)
"""The published edition: a qualified identity is ``VALI`` with an INS, and a retrieved one cannot be told (certain)."""

FR_CORE_2_2: Final = EditionPatient(
    nom="FR Core 2.2",
    systeme=f"{_FR_CORE}/CodeSystem/fr-core-cs-identity-status",
    statuts=MappingProxyType(
        {
            StatutIdentite.PROVISOIRE: "PROV",
            StatutIdentite.RECUPEREE: "RECUP",
            StatutIdentite.VALIDEE: "VALI",
            StatutIdentite.QUALIFIEE: "QUAL",
        }
    ),
    commentaires=f"{_FR_CORE}/CodeSystem/fr-core-cs-identity-status-comment",
)
"""The edition in preparation, with the four statuses of the RNIV (certain; read in its sources of 2026)."""
