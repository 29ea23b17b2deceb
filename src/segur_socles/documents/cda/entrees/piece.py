"""FR-Document-attache (E12): one line of the checklist, with the file when it is joined."""

from __future__ import annotations

from base64 import b64encode
from typing import Final

from segur_socles.documents.cda.balises import code, el, modeles, nul, reference_texte
from segur_socles.documents.cda.recit import Atelier
from segur_socles.documents.cda.sections import ANS_ENTREE, LOINC, PCC
from segur_socles.nomenclatures.codes import Code

__all__ = ["piece"]

ATTACHE: Final = Code("55107-7", LOINC, "Document attaché")
TYPE: Final = Code("69764-9", LOINC, "Type de document")

_ORGANISATEUR: Final = modeles((f"{ANS_ENTREE}.18",))
_TYPE: Final = modeles((f"{PCC}.4.13", f"{ANS_ENTREE}.48", f"{ANS_ENTREE}.48.18"))


def piece(nature: Code, pdf: bytes | None, absente: str, ancre: str, media: str, atelier: Atelier) -> str:
    """Write the organizer of one document; ``absente`` says why the file is not there (NAV: kept on site)."""
    type_ = (
        _TYPE
        + atelier.id()
        + code("code", TYPE)
        + reference_texte(ancre)
        + '<statusCode code="completed"></statusCode>'
        + nul("effectiveTime", "NA")
        + code("value", nature, xsi_type="CD")
    )
    if pdf is None:
        contenu = nul("value", absente)
    else:
        # Base64 holds nothing to escape, and may be long.
        contenu = f'<value mediaType="application/pdf" representation="B64">{b64encode(pdf).decode("ascii")}</value>'
    corps = (
        _ORGANISATEUR
        + atelier.id()
        + code("code", ATTACHE)
        + '<statusCode code="completed"></statusCode>'
        + el("component", el("observation", type_, classCode="OBS", moodCode="EVN"))
        + el("component", el("observationMedia", contenu, ID=media, classCode="OBS", moodCode="EVN"))
    )
    return el("organizer", corps, classCode="CLUSTER", moodCode="EVN")
