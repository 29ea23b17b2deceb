"""IHE XDS metadata: values, ebRIM written and read."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "Association",
    "Auteur",
    "Cx",
    "DocumentEntry",
    "Soumission",
    "SubmissionSet",
    "Xcn",
    "Xon",
    "depuis_document",
    "ecrire_soumission",
    "lire_entree",
    "lire_lot",
    "lire_soumission",
]

if TYPE_CHECKING:
    from segur_socles.xds.ebrim import ecrire_soumission
    from segur_socles.xds.ebrim_lecture import Soumission, lire_entree, lire_lot, lire_soumission
    from segur_socles.xds.entry import Association, Auteur, DocumentEntry, SubmissionSet
    from segur_socles.xds.formats import Cx, Xcn, Xon
    from segur_socles.xds.metadonnees import depuis_document
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "Association": "segur_socles.xds.entry",
            "Auteur": "segur_socles.xds.entry",
            "Cx": "segur_socles.xds.formats",
            "DocumentEntry": "segur_socles.xds.entry",
            "Soumission": "segur_socles.xds.ebrim_lecture",
            "SubmissionSet": "segur_socles.xds.entry",
            "Xcn": "segur_socles.xds.formats",
            "Xon": "segur_socles.xds.formats",
            "depuis_document": "segur_socles.xds.metadonnees",
            "ecrire_soumission": "segur_socles.xds.ebrim",
            "lire_entree": "segur_socles.xds.ebrim_lecture",
            "lire_lot": "segur_socles.xds.ebrim_lecture",
            "lire_soumission": "segur_socles.xds.ebrim_lecture",
        },
    )
