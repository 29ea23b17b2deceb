"""What INSi answers to a search: written from the shapes that were recorded, with their oddities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from segur_socles._core.xml import NS, text
from segur_socles.sandbox.donnees import Ancien, Forme, PersonneInsi

__all__ = ["COMPTES_RENDUS", "OID_NIA", "OID_NIR", "ecrire_reponse"]

OID_NIR: Final = "1.2.250.1.213.1.4.8"
"""What the qualification platform answers for its test people: the OID of production, not that of tests. A
software must therefore tell test people by the environment it talks to; the sandbox keeps that trap."""

OID_NIA: Final = "1.2.250.1.213.1.4.9"

COMPTES_RENDUS: Final = {"00": "OK", "01": "Aucune identite trouvee", "02": "Plusieurs identites trouvees"}
"""Code → exact label, without accents (certain)."""

_RESULTAT: Final = "http://www.cnamts.fr/INSiResultat"
_SANS: Final = "http://www.cnamts.fr/INSiRecSans"
_VITALE: Final = "http://www.cnamts.fr/INSiRecVit"


@dataclass(frozen=True, slots=True)
class _Prefixes:
    """How one answer names its namespaces; ``r`` is empty for a default namespace."""

    enveloppe: str
    corps: str
    r: str


_TOUS_PREFIXES: Final = (_Prefixes("soap", "S", ""), _Prefixes("soap", "env", ""), _Prefixes("S", "S", "ns2"))
"""All three were seen; answers take them in turn."""

# Which of its optional parts each shape has: (Prenom, ListePrenom, comment after the OID, dates before the number).
_PARTIES: Final = {
    Forme.ACTUELLE: (False, True, False, False),
    Forme.CNDA: (True, True, False, False),
    Forme.CNDA_COMMENTEE: (True, True, True, False),
    Forme.GIE: (True, False, False, False),
    Forme.DATES_AVANT: (False, True, False, True),
}


def ecrire_reponse(code: str, personne: PersonneInsi | None, rang: int, *, oid: str = OID_NIR) -> bytes:
    """Write the answer ``code``, with the person when it is ``00``. ``rang`` (of the answer) chooses the prefixes."""
    prefixes = _TOUS_PREFIXES[rang % len(_TOUS_PREFIXES)]
    xml = _Ecriture(f"{prefixes.r}:" if prefixes.r else "")
    contenu = xml.e("CR", xml.e("CodeCR", code), xml.e("LibelleCR", COMPTES_RENDUS[code]))
    if personne is not None:
        contenu += _individu(xml, personne, oid)
    declaration = (
        f'xmlns="{_RESULTAT}" xmlns:ns2="{_SANS}" xmlns:ns3="{_VITALE}"'
        if not prefixes.r
        else f'xmlns="{_VITALE}" xmlns:{prefixes.r}="{_RESULTAT}" xmlns:ns3="{_SANS}"'
    )
    e, c = prefixes.enveloppe, prefixes.corps
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{e}:Envelope xmlns:{e}="{NS["soap"]}"><{c}:Body xmlns:{c}="{NS["soap"]}">'
        f"<{xml.prefixe}RESULTAT {declaration}>{contenu}</{xml.prefixe}RESULTAT></{c}:Body></{e}:Envelope>"
    ).encode()


@dataclass(frozen=True, slots=True)
class _Ecriture:
    prefixe: str

    def e(self, nom: str, *contenu: str) -> str:
        """Write an element; its content is XML already."""
        return f"<{self.prefixe}{nom}>{''.join(contenu)}</{self.prefixe}{nom}>"

    def si(self, nom: str, valeur: str | None) -> str:
        """Write an element that holds text, or nothing."""
        return self.e(nom, text(valeur)) if valeur else ""


def _individu(xml: _Ecriture, personne: PersonneInsi, oid: str) -> str:
    prenom, liste, commentaire, dates_avant = _PARTIES[personne.forme]
    nature = xml.e("OID", OID_NIA if personne.attente else oid) + ("<!-- OID NIA -->" if commentaire else "")
    actif = xml.e("INSACTIF", _numero(xml, personne.numero, personne.cle), nature)
    anciens = "".join(_ancien(xml, ancien, oid, dates_avant=dates_avant) for ancien in personne.historique)
    traits = xml.e(
        "TIQ",
        xml.si("NomNaissance", personne.nom),
        xml.si("Prenom", personne.prenoms.split()[0] if prenom else None),
        xml.si("ListePrenom", personne.prenoms if liste else None),
        xml.si("Sexe", personne.sexe),
        xml.si("DateNaissance", personne.naissance),
        xml.si("LieuNaissance", personne.lieu),
    )
    return xml.e("INDIVIDU", actif, anciens, traits)


def _numero(xml: _Ecriture, numero: str, cle: str) -> str:
    return xml.e("IdIndividu", xml.e("NumIdentifiant", numero), xml.e("Cle", cle))


def _ancien(xml: _Ecriture, ancien: Ancien, oid: str, *, dates_avant: bool) -> str:
    numero = _numero(xml, ancien.numero, ancien.cle) + xml.e("OID", oid)
    dates = xml.si("DateDeb", ancien.debut) + xml.si("DateFin", ancien.fin)
    return xml.e("INSHISTO", dates + numero if dates_avant else numero + dates)
