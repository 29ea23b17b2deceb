"""Addresses and telecom, as the CDA header and the national directories write them."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, StringConstraints, model_validator

from segur_socles._core.model import RegleError, Valeur
from segur_socles._core.textes import Texte

__all__ = ["Adresse", "Telecom", "TypeTelecom", "UsageTelecom"]


class Adresse(Valeur):
    """A postal address in parts; all optional except that one of them must be there."""

    numero: Texte | None = None
    voie: Texte | None = None
    complement: Texte | None = None
    code_postal: Texte | None = None
    ville: Texte | None = None
    pays: Texte | None = None

    @model_validator(mode="after")
    def _non_vide(self) -> Self:
        if not any((self.numero, self.voie, self.complement, self.code_postal, self.ville, self.pays)):
            message = "adresse vide"
            raise RegleError(message, remede="renseigner au moins la ville, ou retirer l'adresse")
        return self

    def lignes(self) -> tuple[str, ...]:
        """Give the address as printed, line by line."""
        rue = " ".join(part for part in (self.numero, self.voie) if part)
        commune = " ".join(part for part in (self.code_postal, self.ville) if part)
        return tuple(part for part in (self.complement, rue, commune, self.pays) if part)


class TypeTelecom(StrEnum):
    """URI scheme of a telecom."""

    TELEPHONE = "tel"
    TELECOPIE = "fax"
    COURRIEL = "mailto"


class UsageTelecom(StrEnum):
    """HL7 use codes accepted by the CI-SIS."""

    DOMICILE = "H"
    TRAVAIL = "WP"
    MOBILE = "MC"
    URGENCE = "EC"
    DIRECT = "DIR"


def _sans_blancs(valeur: object) -> object:
    # The CI-SIS refuses blanks in telecom values; people type them.
    return "".join(valeur.split()).replace(".", "") if isinstance(valeur, str) and "@" not in valeur else valeur


class Telecom(Valeur):
    """A phone number or mail address. Never printed: a citizen's MSSanté address holds the matricule."""

    type: TypeTelecom = TypeTelecom.TELEPHONE
    valeur: Annotated[str, BeforeValidator(_sans_blancs), StringConstraints(pattern=r"^[^\s]+$", max_length=254)]
    usage: UsageTelecom | None = None

    _visible = ("type",)

    @model_validator(mode="after")
    def _forme(self) -> Self:
        if (self.type is TypeTelecom.COURRIEL) is not ("@" in self.valeur):
            message = "le type et la valeur ne s'accordent pas"
            raise RegleError(message, champ="valeur", remede="type « mailto » pour une adresse, « tel » pour un numéro")
        return self

    def uri(self) -> str:
        """Write as ``tel:0144534551``."""
        return f"{self.type.value}:{self.valeur}"
