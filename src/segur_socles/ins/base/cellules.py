"""From the text of a cell to what the identity types expect: dates, sex, statuses, natures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeVar

from segur_socles._core.model import RegleError
from segur_socles.ins.base.colonnes import simplifier
from segur_socles.personnes.identite import Attribut, ControleIdentite, StatutIdentite
from segur_socles.personnes.lexique import normaliser
from segur_socles.personnes.matricule import OidIns
from segur_socles.personnes.numeros import nir
from segur_socles.personnes.numeros.lecture import compacter

__all__ = ["attribut", "date_iso", "lieu", "matricule", "oid", "piece_reconnue", "prenoms", "sexe", "statut"]

T = TypeVar("T")

_DATES: Final = (
    re.compile(r"(?P<annee>\d{4})-(?P<mois>\d{2})-(?P<jour>\d{2})", re.ASCII),
    re.compile(r"(?P<jour>\d{1,2})[/.-](?P<mois>\d{1,2})[/.-](?P<annee>\d{4})", re.ASCII),
    re.compile(r"(?P<annee>\d{4})(?P<mois>\d{2})(?P<jour>\d{2})", re.ASCII),
)
_MINUIT: Final = re.compile(r"[ T]0{1,2}:00(?::00(?:\.0+)?)?Z?$", re.ASCII)
_SCIENTIFIQUE: Final = re.compile(r"\d[.,]\d+E\+?\d+", re.ASCII | re.IGNORECASE)
_TABLEUR: Final = (
    "mettre la colonne au format Texte dans le tableur, puis reprendre la valeur dans le logiciel d'origine"
)

_SEXES: Final = {
    **dict.fromkeys(("m", "masculin", "homme", "h", "male", "1"), "M"),
    **dict.fromkeys(("f", "feminin", "femme", "female", "2"), "F"),
}
_STATUTS: Final = {
    **dict.fromkeys(("provisoire", "prov", "identite provisoire", "provisional"), StatutIdentite.PROVISOIRE),
    **dict.fromkeys(("recuperee", "recup", "identite recuperee", "retrieved"), StatutIdentite.RECUPEREE),
    **dict.fromkeys(("validee", "vali", "identite validee", "validated"), StatutIdentite.VALIDEE),
    **dict.fromkeys(("qualifiee", "qual", "identite qualifiee", "qualified"), StatutIdentite.QUALIFIEE),
}
_ATTRIBUTS: Final = {
    **dict.fromkeys(("homonyme", "homa"), Attribut.HOMONYME),
    **dict.fromkeys(("douteuse", "dout", "douteux", "identite douteuse"), Attribut.DOUTEUSE),
    **dict.fromkeys(("fictive", "fict", "fictif", "identite fictive"), Attribut.FICTIVE),
}
_NATURES: Final = {
    "ins nir": OidIns.NIR,
    "ins nia": OidIns.NIA,
    "ins nir test": OidIns.NIR_TEST,
    "ins nir demo": OidIns.NIR_DEMO,
}
_PIECES: Final = frozenset(
    simplifier(nom) for controle in ControleIdentite for nom in (controle.value, controle.libelle)
) | {"cni", "carte nationale d identite", "carte nationale identite"}


def date_iso(texte: str) -> str:
    """Read ``28/03/1979``, ``1979-03-28`` or ``19790328`` (a time of midnight is dropped) as ``AAAA-MM-JJ``."""
    nue = _MINUIT.sub("", texte)
    for forme in _DATES:
        if lue := forme.fullmatch(nue):
            return f"{lue['annee']}-{int(lue['mois']):02d}-{int(lue['jour']):02d}"
    message, regle = "date illisible", "JJ/MM/AAAA ou AAAA-MM-JJ, année sur quatre chiffres"
    raise RegleError(message, regle=regle, remede="écrire le jour, le mois et l'année en entier")


def sexe(texte: str) -> str:
    """Read the sex as INSi knows it."""
    return _choisir(_SEXES, texte, "sexe inconnu d'INSi", "M ou F")


def statut(texte: str) -> StatutIdentite:
    """Read a trust status, in words or by its code."""
    return _choisir(_STATUTS, texte, "statut d'identité inconnu", "provisoire, récupérée, validée ou qualifiée")


def attribut(texte: str) -> Attribut:
    """Read the attribute of an identity."""
    return _choisir(_ATTRIBUTS, texte, "attribut d'identité inconnu", "homonyme, douteuse ou fictive")


def _choisir(codes: Mapping[str, T], texte: str, message: str, regle: str) -> T:
    valeur = codes.get(simplifier(texte))
    if valeur is None:
        raise RegleError(message, regle=regle, remede="corriger la valeur, ou vérifier la colonne choisie")
    return valeur


def lieu(texte: str) -> str:
    """Read a birth place; a code that lost its leading zero is refused by that name."""
    code = compacter(texte)
    if re.fullmatch(r"\d{4}", code, re.ASCII):
        raise RegleError("code de 4 chiffres : zéro initial perdu", regle="COG : 5 caractères", remede=_TABLEUR)
    if not re.fullmatch(r"\d[\dAB]\d{3}", code, re.ASCII):
        remede = "code INSEE de la commune, ou 99 et le pays ; ni code postal, ni nom de ville"
        raise RegleError("ce n'est pas un code de lieu", regle="COG : 5 caractères", remede=remede)
    return code


def prenoms(liste: str, premier: str) -> tuple[str, ...]:
    """Split a list of first names, of which nothing is rewritten.

    The first one, when told apart, only says where it ends: it may be compound, and must begin the list (EXI SI 29).
    """
    if not liste:
        return (premier,)
    noms = tuple(nom for nom in (re.split(r"[,;|/]", liste) if re.search(r"[,;|/]", liste) else liste.split()) if nom)
    if not premier:
        return noms
    debut = _mots(premier)
    if _mots(" ".join(noms))[: len(debut)] != debut:
        message = "le premier prénom ne commence pas la liste des prénoms"
        remede = "recopier les deux de l'acte de naissance"
        raise RegleError(message, champ="premier_prenom", regle="RNIV EXI SI 29", remede=remede)
    # A name of the list is never cut, even where the first one ends inside it.
    fin = next((n for n in range(1, len(noms) + 1) if _mots(" ".join(noms[:n])) == debut), None)
    return (" ".join(nom.strip() for nom in noms[:fin]), *noms[fin:]) if fin else noms


def _mots(prenoms: str) -> list[str]:
    return re.findall(r"[^-' ]+", str(normaliser(prenoms)))


def matricule(texte: str, cle: str) -> str:
    """Give the 15 characters of a number and its key, in one cell or in two; two keys must be the same one."""
    if _SCIENTIFIQUE.fullmatch(texte.strip()):
        raise RegleError("nombre arrondi par le tableur", regle="13 caractères et la clé", remede=_TABLEUR)
    numero = compacter(texte)
    cle = compacter(cle).zfill(nir.LONGUEUR_CLE) if cle else ""
    if cle and len(numero) > nir.LONGUEUR and not numero.endswith(cle):
        message, regle = "deux clés différentes, dans le matricule et dans sa colonne", "une seule clé par matricule"
        raise RegleError(message, champ="cle", regle=regle, remede="reprendre les deux dans le logiciel d'origine")
    return numero + cle if len(numero) == nir.LONGUEUR else numero


def oid(texte: str) -> str:
    """Read the nature of a number: an OID, or a code such as ``INS-NIR``."""
    nature = _NATURES.get(simplifier(texte))
    return nature.value if nature else texte.strip().removeprefix("urn:oid:")


def piece_reconnue(texte: str) -> bool:
    """Whether what was shown is one of the means that allow an identity to be validated."""
    return simplifier(texte) in _PIECES
