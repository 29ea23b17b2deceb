"""The INS matricule: 13 characters, a 2-digit key, and the OID that says what it is."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from segur_socles._core.model import Booleen, RegleError, Valeur, invalide
from segur_socles.errors import Constat

__all__ = ["MatriculeIns", "OidIns", "calculer_cle"]


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


# Identifiers that look alike and must not be taken for an INS, with what they are.
FAUX_AMIS = {
    "1.2.250.1.213.1.4.2": "un INS-C, identifiant calculé et obsolète",
    "1.2.250.1.213.1.4.13": "un NSS-NIR, numéro de sécurité sociale qui peut être celui de l'ouvrant droit",
    "1.2.250.1.213.1.4.14": "un NSS-NIA, numéro d'attente de sécurité sociale",
}


NUMERO = re.compile(r"^[0-9]{5}(?:[0-9]{2}|2[AB])[0-9]{6}$")


def calculer_cle(numero: str) -> str:
    """Return the 2-digit key of a 13-character number: 97 - (n mod 97), 2A counting as 19 and 2B as 18."""
    chiffres = numero[:5] + numero[5:7].replace("2A", "19").replace("2B", "18") + numero[7:]
    return f"{97 - int(chiffres) % 97:02d}"


class MatriculeIns(Valeur):
    """An INS matricule. Never printed: ``repr`` shows its nature only.

    ``numero`` has 13 characters (position 7 may be A or B for Corsica), ``cle`` 2 digits. A wrong key is
    refused, unless INSi itself sent it: ``cle_non_conforme`` then says so (seen in the CNDA samples).
    """

    numero: Annotated[str, StringConstraints(pattern=NUMERO)]
    cle: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
    oid: OidIns
    cle_non_conforme: Booleen = False

    _visible = ("oid",)

    @model_validator(mode="after")
    def _cle_juste(self) -> Self:
        if (self.cle != calculer_cle(self.numero)) is not self.cle_non_conforme:
            message = "la clé ne correspond pas au numéro"
            remede = "vérifier chaque chiffre du matricule"
            raise RegleError(message, champ="cle", regle="clé = 97 - (numéro mod 97)", remede=remede)
        return self

    @classmethod
    def lire(cls, valeur: str, oid: str) -> Self:
        """Parse 15 characters and an OID; an OID that is not an INS is refused by its real name."""
        if oid in FAUX_AMIS:
            remede = "interroger INSi avec les traits d'identité : un INS ne se déduit pas d'un autre numéro"
            raise invalide("MatriculeIns", (Constat("oid", f"cet OID désigne {FAUX_AMIS[oid]}", "RNIV", remede),))
        return cls.model_validate({"numero": valeur[:13], "cle": valeur[13:], "oid": oid})

    @classmethod
    def recu_d_insi(cls, numero: str, cle: str | None, oid: str) -> Self:
        """Take a number as INSi sent it; an absent key is computed, a wrong one is kept and marked."""
        attendue = calculer_cle(numero) if NUMERO.fullmatch(numero) else ""
        recue = cle or attendue
        donnees = {"numero": numero, "cle": recue, "oid": oid, "cle_non_conforme": recue != attendue}
        return cls.model_validate(donnees)

    @property
    def valeur(self) -> str:
        """The 15 characters."""
        return self.numero + self.cle

    def cx(self) -> str:
        """Write as an HL7 CX, as XDS and VIHF want it: ``<15>^^^&<OID>&ISO^NH``."""
        return f"{self.valeur}^^^&{self.oid.value}&ISO^NH"
