"""The INS matricule: 13 characters, a 2-digit key, and the OID that says what it is."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Final, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from segur_socles._core.model import Booleen, RegleError, Valeur, invalide
from segur_socles.errors import Constat
from segur_socles.personnes.numeros import nir
from segur_socles.personnes.numeros.lecture import compacter, grouper

__all__ = ["FAUX_AMIS", "OIDS_INS", "MatriculeIns", "OidIns", "calculer_cle"]


class OidIns(StrEnum):
    """Assigning authority of an INS (CI-SIS; certain). The OID is the only difference between NIR and NIA."""

    NIR = "1.2.250.1.213.1.4.8"
    NIA = "1.2.250.1.213.1.4.9"
    NIR_TEST = "1.2.250.1.213.1.4.10"
    NIR_DEMO = "1.2.250.1.213.1.4.11"

    @property
    def de_test(self) -> bool:
        """Whether a number under this OID may only live outside production."""
        return self in (OidIns.NIR_TEST, OidIns.NIR_DEMO)

    @property
    def libelle(self) -> str:
        """Nature of the number, for the screen: ``NIR``, ``NIR de test``."""
        return _NATURES[self][0]

    @property
    def explication(self) -> str:
        """What this nature means, a sentence for the screen."""
        return _NATURES[self][1]


_NATURES: Final = {
    OidIns.NIR: ("NIR", "Numéro d'inscription au répertoire des personnes physiques."),
    OidIns.NIA: ("NIA", "Numéro d'attente d'une personne en cours d'immatriculation ; le NIR le remplacera."),
    OidIns.NIR_TEST: (
        "NIR de test",
        "Numéro de test : il ne désigne personne et reste hors de la production.",
    ),
    OidIns.NIR_DEMO: ("NIR de démonstration", "Numéro de démonstration : il ne désigne personne."),
}

FAUX_AMIS: Final = {
    "1.2.250.1.213.1.4.2": "un INS-C, identifiant calculé et obsolète",
    "1.2.250.1.213.1.4.13": "un NSS-NIR, numéro de sécurité sociale qui peut être celui de l'ouvrant droit",
    "1.2.250.1.213.1.4.14": "un NSS-NIA, numéro d'attente de sécurité sociale",
}
"""OID of the identifiers that look like an INS and must not be taken for one, with what they are."""

OIDS_INS: Final = {oid.value: oid for oid in OidIns}
"""OID as written → what it is."""
_REMEDE_OID: Final = "interroger INSi avec les traits d'identité : un INS ne se déduit pas d'un autre numéro"
_REMEDE_FORME: Final = "recopier les 15 caractères du matricule (13 et la clé), sans espace ni minuscule"


def calculer_cle(numero: str) -> str:
    """Return the 2-digit key of a 13-character number: 97 - (n mod 97), 2A counting as 19 and 2B as 18.

    Raises :class:`ChampInvalideError` when ``numero`` has not the shape of one.
    """
    if not nir.FORME.fullmatch(numero):
        raise invalide("Numéro d'INS", (Constat("numero", _MAL_FORME, _REGLE_NUMERO, _REMEDE_FORME),))
    return nir.cle(numero)


_MAL_FORME: Final = "numéro mal formé"
_REGLE_NUMERO: Final = "13 chiffres, ou A ou B en 7e position pour la Corse"


def _numero(valeur: str) -> str:
    if not nir.FORME.fullmatch(valeur):
        raise RegleError(_MAL_FORME, regle=_REGLE_NUMERO, remede=_REMEDE_FORME)
    return valeur


def _cle(valeur: str) -> str:
    if not (len(valeur) == nir.LONGUEUR_CLE and valeur.isascii() and valeur.isdigit()):
        raise RegleError("clé absente ou mal formée", regle="2 chiffres, de 01 à 97", remede=_REMEDE_FORME)
    return valeur


def _oid(valeur: object) -> object:
    if isinstance(valeur, str) and valeur in FAUX_AMIS:
        raise RegleError(f"cet OID désigne {FAUX_AMIS[valeur]}", regle="RNIV", remede=_REMEDE_OID)
    return valeur


class MatriculeIns(Valeur):
    """An INS matricule. Never printed: ``repr`` shows its nature only.

    ``numero`` has 13 characters (position 7 may be A or B for Corsica), ``cle`` 2 digits. A wrong key is
    refused, unless INSi itself sent it: ``cle_non_conforme`` then says so (seen in the CNDA samples).
    """

    numero: Annotated[str, AfterValidator(_numero)]
    cle: Annotated[str, AfterValidator(_cle)]
    oid: Annotated[OidIns, BeforeValidator(_oid)]
    cle_non_conforme: Booleen = False

    _visible = ("oid",)

    @model_validator(mode="after")
    def _cle_juste(self) -> Self:
        if nir.cle_juste(self.numero, self.cle) is self.cle_non_conforme:
            message = "la clé ne correspond pas au numéro"
            remede = "vérifier chaque chiffre du matricule"
            raise RegleError(message, champ="cle", regle="clé = 97 - (numéro mod 97)", remede=remede)
        return self

    @classmethod
    def lire(cls, valeur: str, oid: str) -> Self:
        """Parse 15 characters and an OID; an OID that is not an INS is refused by its real name."""
        numero, cle = valeur[: nir.LONGUEUR], valeur[nir.LONGUEUR :]
        nature = OIDS_INS.get(oid)
        if nature is not None and nir.COMPLET.fullmatch(valeur) and nir.cle_juste(numero, cle):
            return cls._juge({"numero": numero, "cle": cle, "oid": nature, "cle_non_conforme": False})
        return cls.model_validate({"numero": numero, "cle": cle, "oid": oid})  # says what is wrong

    @classmethod
    def saisi(cls, saisie: str, oid: str) -> Self:
        """Parse what a person typed or pasted: in groups, ``a`` for ``A``. A number typed is a candidate only."""
        return cls.lire(compacter(saisie), oid)

    @classmethod
    def recu_d_insi(cls, numero: str, cle: str | None, oid: str) -> Self:
        """Take a number as INSi sent it; an absent key is computed, a wrong one is kept and marked."""
        # Its schema allows a lower-case letter: 2a and 2A must not be two numbers.
        numero = compacter(numero)
        attendue = nir.cle(numero) if nir.FORME.fullmatch(numero) else ""
        recue = cle or attendue
        nature = OIDS_INS.get(oid)
        if nature is not None and attendue and recue == attendue:
            return cls._juge({"numero": numero, "cle": recue, "oid": nature, "cle_non_conforme": False})
        donnees = {"numero": numero, "cle": recue, "oid": oid, "cle_non_conforme": recue != attendue}
        return cls.model_validate(donnees)

    @property
    def valeur(self) -> str:
        """The 15 characters."""
        return self.numero + self.cle

    @property
    def affichage(self) -> str:
        """In groups, for the screen of who may see it: ``1 09 07 63 220 834 89``."""
        return grouper(self.valeur, nir.GROUPES)

    @property
    def explication(self) -> tuple[str, ...]:
        """What its nature and each of its parts mean, in French: it tells of a person, as the number does."""
        fausse = f"clé fausse, telle qu'INSi l'a envoyée ({nir.cle(self.numero)} attendue)"
        return (
            f"{self.oid.libelle} : {self.oid.explication}",
            *nir.expliquer(self.numero),
            f"{self.cle} : {fausse if self.cle_non_conforme else 'clé juste'}",
        )

    @property
    def remarques(self) -> tuple[Constat, ...]:
        """What is odd in the number without refusing it: warnings, which do not quote it."""
        return nir.remarques(self.numero)

    def cx(self) -> str:
        """Write as an HL7 CX, as XDS and VIHF want it: ``<15>^^^&<OID>&ISO^NH``."""
        return f"{self.valeur}^^^&{self.oid.value}&ISO^NH"
