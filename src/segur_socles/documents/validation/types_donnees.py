"""The data types of the standard, wherever they stand: coded values, times, addresses, siblings that repeat.

Source: the CI-SIS data type rules as the kit's « structuration minimale » reads them, certain. One pass over the
document.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

from lxml import etree

from segur_socles.documents.cda.balises import HL7
from segur_socles.documents.validation.chemins import nom_local
from segur_socles.documents.validation.releve import NS, XSI_TYPE, Regle, Releve
from segur_socles.errors import Gravite

__all__ = ["juger_types"]

_TYPES: Final = "CI-SIS, types de données"
_HL7: Final = f"{{{HL7}}}"

_NULS: Final = frozenset(
    {"NI", "OTH", "NINF", "PINF", "UNK", "ASKU", "NAV", "NASK", "TRC", "MSK", "NA", "NP", "INV", "UNC", "DER", "QS"}
)
_SANS_SYSTEME: Final = frozenset({"realmCode", "languageCode", "signatureCode", "statusCode"})
"""Coded elements whose system is fixed by the standard."""

_COMPARES: Final = frozenset({"id", "templateId", "telecom", "addr", "name", "translation"})
"""Elements that never stand twice the same under one parent."""

_JAMAIS_NUL_ET_PLEIN: Final = frozenset({"addr", "name"})

_USAGES: Final = {
    "addr": frozenset({"H", "HP", "HV", "WP", "TMP"}),
    "telecom": frozenset({"H", "HP", "HV", "WP", "DIR", "PUB", "EC", "MC", "PG"}),
}
_TELECOM: Final = re.compile(r"(?:tel|fax|mailto|https?|ftp|mllp):\S+")
_PARTIES: Final = frozenset(
    {
        *("country", "state", "city", "postalCode", "county", "houseNumber", "houseNumberNumeric", "streetName"),
        *("streetNameType", "additionalLocator", "unitID", "postBox", "precinct"),
    }
)
_LIGNES: Final = 7

_INSTANTS: Final = frozenset({"effectiveTime", "time", "birthTime", "availabilityTime", "expirationTime"})
_BORNES: Final = ("low", "high", "center")
_TS: Final = re.compile(
    r"(?P<jour>[0-9]{4}(?:[0-9]{2}(?:[0-9]{2}(?:[0-9]{2}(?:[0-9]{2}(?:[0-9]{2})?)?)?)?)?)(?:\.[0-9]{1,4})?(?P<zone>[+-][0-9]{4})?",
    re.ASCII,
)
_COMPLETE: Final = "00000101000000"
_COMPLETE_TARD: Final = "00001231235959"
_ANNEE_ET_MOIS: Final = 6
_ZONES: Final = timedelta(hours=14)
"""How far apart two places of the world may be: between a time with its zone and one without, nothing less is sure."""


def juger_types(releve: Releve) -> None:
    """Note what breaks a data type, anywhere in the document."""
    for noeud in releve.racine.iter(f"{_HL7}*"):
        nom = nom_local(noeud)
        _attributs(releve, noeud, nom)
        if nom in _INSTANTS:
            _instant(releve, noeud)
        elif nom == "addr":
            _adresse(releve, noeud)
        elif nom == "telecom":
            _telecom(releve, noeud)
        if len(noeud) > 1:
            _freres(releve, noeud)


def _attributs(releve: Releve, noeud: etree._Element, nom: str) -> None:
    attributs = noeud.attrib
    for cle, valeur in attributs.items():
        if not str(valeur).strip():
            regle = Regle("attribut vide", _TYPES, "le retirer ou le renseigner")
            releve.noter(regle, noeud, f"@{etree.QName(str(cle)).localname}")
    if (nul := noeud.get("nullFlavor")) is not None:
        if nul not in _NULS:
            releve.noter(Regle("nullFlavor inconnu", _TYPES, "écrire UNK, NA, NASK, ASKU, NAV, NI ou MSK"), noeud)
        if any(cle in attributs for cle in ("code", "displayName", "value", "extension")):
            remede = "garder la valeur ou le nullFlavor, pas les deux"
            releve.noter(Regle("une valeur et un nullFlavor à la fois", _TYPES, remede), noeud)
    elif "code" in attributs and "codeSystem" not in attributs and nom not in _SANS_SYSTEME:
        releve.noter(Regle("code sans son système", _TYPES, "écrire codeSystem (OID)"), noeud, "@codeSystem")
    if (usages := _USAGES.get(nom)) and "use" in attributs:
        inconnus = set(noeud.get("use", "").split()) - usages
        if inconnus:
            regle = Regle("usage inconnu", _TYPES, f"usages admis : {', '.join(sorted(usages))}")
            releve.noter(regle, noeud, "@use")


# --- times -----------------------------------------------------------------------------------------------


def _instant(releve: Releve, noeud: etree._Element) -> None:
    if (noeud.get(XSI_TYPE) or "").rpartition(":")[2] in ("PIVL_TS", "EIVL_TS"):
        return
    bornes = {nom: noeud.find(f"h:{nom}", NS) for nom in _BORNES}
    for porteur in (noeud, *bornes.values()):
        if porteur is not None and "value" in porteur.attrib and _lire(porteur.get("value", "")) is None:
            remede = "écrire AAAAMMJJ, ou AAAAMMJJHHMMSS+0100"
            releve.noter(Regle("date impossible ou mal écrite", _TYPES, remede), porteur, "@value")
    debut, fin = bornes["low"], bornes["high"]
    if debut is not None and fin is not None:
        du, au = _lire(debut.get("value", "")), _lire(fin.get("value", ""), au_plus_tard=True)
        if du and au and du > au + (_ZONES if _a_zone(debut) is not _a_zone(fin) else timedelta()):
            releve.noter(Regle("la fin précède le début", _TYPES, "vérifier les deux dates"), noeud)


def _a_zone(noeud: etree._Element) -> bool:
    return noeud.get("value", "")[-5:-4] in ("+", "-")


def _lire(valeur: str, *, au_plus_tard: bool = False) -> datetime | None:
    """Read a time of any precision: what is missing is the earliest, or the latest; without a zone, UTC."""
    lu = _TS.fullmatch(valeur)
    if lu is None:
        return None
    chiffres, zone = lu["jour"], lu["zone"]
    try:
        suite = _COMPLETE_TARD if au_plus_tard else _COMPLETE
        if au_plus_tard and len(chiffres) == _ANNEE_ET_MOIS:
            suite = f"{suite[:6]}{monthrange(int(chiffres[:4]), int(chiffres[4:]))[1]}{suite[8:]}"
        instant = datetime.strptime(chiffres + suite[len(chiffres) :], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        if zone:
            decalage = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:]))
            instant -= decalage if zone[0] == "+" else -decalage
    except (ValueError, OverflowError):
        return None
    return instant


# --- addresses -------------------------------------------------------------------------------------------


def _adresse(releve: Releve, noeud: etree._Element) -> None:
    noms = [nom_local(enfant) for enfant in noeud.iterchildren(f"{_HL7}*")]
    lignes = noms.count("streetAddressLine")
    if lignes > _LIGNES:
        releve.noter(Regle("trop de lignes d'adresse", _TYPES, f"{_LIGNES} au plus"), noeud)
    if lignes and _PARTIES.intersection(noms):
        remede = "écrire des lignes (streetAddressLine) ou des parties (houseNumber, city…), pas les deux"
        regle = Regle("adresse en lignes et en parties à la fois", _TYPES, remede, Gravite.AVERTISSEMENT)
        releve.noter(regle, noeud)
    for nom in sorted(_PARTIES):
        if noms.count(nom) > 1:
            releve.noter(Regle("partie d'adresse répétée", _TYPES, f"n'écrire {nom} qu'une fois"), noeud)
    if noms and _texte_propre(noeud):
        releve.noter(Regle("adresse mêlant texte et éléments", _TYPES, "mettre tout le texte dans des éléments"), noeud)


def _texte_propre(noeud: etree._Element) -> bool:
    return any((texte or "").strip() for texte in (noeud.text, *(enfant.tail for enfant in noeud)))


def _telecom(releve: Releve, noeud: etree._Element) -> None:
    valeur = noeud.get("value")
    if valeur is None:
        if not noeud.get("nullFlavor"):
            releve.noter(Regle("moyen de communication sans valeur", _TYPES, "écrire value ou nullFlavor"), noeud)
    elif not _TELECOM.fullmatch(valeur):
        remede = "écrire tel:0199000010 ou mailto:adresse, sans espace"
        releve.noter(Regle("moyen de communication mal écrit", _TYPES, remede), noeud, "@value")


# --- siblings --------------------------------------------------------------------------------------------


def _freres(releve: Releve, parent: etree._Element) -> None:
    vus: dict[object, None] = {}
    nuls: dict[str, list[etree._Element]] = {}
    pleins: set[str] = set()
    for enfant in parent.iterchildren(f"{_HL7}*"):
        nom = nom_local(enfant)
        if nom not in _COMPARES:
            continue
        forme = _forme(enfant)
        if forme in vus:
            releve.noter(
                Regle("élément répété à l'identique", "HL7, RIM-002", "n'écrire cet élément qu'une fois"), enfant
            )
        vus[forme] = None
        if nom in _JAMAIS_NUL_ET_PLEIN:
            if enfant.get("nullFlavor"):
                nuls.setdefault(nom, []).append(enfant)
            else:
                pleins.add(nom)
    for nom in pleins:
        for enfant in nuls.get(nom, ()):
            remede = "retirer celui qui est nul"
            releve.noter(Regle("un élément nul à côté d'un élément renseigné", _TYPES, remede), enfant)


def _forme(noeud: etree._Element) -> tuple[object, ...]:
    """Give what makes two elements the same: name, attributes, texts, children."""
    return (
        noeud.tag,
        frozenset((str(k), str(v)) for k, v in noeud.attrib.items()),
        (noeud.text or "").strip(),
        tuple(_formes(noeud.iterchildren(f"{_HL7}*"))),
    )


def _formes(noeuds: Iterable[etree._Element]) -> Iterable[tuple[object, ...]]:
    for noeud in noeuds:
        yield (*_forme(noeud), (noeud.tail or "").strip())
