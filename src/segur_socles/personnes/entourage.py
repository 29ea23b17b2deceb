"""Those around the person: family, trusted person, carers, legal protector."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from segur_socles._core.model import Booleen, Jour, NonVide, RegleError, Valeur
from segur_socles._core.textes import Texte
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs
from segur_socles.personnes.coordonnees import Adresse, Telecom

__all__ = ["Contact", "MesureProtection", "RoleContact", "TypeMesure"]


class RoleContact(StrEnum):
    """What a contact is to the person; the value is the CDA ``relatedEntity/@classCode``.

    The *personne à prévenir* (ECON) and the *personne de confiance* (NOK) have different powers: a person
    who is both is given both roles.
    """

    PERSONNE_A_PREVENIR = "ECON"
    PERSONNE_DE_CONFIANCE = "NOK"
    AIDANT = "CAREGIVER"
    A_INFORMER = "CON"


class Contact(Valeur):
    """A member of the entourage. ``lien`` is a code of JDV_J11 (``DAU`` daughter, ``SIS`` sister…)."""

    nom: Texte
    prenom: Texte | None = None
    civilite: Annotated[str, StringConstraints(pattern=r"^(M|MME)$")] | None = None
    lien: Annotated[Code, JeuDeValeurs("JDV_J11")] | None = None
    roles: Annotated[tuple[RoleContact, ...], NonVide]
    telecoms: Annotated[tuple[Telecom, ...], NonVide]
    adresse: Adresse | None = None

    _visible = ("roles",)

    @model_validator(mode="after")
    def _roles_distincts(self) -> Self:
        if len(set(self.roles)) < len(self.roles):
            message = "le même rôle est donné deux fois"
            raise RegleError(message, champ="roles", remede="ne citer chaque rôle qu'une fois")
        return self

    @property
    def affichage(self) -> str:
        """Name as shown on a screen."""
        return " ".join(part for part in (self.prenom, self.nom) if part)


class TypeMesure(StrEnum):
    """Legal protection measures. Local list: the national nomenclature does not exist yet."""

    SAUVEGARDE_JUSTICE = "sauvegarde_justice"
    CURATELLE_SIMPLE = "curatelle_simple"
    CURATELLE_RENFORCEE = "curatelle_renforcee"
    TUTELLE = "tutelle"
    HABILITATION_FAMILIALE = "habilitation_familiale"
    MANDAT_PROTECTION_FUTURE = "mandat_protection_future"


class MesureProtection(Valeur):
    """A protection measure and who exercises it (a person, or an organisation by its name)."""

    type: TypeMesure
    debut: Jour
    fin: Jour | None = None
    protecteur_nom: Texte
    protecteur_prenom: Texte | None = None
    organisme: Booleen = False
    telecoms: tuple[Telecom, ...] = ()
    adresse: Adresse | None = None

    _visible = ("type",)

    def active(self, jour: date) -> bool:
        """Whether the measure runs on ``jour``."""
        return self.debut <= jour and (self.fin is None or jour <= self.fin)
