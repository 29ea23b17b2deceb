"""The record of one person as a DUI holds it, and its JSON file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from segur_socles._core.model import Instant, Jour, RegleError, Valeur, invalide
from segur_socles._core.textes import Texte
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.documents.renseigne import chemins_du_json
from segur_socles.dui.carnet import Correspondant, RoleCorrespondant, sans_doublon
from segur_socles.dui.consentements import Consentement
from segur_socles.errors import ChampInvalideError, ConfigurationError, Constat
from segur_socles.personnes.boite import BoiteStructure
from segur_socles.personnes.coordonnees import Adresse, Telecom
from segur_socles.personnes.entourage import Contact, MesureProtection
from segur_socles.personnes.identite import Attribut, ControleIdentite, DifferencesAcceptees, Identite
from segur_socles.personnes.professionnel import Acteur, Intervenant, MoyenAuthentification, Professionnel
from segur_socles.personnes.structure import Structure
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.personnes.usager import IdentifiantLocal, Usager

__all__ = ["Dossier", "Qualification", "UsagerDui"]


class Qualification(Valeur):
    """The decision that a named person took on INSi's answer, identity document in hand (RNIV).

    ``differences_acceptees`` holds, by trait, the value of the answer that was accepted.
    """

    par: Intervenant
    le: Instant
    controle: ControleIdentite
    differences_acceptees: DifferencesAcceptees = DifferencesAcceptees()

    _visible = ("par", "le", "controle", "differences_acceptees")


class UsagerDui(Valeur):
    """The person as entered by the secretary: traits to be searched, names used, contacts, care relations."""

    traits: TraitsIdentite
    nom_utilise: Texte | None = None
    prenom_utilise: Texte | None = None
    attribut: Attribut | None = None
    ipp: IdentifiantLocal
    ville_naissance: Texte | None = None
    adresse: Adresse | None = None
    telecoms: tuple[Telecom, ...] = ()
    entourage: tuple[Contact, ...] = ()
    protection: MesureProtection | None = None
    medecin_traitant: Professionnel | None = None

    @property
    def identite(self) -> Identite:
        """The identity before any evidence: provisoire."""
        return Identite(
            traits=self.traits,
            nom_utilise=self.nom_utilise,
            prenom_utilise=self.prenom_utilise,
            attribut=self.attribut,
        )

    def avec(self, identite: Identite) -> Usager:
        """Return the person of a document header, under ``identite``."""
        return Usager(
            identite=identite,
            ipp=self.ipp,
            ville_naissance=self.ville_naissance,
            adresse=self.adresse,
            telecoms=self.telecoms,
            entourage=self.entourage,
            protection=self.protection,
            medecin_traitant=self.medecin_traitant,
        )


class Dossier(Valeur):
    """One record: who cares (``structure``, ``auteur``), for whom (``usager``), what is known (``soins``).

    ``qualification`` is None until somebody has decided; ``consentements`` holds every record, past ones too;
    ``boite`` is the MSSanté mailbox the structure writes from; ``carnet`` is its address book, by order of preference
    within a role.
    """

    version: Literal[1] = 1
    structure: Structure
    auteur: Professionnel
    moyen_authentification: MoyenAuthentification = MoyenAuthentification.MOT_DE_PASSE
    usager: UsagerDui
    entree: Jour | None = None
    qualification: Qualification | None = None
    consentements: tuple[Consentement, ...] = ()
    boite: BoiteStructure | None = None
    carnet: Annotated[tuple[Correspondant, ...], AfterValidator(sans_doublon)] = ()
    soins: Annotated[Dlu, Field(description="contenu clinique du document de liaison d'urgence")] = Dlu()

    _visible = ("structure",)

    @model_validator(mode="after")
    def _entree_apres_naissance(self) -> Self:
        if self.entree and self.entree.isoformat() < self.usager.traits.date_naissance:
            message = "l'entrée dans la structure précède la naissance"
            raise RegleError(message, champ="entree", remede="vérifier la date d'entrée et la date de naissance")
        return self

    @property
    def acteur(self) -> Acteur:
        """The professional of the record, acting for its structure."""
        return Acteur(professionnel=self.auteur, structure=self.structure, moyen=self.moyen_authentification)

    def correspondant(self, role: RoleCorrespondant) -> Correspondant | None:
        """Return the preferred correspondent of ``role``: the first one written; None when there is none."""
        return next((c for c in self.carnet if c.role is role), None)

    @classmethod
    def lire(cls, path: Path) -> Self:
        """Read a record from its JSON file (UTF-8).

        Raises ``ConfigurationError`` when the file cannot be read, ``ChampInvalideError`` with each field's
        path, rule and remedy when its content is refused. Messages hold neither the content nor the path,
        which may bear a name.
        """
        texte = _contenu(path)
        _verifier_json(texte)
        try:
            return cls.model_validate_json(texte)
        except ChampInvalideError as error:
            constats = chemins_du_json(error.constats)
        raise invalide(cls.__name__, constats)

    def ecrire(self) -> str:
        """Give the JSON text that :meth:`lire` reads back."""
        return self.model_dump_json(indent=2, exclude_none=True) + "\n"


def _contenu(path: Path) -> str:
    remede = "vérifier le chemin du dossier et les droits de lecture"
    try:
        octets = path.read_bytes()
    except FileNotFoundError:
        message = "Le fichier du dossier n'existe pas."
    except IsADirectoryError:
        message = "Le chemin du dossier est celui d'un répertoire, pas d'un fichier."
    except OSError as error:
        message = f"Le fichier du dossier ne peut pas être lu ({error.strerror or 'erreur du système'})."
    else:
        try:
            return octets.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            message = f"Le fichier du dossier n'est pas en UTF-8 (octet {error.start + 1})."
            remede = "enregistrer le fichier en UTF-8"
    # Raised outside the handlers: the errors above hold the path or the content.
    raise ConfigurationError(message, champ="dossier", remede=remede)


class _DoublonError(ValueError):
    """Two values for one field: which one is meant cannot be known."""


def _sans_doublon(paires: list[tuple[str, object]]) -> dict[str, object]:
    objet = dict(paires)
    if len(objet) < len(paires):
        raise _DoublonError
    return objet


def _verifier_json(texte: str) -> None:
    # pydantic would say that the JSON is wrong without a place that an editor can go to.
    try:
        json.loads(texte, object_pairs_hook=_sans_doublon)
    except RecursionError:
        ou = "imbrication excessive"
    except json.JSONDecodeError as error:
        ou = f"ligne {error.lineno}, colonne {error.colno}"
    except _DoublonError:
        ou = "un même champ y figure deux fois"
    except ValueError:
        ou = "un nombre y est démesuré"
    else:
        return
    raise invalide(
        "Dossier", (Constat("dossier", f"JSON mal formé ({ou})", "RFC 8259", "corriger la ponctuation à cet endroit"),)
    )
