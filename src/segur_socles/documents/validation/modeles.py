"""The document models, as data: how each is recognised, its codes, its sections, the Agency's rules that judge it.

Source: the kit's schematrons of each model (February 2025; FT-SU and FR-SU October 2025), certain.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from lxml import etree

from segur_socles.documents.cda.balises import HL7

__all__ = ["CI_SIS", "HL7_FRANCE", "MODELES", "N1", "SECTIONS", "ModeleValide", "SectionAttendue", "modele_de"]

HL7_FRANCE: Final = "2.16.840.1.113883.2.8.2.1"
CI_SIS: Final = "1.2.250.1.213.1.1.1.1"

_LOINC: Final = "2.16.840.1.113883.6.1"
_SNOMED: Final = "2.16.840.1.113883.6.96"
_ACTE: Final = "2.16.840.1.113883.5.4"
_PCC: Final = "1.3.6.1.4.1.19376.1.5.3.1"
_ANS: Final = "1.2.250.1.213.1.1.2"
_QUALITE: Final = "1.3.6.1.4.1.19376.1.7.3.1.1.13"


@dataclass(frozen=True, slots=True)
class SectionAttendue:
    """A section of a model: the templateId that the rules count (or another), its code, how many times it may stand.

    ``maximum`` None sets no limit. ``texte`` and ``entree``: at least one of them is demanded.
    """

    modele: str
    code: str
    minimum: int = 1
    maximum: int | None = 1
    texte: bool = False
    entree: bool = True
    autre: str | None = None


@dataclass(frozen=True, slots=True)
class ModeleValide:
    """A document model.

    ``types`` are the codes that the document may bear, ``acte`` the fixed code of ``serviceEvent``, ``prise_en_charge``
    that of ``encompassingEncounter`` when there is one, ``schematron`` the file of the kit. ``partout``: sections count
    at any depth, not only at the first level of the body.
    """

    nom: str
    racine: str
    titre: str
    types: tuple[str, ...] = ()
    acte: tuple[str, str] | None = None
    prise_en_charge: str | None = None
    medecin_traitant: bool = False
    partout: bool = False
    sections: tuple[SectionAttendue, ...] = ()
    schematron: str | None = None


def _pcc(
    suite: str, code: str, minimum: int = 1, maximum: int | None = 1, *, texte: bool = False, entree: bool = True
) -> SectionAttendue:
    return SectionAttendue(f"{_PCC}.{suite}", code, minimum, maximum, texte, entree)


def _ans(
    suite: str, code: str, minimum: int = 1, maximum: int | None = 1, *, texte: bool = False, entree: bool = True
) -> SectionAttendue:
    return SectionAttendue(f"{_ANS}.{suite}", code, minimum, maximum, texte, entree)


_EVENEMENTS: Final = SectionAttendue(f"{_QUALITE}.7", "42545-4")
_COMMENTAIRE: Final = SectionAttendue("1.3.6.1.4.1.19376.1.4.1.2.16", "55112-7", 0, entree=False)
_DOCUMENTS: Final = _ans("37", "55107-7", texte=True)
_OBJETS: Final = _ans("53", "46264-8", texte=True, entree=False)

_DLU: Final = ModeleValide(
    nom="DLU",
    racine="1.2.250.1.213.1.1.1.22",
    titre="Document de liaison d'urgence",
    types=("74207-2",),
    acte=("34117-2", _LOINC),
    medecin_traitant=True,
    sections=(
        _pcc("1.13.2.10", "11302-7", texte=True),
        _pcc("3.6", "11450-4", 0),
        _pcc("3.8", "11348-0", 0),
        _pcc("3.13", "48765-2", 0),
        _pcc("3.19", "10160-0"),
        _pcc("3.35", "42348-3"),
        _EVENEMENTS,
        _pcc("3.28", "30954-2"),
        _pcc("3.23", "11369-6", 0),
        _COMMENTAIRE,
        _DOCUMENTS,
    ),
    schematron="CI-SIS_DLU-EHPAD-DLU_2022.01.sch",
)

_FLUDT: Final = ModeleValide(
    nom="FLUDT",
    racine="1.2.250.1.213.1.1.1.23",
    titre="Fiche de liaison d'urgence, transfert",
    types=("74207-2",),
    acte=("28651-8", _LOINC),
    sections=(
        _EVENEMENTS,
        _pcc("3.25", "8716-3"),
        _pcc("3.28", "30954-2"),
        _pcc("3.19", "10160-0"),
        SectionAttendue(f"{_QUALITE}.5", "47420-5", texte=True, entree=False),
        _OBJETS,
        _COMMENTAIRE,
    ),
    schematron="CI-SIS_DLU-EHPAD-FLUDT_2022.01.sch",
)

_FLUDR: Final = ModeleValide(
    nom="FLUDR",
    racine="1.2.250.1.213.1.1.1.24",
    titre="Fiche de liaison d'urgence, retour",
    types=("74207-2",),
    acte=("28651-8", _LOINC),
    sections=(
        _EVENEMENTS,
        _pcc("3.7", "11535-2"),
        _pcc("3.22", "10183-2"),
        _OBJETS,
        _DOCUMENTS,
        _COMMENTAIRE,
    ),
    schematron="CI-SIS_DLU-EHPAD-FLUDR_2022.01.sch",
)

_LDL_EES: Final = ModeleValide(
    nom="LDL-EES",
    racine="1.2.250.1.213.1.1.1.21",
    titre="Lettre de liaison à l'entrée",
    types=("18761-7",),
    partout=True,
    acte=("IMP", _ACTE),
    sections=(
        _pcc("3.1", "42349-1", 1, None, entree=False),
        _pcc("3.20", "42346-7", 1, None),
        _pcc("3.13", "48765-2", 1, None),
        _pcc("3.8", "11348-0", 0, None),
        _pcc("3.12", "47519-4", 0, None),
        SectionAttendue(_COMMENTAIRE.modele, _COMMENTAIRE.code, 1, None, entree=False),
    ),
    schematron="CI-SIS_LDL-EES_2022.01.sch",
)

_LDL_SES: Final = ModeleValide(
    nom="LDL-SES",
    racine="1.2.250.1.213.1.1.1.29",
    titre="Lettre de liaison à la sortie",
    types=("11490-0",),
    partout=True,
    sections=(
        _ans("35.1", "33557-0"),
        _pcc("3.1", "42349-1", 1, None, entree=False),
        SectionAttendue(_EVENEMENTS.modele, _EVENEMENTS.code, 1, None),
        _pcc("3.21", "18610-6", 0, None),
        _pcc("3.22", "10183-2", 1, None),
    ),
    schematron="CI-SIS_LDL-SES_2022.01.sch",
)

_IPS_FR: Final = ModeleValide(
    nom="IPS-FR",
    racine="1.2.250.1.213.1.1.1.51",
    titre="Synthèse médicale (IPS-FR)",
    types=("60591-5", "74207-2"),
    sections=(
        _pcc("3.6", "11450-4", 1, None),
        _pcc("3.8", "11348-0", 0, None),
        _pcc("3.11", "47519-4", 1, None),
        _pcc("3.13", "48765-2", 1, None),
        _ans("247", "44939-7", 0, None, texte=True),
        _pcc("3.19", "10160-0", 1, None),
        _pcc("1.5.3.5", "46264-8", 1, None, texte=True, entree=False),
        _pcc("3.25", "8716-3", 0, None),
        _pcc("3.16", "29762-2", 0, None),
        _pcc("3.14", "10157-6", 0, None),
        _pcc("3.23", "11369-6", 0, None),
        _pcc("3.34", "42348-3", 0, None),
        _ans("244", "30954-2", 0, None, texte=True, entree=False),
        _ans("37", "55107-7", 0, None, texte=True),
    ),
    schematron="CI-SIS_IPS-FR_2024.01.sch",
)

_FT_SU: Final = ModeleValide(
    nom="FT-SU",
    racine="1.2.250.1.213.1.1.1.61",
    titre="Fiche de transfert vers le service des urgences",
    types=("78341-5",),
    acte=("306104004", _SNOMED),
    prise_en_charge="EMER",
    sections=(
        _ans("251", "ORG-213"),
        _ans("127", "42349-1", entree=False),
        _ans("245", "44944-7", 0, entree=False),
        _ans("115", "46006-3"),
        _ans("75", "8716-3"),
        _OBJETS,
        _ans("73", "55112-7", 0, entree=False),
    ),
    schematron="CI-SIS_DLU-FT-SU_2025.01.sch",
)

_FR_SU: Final = ModeleValide(
    nom="FR-SU",
    racine="1.2.250.1.213.1.1.1.62",
    titre="Fiche de retour du service des urgences",
    types=("60280-5",),
    acte=("107724000", _SNOMED),
    sections=(
        _ans("251", "ORG-213"),
        _ans("163", "42545-4"),
        SectionAttendue(f"{_ANS}.133", "11535-2", entree=False, autre=f"{_ANS}.5"),
        _ans("154", "18776-5", entree=False),
        _ans("73", "55112-7", 0, entree=False),
        _OBJETS,
        _ans("253", "77599-9", entree=False),
    ),
    schematron="CI-SIS_DLU-FR-SU_2025.01.sch",
)

N1: Final = ModeleValide(nom="N1", racine="1.3.6.1.4.1.19376.1.2.20", titre="Document non structuré")

MODELES: Final[Mapping[str, ModeleValide]] = MappingProxyType(
    {m.racine: m for m in (_DLU, _FLUDT, _FLUDR, _LDL_EES, _LDL_SES, _IPS_FR, _FT_SU, _FR_SU, N1)}
)
"""Root of the templateId → model. A document that bears several is of the first one."""

SECTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "10157-6": "Antécédents familiaux",
        "10160-0": "Traitements",
        "10161-8": "Risques professionnels",
        "10162-6": "Grossesses",
        "10183-2": "Traitements à la sortie",
        "11302-7": "Établissement de préférence",
        "11348-0": "Antécédents médicaux",
        "11369-6": "Vaccinations",
        "11450-4": "Pathologies actives",
        "11535-2": "Diagnostic",
        "18610-6": "Traitements administrés",
        "18776-5": "Plan de soins",
        "29762-2": "Mode de vie",
        "30954-2": "Résultats d'examens",
        "33557-0": "Statut du document",
        "42346-7": "Traitements à l'admission",
        "42348-3": "Directives anticipées",
        "42349-1": "Motif",
        "42545-4": "Résultats d'événements",
        "44939-7": "Effets indésirables",
        "44944-7": "Points de vigilance",
        "46006-3": "Observations",
        "46264-8": "Dispositifs et objets personnels",
        "47420-5": "Statut fonctionnel",
        "47519-4": "Antécédents chirurgicaux",
        "48765-2": "Allergies",
        "55107-7": "Documents ajoutés",
        "55112-7": "Commentaire",
        "77599-9": "Documents remis",
        "8716-3": "Signes vitaux",
        "ORG-213": "Personnes et structures informées",
    }
)
"""Code of a section → its name for the screen, which is never read from the document."""


def modele_de(racine: etree._Element) -> ModeleValide | None:
    """Recognise the model of a document by its templateIds, or by a body that is not XML."""
    declares = set(_racines(racine))
    reconnu = next((modele for oid, modele in MODELES.items() if oid in declares), None)
    if reconnu is None and racine.find(f"{{{HL7}}}component/{{{HL7}}}nonXMLBody") is not None:
        return N1
    return reconnu


def _racines(racine: etree._Element) -> Iterator[str]:
    for modele in racine.iterfind(f"{{{HL7}}}templateId"):
        yield modele.get("root", "")
