"""Elements as text, already in Canonical XML 1.0 form.

The form holds because every element goes through :func:`el`: no empty-element tag, attributes in code-point
order with ``xsi:type`` last (an attribute in a namespace sorts after those in none), double quotes, the
escaping of ``_core.xml``. Namespaces are declared on the root only (W3C REC-xml-c14n-20010315 §2.3).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from segur_socles._core.clock import hl7_zoned
from segur_socles._core.xml import attr, text
from segur_socles.documents.contenu.communs import Reponse
from segur_socles.nomenclatures.codes import Code

__all__ = [
    "HL7",
    "RACINE_FERMANTE",
    "RACINE_OUVRANTE",
    "XSI",
    "code",
    "el",
    "ii",
    "instant",
    "jour",
    "modeles",
    "nul",
    "reference",
    "reference_texte",
    "texte",
    "valeur_booleenne",
]

HL7: Final = "urn:hl7-org:v3"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"

RACINE_OUVRANTE: Final = f'<ClinicalDocument xmlns="{HL7}" xmlns:xsi="{XSI}">'
RACINE_FERMANTE: Final = "</ClinicalDocument>"

SYSTEMES: Final[dict[str, str]] = {
    "2.16.840.1.113883.6.1": "LOINC",
    "2.16.840.1.113883.6.96": "SNOMED CT",
    "2.16.840.1.113883.6.3": "CIM-10",
    "1.2.250.1.213.1.1.4.322": "TA_ASIP",
    "1.2.250.1.213.2.3.1": "CIS",
    "0.4.0.127.0.16.1.1.2.1": "EDQM",
    "2.16.840.1.113883.5.4": "ActCode",
    "2.16.840.1.113883.5.25": "Confidentiality",
    "2.16.840.1.113883.5.1150.1": "AbsentOrUnknown",
    "1.2.250.1.213.1.1.4.9": "practiceSettingCode",
    "1.2.250.1.213.2.68": "EMDN",
    "1.2.250.1.215.300.1": "CCAM",
    "2.16.840.1.113883.5.7": "ActPriority",
}
"""OID → name printed beside it; a courtesy to readers, never checked."""


def el(nom: str, contenu: str = "", /, *, xsi_type: str | None = None, **attributs: str | None) -> str:
    """Write one element; ``contenu`` is markup already, attributes are raw and None ones are left out."""
    ouvrante = nom
    for cle in sorted(attributs):
        valeur = attributs[cle]
        if valeur is not None:
            ouvrante += f' {cle}="{attr(valeur)}"'
    if xsi_type:
        ouvrante += f' xsi:type="{xsi_type}"'
    return f"<{ouvrante}>{contenu}</{nom}>"


def texte(nom: str, valeur: str | None, /, champ: str = "", **attributs: str | None) -> str:
    """Write an element holding raw text; nothing at all for None."""
    return "" if valeur is None else el(nom, text(valeur, champ), **attributs)


def nul(nom: str, raison: str, contenu: str = "", /, *, xsi_type: str | None = None) -> str:
    """Write an element whose value is missing for ``raison``: NI, UNK, NA, NAV, NASK."""
    return el(nom, contenu, xsi_type=xsi_type, nullFlavor=raison)


def code(nom: str, valeur: Code, contenu: str = "", /, *, xsi_type: str | None = None) -> str:
    """Write a coded element, label included."""
    systeme = SYSTEMES.get(valeur.systeme)
    ouvrante = f'{nom} code="{attr(valeur.code)}" codeSystem="{attr(valeur.systeme)}"'
    if systeme:
        ouvrante += f' codeSystemName="{systeme}"'
    ouvrante += f' displayName="{attr(valeur.libelle)}"'
    if xsi_type:
        ouvrante += f' xsi:type="{xsi_type}"'
    return f"<{ouvrante}>{contenu}</{nom}>"


def ii(root: str, extension: str | None = None, nom: str = "id") -> str:
    """Write an identifier."""
    return el(nom, root=root, extension=extension)


def modeles(racines: Iterable[str]) -> str:
    """Write templateIds."""
    return "".join([f'<templateId root="{racine}"></templateId>' for racine in racines])


def instant(nom: str, moment: datetime) -> str:
    """Write a date-time with its zone."""
    return el(nom, value=hl7_zoned(moment))


def jour(nom: str, valeur: str | date | None, absent: str = "UNK") -> str:
    """Write a date known to the day, month or year (ISO text or date); ``absent`` says why there is none."""
    if valeur is None:
        return nul(nom, absent)
    return el(nom, value=str(valeur).replace("-", ""))


def reference(ancre: str) -> str:
    """Point at a place of the narrative."""
    return f'<reference value="#{ancre}"></reference>'


def reference_texte(ancre: str) -> str:
    """Write the ``text`` of an entry, which points at the narrative line it codes."""
    return f"<text>{reference(ancre)}</text>"


def valeur_booleenne(reponse: Reponse) -> str:
    """Write yes, no, or no information: three different values."""
    if reponse is None:
        return nul("value", "NI", xsi_type="BL")
    return el("value", xsi_type="BL", value="true" if reponse else "false")
