"""The document models that are read, deprecated ones included: a deprecated format is refused for writing only.

Sources: CI-SIS models and the Agency's examples (certain); states of the nomenclatures of formats (certain).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from lxml import etree

from segur_socles._core.model import Valeur
from segur_socles.documents.lecture.noeuds import attribut, enfants

__all__ = ["MODELES", "ModeleLu", "lire_modele"]

_CI_SIS: Final = "1.2.250.1.213.1.1.1"
_XDS_SD: Final = "1.3.6.1.4.1.19376.1.2.20"

MODELES: Final[Mapping[str, tuple[str, str, bool]]] = MappingProxyType(
    {
        _XDS_SD: ("N1", "Document non structuré", False),
        f"{_CI_SIS}.13": ("VSM", "Volet de synthèse médicale", False),
        f"{_CI_SIS}.21": ("LDL-EES", "Lettre de liaison à l'entrée en établissement de soins", False),
        f"{_CI_SIS}.22": ("DLU", "Document de liaison d'urgence", False),
        f"{_CI_SIS}.23": ("FLUDT", "Fiche de transfert vers les urgences", False),
        f"{_CI_SIS}.24": ("FLUDR", "Fiche de retour des urgences", False),
        f"{_CI_SIS}.29": ("LDL-SES", "Lettre de liaison à la sortie d'établissement de soins", False),
        f"{_CI_SIS}.37": ("VAC", "Historique de vaccinations", False),
        f"{_CI_SIS}.39": ("eP-MED-DM", "Prescription de médicaments et de dispositifs", False),
        f"{_CI_SIS}.45": ("CR-IMG", "Compte rendu d'imagerie", False),
        f"{_CI_SIS}.46": ("VAC-NOTE", "Note de vaccination", False),
        f"{_CI_SIS}.48": ("DLU-DOM", "Document de liaison d'urgence du domicile", True),
        f"{_CI_SIS}.49": ("FLUDT-DOM", "Fiche de transfert du domicile vers les urgences", True),
        f"{_CI_SIS}.50": ("FLUDR-DOM", "Fiche de retour des urgences au domicile", True),
        f"{_CI_SIS}.51": ("IPS-FR", "Synthèse médicale", False),
        f"{_CI_SIS}.54": ("eDISP-MED", "Dispensation de médicaments", False),
        f"{_CI_SIS}.55": ("CR-BIO", "Compte rendu d'examens de biologie", False),
        f"{_CI_SIS}.58": ("TDDUI", "Transfert de données entre DUI", False),
        f"{_CI_SIS}.59": ("TROD", "Test rapide d'orientation diagnostique", False),
        f"{_CI_SIS}.60": ("DLU", "Document de liaison d'urgence 2024", True),
        f"{_CI_SIS}.61": ("FT-SU", "Fiche de transfert vers les urgences", False),
        f"{_CI_SIS}.62": ("FR-SU", "Fiche de retour des urgences", False),
    }
)
"""templateId → short name, French title, whether the format is deprecated."""


class ModeleLu(Valeur):
    """The model a document declares; ``edition`` is the extension of its templateId, None when it gives none."""

    oid: str
    nom: str
    titre: str
    edition: str | None = None
    deprecie: bool = False

    _visible = ("oid", "nom", "edition", "deprecie")


def lire_modele(racine: etree._Element) -> ModeleLu | None:
    """Find the model among the templateIds of a document; None when it names none that is known here."""
    declares = {attribut(t, "root"): attribut(t, "extension") for t in enfants(racine, "templateId")}
    for oid, (nom, titre, deprecie) in MODELES.items():
        if oid in declares:
            return ModeleLu(oid=oid, nom=nom, titre=titre, edition=declares[oid], deprecie=deprecie)
    return None
