"""Pro Santé Connect: who is at the keyboard, by the person's card or e-CPS."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "AccesPsc",
    "ActivitePsc",
    "ActiviteUnique",
    "ActivitesMultiples",
    "AsyncPscClient",
    "ChoixActivite",
    "ConnexionNonAboutie",
    "DemandeConnexion",
    "JetonsPsc",
    "NiveauEidas",
    "PscClient",
    "ResultatConnexion",
    "SansActivite",
    "SessionPsc",
]

if TYPE_CHECKING:
    from segur_socles.psc.acces import AccesPsc
    from segur_socles.psc.activites import ActivitePsc
    from segur_socles.psc.client import AsyncPscClient, PscClient
    from segur_socles.psc.types import (
        ActivitesMultiples,
        ActiviteUnique,
        ChoixActivite,
        ConnexionNonAboutie,
        DemandeConnexion,
        JetonsPsc,
        NiveauEidas,
        ResultatConnexion,
        SansActivite,
        SessionPsc,
    )
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "AccesPsc": "segur_socles.psc.acces",
            "ActivitePsc": "segur_socles.psc.activites",
            "ActiviteUnique": "segur_socles.psc.types",
            "ActivitesMultiples": "segur_socles.psc.types",
            "AsyncPscClient": "segur_socles.psc.client",
            "ChoixActivite": "segur_socles.psc.types",
            "ConnexionNonAboutie": "segur_socles.psc.types",
            "DemandeConnexion": "segur_socles.psc.types",
            "JetonsPsc": "segur_socles.psc.types",
            "NiveauEidas": "segur_socles.psc.types",
            "PscClient": "segur_socles.psc.client",
            "ResultatConnexion": "segur_socles.psc.types",
            "SansActivite": "segur_socles.psc.types",
            "SessionPsc": "segur_socles.psc.types",
        },
    )
