"""Professionals, and the actor on whose behalf a call is made."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from segur_socles._core.model import Booleen, Instant, Valeur
from segur_socles._core.textes import Texte
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs
from segur_socles.personnes.coordonnees import Adresse, Telecom
from segur_socles.personnes.numeros.idnat import PS_IDNAT
from segur_socles.personnes.structure import Structure

__all__ = ["Acteur", "IdNatPs", "Intervenant", "Motif", "MoyenAuthentification", "Professionnel"]

IdNatPs = Annotated[str, AfterValidator(PS_IDNAT.verifier)]
"""National identifier of a professional: ``8`` + RPPS, ``3`` + FINESS + ``/`` + internal id…"""


class Motif(StrEnum):
    """Why a national service is called; traced with every call."""

    PRISE_EN_CHARGE = "prise_en_charge"
    URGENCE = "urgence"
    ADMISSION = "admission"
    SORTIE = "sortie"
    ADMINISTRATIF = "administratif"
    TECHNIQUE = "technique"
    DEMANDE_USAGER = "demande_usager"


class MoyenAuthentification(StrEnum):
    """How the person at the keyboard was really authenticated (reflected in the VIHF)."""

    CPS = "cps"
    PRO_SANTE_CONNECT = "pro_sante_connect"
    MOT_DE_PASSE = "mot_de_passe"
    CERTIFICAT = "certificat"
    AUTOMATE = "automate"


class Intervenant(Valeur):
    """Who did something, as evidence keeps it: national identifier and name.

    With ``automate`` the software acted alone, and the person named only answers for it.
    """

    id_nat: IdNatPs
    nom: Texte
    automate: Booleen = False

    _visible = ("id_nat",)


class Professionnel(Valeur):
    """A professional as headers, metadata and VIHF name him or her.

    ``profession`` is a code of JDV_J01 (``G15_60`` nurse, ``G15_10/SM26`` general practitioner…);
    ``civilite`` one of JDV_J245, ``titre`` one of JDV_J246.
    """

    id_nat: IdNatPs
    nom: Texte
    prenom: Texte
    profession: Annotated[Code, JeuDeValeurs("JDV_J01")]
    civilite: Annotated[str, StringConstraints(pattern=r"^(M|MME)$")] | None = None
    titre: Annotated[str, StringConstraints(pattern=r"^(DR|PR|MC|MG|PC|PG)$")] | None = None
    adresse: Adresse | None = None
    telecoms: tuple[Telecom, ...] = ()

    _visible = ("id_nat",)

    @property
    def affichage(self) -> str:
        """Name as shown on a screen: ``Dr Anne MARTIN``."""
        return " ".join(part for part in (self.titre and self.titre.capitalize(), self.prenom, self.nom) if part)


class Acteur(Valeur):
    """A professional acting for a structure, and how he or she was authenticated.

    With ``moyen = AUTOMATE`` the software acts alone: ``professionnel`` is then the person responsible.
    ``authentifie_le`` is when the person logged in, if known: what is signed later tells that instant.
    """

    professionnel: Professionnel
    structure: Structure
    moyen: MoyenAuthentification = MoyenAuthentification.MOT_DE_PASSE
    authentifie_le: Instant | None = None

    _visible = ("structure", "moyen")

    @property
    def est_automate(self) -> bool:
        """Whether the software acts without anyone at the keyboard."""
        return self.moyen is MoyenAuthentification.AUTOMATE

    @property
    def intervenant(self) -> Intervenant:
        """The actor as evidence keeps it."""
        professionnel = self.professionnel
        return Intervenant(id_nat=professionnel.id_nat, nom=professionnel.affichage, automate=self.est_automate)
