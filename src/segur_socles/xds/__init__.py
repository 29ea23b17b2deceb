"""IHE XDS metadata: values, ebRIM written and read."""

from __future__ import annotations

from typing import TYPE_CHECKING

__all__ = [
    "ArchiveLue",
    "ArchiveRefusee",
    "Association",
    "Auteur",
    "Cx",
    "DocumentEntry",
    "DocumentRecu",
    "Soumission",
    "SubmissionSet",
    "Xcn",
    "Xon",
    "depuis_document",
    "ecrire_soumission",
    "ecrire_xdm",
    "lire_entree",
    "lire_lot",
    "lire_soumission",
    "lire_xdm",
]

if TYPE_CHECKING:
    from segur_socles.xds.ebrim import ecrire_soumission
    from segur_socles.xds.ebrim_lecture import Soumission, lire_entree, lire_lot, lire_soumission
    from segur_socles.xds.entry import Association, Auteur, DocumentEntry, SubmissionSet
    from segur_socles.xds.formats import Cx, Xcn, Xon
    from segur_socles.xds.metadonnees import depuis_document
    from segur_socles.xds.xdm import ecrire_xdm
    from segur_socles.xds.xdm_lecture import ArchiveLue, ArchiveRefusee, DocumentRecu, lire_xdm
else:
    from segur_socles._core.lazy import lazy

    __getattr__, __dir__ = lazy(
        __name__,
        {
            "ArchiveLue": "segur_socles.xds.xdm_lecture",
            "ArchiveRefusee": "segur_socles.xds.xdm_lecture",
            "Association": "segur_socles.xds.entry",
            "Auteur": "segur_socles.xds.entry",
            "Cx": "segur_socles.xds.formats",
            "DocumentEntry": "segur_socles.xds.entry",
            "DocumentRecu": "segur_socles.xds.xdm_lecture",
            "Soumission": "segur_socles.xds.ebrim_lecture",
            "SubmissionSet": "segur_socles.xds.entry",
            "Xcn": "segur_socles.xds.formats",
            "Xon": "segur_socles.xds.formats",
            "depuis_document": "segur_socles.xds.metadonnees",
            "ecrire_soumission": "segur_socles.xds.ebrim",
            "ecrire_xdm": "segur_socles.xds.xdm",
            "lire_entree": "segur_socles.xds.ebrim_lecture",
            "lire_lot": "segur_socles.xds.ebrim_lecture",
            "lire_soumission": "segur_socles.xds.ebrim_lecture",
            "lire_xdm": "segur_socles.xds.xdm_lecture",
        },
    )
