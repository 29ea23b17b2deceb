"""Which column of a file holds which field, told by its header in French or in English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Final

from segur_socles._core.model import invalide
from segur_socles.errors import Constat

__all__ = ["EXIGES", "Champ", "associer", "reconnus", "simplifier"]


class Champ(StrEnum):
    """What a line may tell of a person."""

    IDENTIFIANT = "identifiant"
    NOM_NAISSANCE = "nom_naissance"
    PRENOMS = "prenoms"
    PREMIER_PRENOM = "premier_prenom"
    SEXE = "sexe"
    DATE_NAISSANCE = "date_naissance"
    LIEU_NAISSANCE = "lieu_naissance"
    MATRICULE = "matricule"
    CLE = "cle"
    OID = "oid"
    STATUT = "statut"
    ATTRIBUT = "attribut"
    DATE_INSI = "date_insi"
    CONTROLE = "controle"
    DATE_CONTROLE = "date_controle"


# « nom » and « prénom » alone are left out on purpose: they often hold the names in use, and a married name in the
# place of the birth name is the first cause of identities that INSi does not find.
_EN_TETES: Final[Mapping[Champ, str]] = {
    Champ.IDENTIFIANT: "identifiant|identifiant local|id|ipp|numero dossier|no dossier|patient id|local id",
    Champ.NOM_NAISSANCE: "nom de naissance|nom naissance|nom de famille|nom patronymique|nom jeune fille"
    "|nom de jeune fille|birth name|family name|birth family name",
    Champ.PRENOMS: "prenoms|prenoms de naissance|prenoms naissance|liste prenoms|liste des prenoms"
    "|liste prenoms naissance|prenoms acte naissance|given names|birth given names|first names",
    Champ.PREMIER_PRENOM: "premier prenom|1er prenom|prenom de naissance|prenom naissance"
    "|premier prenom de naissance|first given name|birth given name",
    Champ.SEXE: "sexe|sex|gender|genre",
    Champ.DATE_NAISSANCE: "date de naissance|date naissance|ne le|nee le|ne e le|ddn|birth date|birthdate|date of birth"
    "|dob",
    Champ.LIEU_NAISSANCE: "lieu de naissance|lieu naissance|code lieu naissance|code lieu de naissance"
    "|code insee naissance|code insee lieu de naissance|code commune naissance|cog|cog naissance|birth place"
    "|birthplace|place of birth",
    Champ.MATRICULE: "matricule|matricule ins|ins|ins matricule|numero ins|nir ins|ins nir|ins number",
    Champ.CLE: "cle|cle ins|cle matricule|cle nir|key|check key",
    Champ.OID: "oid|oid ins|nature ins|type matricule|ins oid|autorite",
    Champ.STATUT: "statut|statut identite|statut ins|statut de l identite|status|identity status",
    Champ.ATTRIBUT: "attribut|attributs|attribut identite|identity attribute",
    Champ.DATE_INSI: "date insi|date recuperation|date recuperation ins|date reponse insi|date verification ins"
    "|date de verification ins|derniere verification ins|insi date",
    Champ.CONTROLE: "controle|piece|piece identite|piece d identite|type piece|justificatif|type justificatif"
    "|document controle|identity document",
    Champ.DATE_CONTROLE: "date controle|date de controle|date piece|date controle piece|control date",
}
_CHAMPS: Final = {en_tete: champ for champ, en_tetes in _EN_TETES.items() for en_tete in en_tetes.split("|")}

EXIGES: Final = (Champ.NOM_NAISSANCE, Champ.PRENOMS, Champ.SEXE, Champ.DATE_NAISSANCE)
"""Without them a file tells nobody; the first first name alone may stand for the list."""

_REGLE: Final = "une colonne par champ, et une seule"


def simplifier(texte: str) -> str:
    """Lower case, without diacritics nor punctuation: ``Né(e) le`` gives ``ne e le``."""
    decompose = unicodedata.normalize("NFD", texte.lower())
    return re.sub(r"[^a-z0-9]+", " ", "".join(c for c in decompose if not unicodedata.combining(c))).strip()


def reconnus(en_tetes: Sequence[str]) -> int:
    """How many of these headers are known."""
    return sum(_simple(en_tete) in _CHAMPS for en_tete in en_tetes)


def _simple(en_tete: str) -> str:
    return simplifier(en_tete.removeprefix("\ufeff"))


def associer(en_tetes: Sequence[str], choix: Mapping[Champ, str]) -> dict[Champ, int]:
    """Give the rank (from 0) of the column of each field; ``choix`` names headers that decide.

    Raises ``ChampInvalideError`` for a field that is demanded and missing, has two columns, or whose chosen header is
    not there. No header is quoted: a file without headers has a person in their place.
    """
    simples = [_simple(en_tete) for en_tete in en_tetes]
    voulus = {champ: simplifier(en_tete) for champ, en_tete in choix.items()}
    rangs: dict[Champ, list[int]] = {}
    for rang, simple in enumerate(simples):
        champ = next((champ for champ, voulu in voulus.items() if voulu == simple), None) or _CHAMPS.get(simple)
        if champ is not None and voulus.get(champ, simple) == simple:
            rangs.setdefault(champ, []).append(rang)
    constats = tuple(_constats(rangs, voulus))
    if constats:
        raise invalide("En-tête du fichier", constats)
    return {champ: places[0] for champ, places in rangs.items()}


def _constats(rangs: Mapping[Champ, Sequence[int]], voulus: Mapping[Champ, str]) -> Iterator[Constat]:
    for champ in voulus.keys() - rangs.keys():
        yield Constat(champ, "la colonne choisie n'est pas dans l'en-tête", _REGLE, "recopier l'en-tête du fichier")
    for champ, places in rangs.items():
        if len(places) > 1:
            message = "plusieurs colonnes : " + ", ".join(str(rang + 1) for rang in places)
            yield Constat(champ, message, _REGLE, f"choisir : --colonne {champ}=EN-TÊTE, ou en renommer une")
    for champ in EXIGES:
        tenu = rangs.keys() & {champ, Champ.PREMIER_PRENOM} if champ is Champ.PRENOMS else champ in rangs
        if not tenu and champ not in voulus:
            remede = f"écrire l'en-tête en première ligne, ou choisir : --colonne {champ}=EN-TÊTE"
            yield Constat(champ, "aucune colonne reconnue", "« nom » et « prénom » seuls : trop vagues", remede)
