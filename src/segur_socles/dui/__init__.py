"""The reference record of a person, its rights, and the walk to a liaison document."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "AuteurConsentement",
    "Consentement",
    "Correspondant",
    "Dossier",
    "Moyen",
    "Nature",
    "Objet",
    "Qualification",
    "Qualifiee",
    "RoleCorrespondant",
    "UsagerDui",
    "autorisation_alimentation",
    "autorisation_consultation",
    "autorisation_ecriture",
    "autorisation_envoi",
    "construire_dlu",
    "construire_transfert",
    "deposer",
    "entete_dlu",
    "qualifier",
    "rediger",
    "rediger_transfert",
]

if TYPE_CHECKING:
    from segur_socles.dui.carnet import Correspondant, RoleCorrespondant
    from segur_socles.dui.consentements import AuteurConsentement, Consentement, Moyen, Nature, Objet
    from segur_socles.dui.dlu import construire_dlu, entete_dlu
    from segur_socles.dui.dossier import Dossier, Qualification, UsagerDui
    from segur_socles.dui.droits import (
        autorisation_alimentation,
        autorisation_consultation,
        autorisation_ecriture,
        autorisation_envoi,
    )
    from segur_socles.dui.parcours import Qualifiee, deposer, qualifier, rediger, rediger_transfert
    from segur_socles.dui.transfert import construire_transfert
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "AuteurConsentement": "segur_socles.dui.consentements",
            "Consentement": "segur_socles.dui.consentements",
            "Correspondant": "segur_socles.dui.carnet",
            "Dossier": "segur_socles.dui.dossier",
            "Moyen": "segur_socles.dui.consentements",
            "Nature": "segur_socles.dui.consentements",
            "Objet": "segur_socles.dui.consentements",
            "Qualification": "segur_socles.dui.dossier",
            "Qualifiee": "segur_socles.dui.parcours",
            "RoleCorrespondant": "segur_socles.dui.carnet",
            "UsagerDui": "segur_socles.dui.dossier",
            "autorisation_alimentation": "segur_socles.dui.droits",
            "autorisation_consultation": "segur_socles.dui.droits",
            "autorisation_ecriture": "segur_socles.dui.droits",
            "autorisation_envoi": "segur_socles.dui.droits",
            "construire_dlu": "segur_socles.dui.dlu",
            "construire_transfert": "segur_socles.dui.transfert",
            "deposer": "segur_socles.dui.parcours",
            "entete_dlu": "segur_socles.dui.dlu",
            "qualifier": "segur_socles.dui.parcours",
            "rediger": "segur_socles.dui.parcours",
            "rediger_transfert": "segur_socles.dui.parcours",
        },
    )
