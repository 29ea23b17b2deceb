"""What the directory holds, and what a search may come to.

Only professionals, structures and their mailboxes are there; a citizen never is. Everything but a resource's
identifier may be missing: an inactive resource has little more than its identifiers, and the service may send
part of one (tag SUBSETTED). Names and addresses do not show in a ``repr``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, TypeAlias, TypeVar

__all__ = [
    "AdresseAnnuaire",
    "BoiteConnue",
    "BoiteInconnue",
    "BoiteMss",
    "CodeAnnuaire",
    "FicheAnnuaire",
    "FicheProfessionnel",
    "FicheStructure",
    "ListeAnnuaire",
    "ProfessionnelAbsent",
    "ProfessionnelTrouve",
    "Reconnaissance",
    "ResultatBoite",
    "ResultatProfessionnel",
    "ResultatStructure",
    "SituationExercice",
    "StructureAbsente",
    "StructureTrouvee",
]


class Reconnaissance(StrEnum):
    """How a telecom was recognised as an MSSanté mailbox."""

    EXTENSION = "extension"
    """Its type says ``MSSANTE`` (FrCore profile, certain)."""
    METADONNEES = "metadonnees"
    """It has MSSanté metadata and no type (seen in samples, certain)."""
    ADRESSE = "adresse"
    """Its domain is one of the MSSanté space (probable)."""


@dataclass(frozen=True, slots=True)
class CodeAnnuaire:
    """A national code: ``nomenclature`` is the short name of its system (``TRE_R23-ModeExercice``).

    Compared by nomenclature and code only: a version or a label says nothing more.
    """

    nomenclature: str
    code: str
    libelle: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class BoiteMss:
    """A mailbox.

    - ``type``: ``PER`` (one person), ``ORG`` (a team), ``APP`` (a software), ``CAB`` (a practice), another code as
      sent, or None;
    - ``rang``: 1 is the preferred one; ``zero_papier``: whether paperless exchange is accepted;
    - ``liste_rouge``: whether the holder asked not to be published; None when not sent, which is the rule in the
      public data;
    - ``porteurs``: the resources that carry it (``Practitioner/003-…``): one box may have several holders.
    """

    adresse: str = field(repr=False)
    reconnaissance: Reconnaissance
    type: str | None = None
    description: str | None = field(default=None, repr=False)
    service: str | None = field(default=None, repr=False)
    telephone: str | None = field(default=None, repr=False)
    rang: int | None = None
    zero_papier: bool | None = None
    liste_rouge: bool | None = None
    porteurs: tuple[str, ...] = ()

    @property
    def cle(self) -> str:
        """The address in lower case: what tells two mailboxes apart."""
        return self.adresse.lower()


@dataclass(frozen=True, slots=True)
class AdresseAnnuaire:
    """A postal address; ``commune`` is its INSEE code."""

    lignes: tuple[str, ...] = field(default=(), repr=False)
    code_postal: str | None = None
    ville: str | None = None
    commune: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FicheAnnuaire:
    """What every resource has.

    - ``id``: technical identifier, not stable from one source to another;
    - ``actif``: None when not sent, which is not False;
    - ``partielle``: the service sent part of the resource;
    - ``maj``: its last update, as sent (ISO 8601 instant).
    """

    id: str
    actif: bool | None = None
    partielle: bool = False
    maj: str | None = None
    boites: tuple[BoiteMss, ...] = ()

    @property
    def close(self) -> bool:
        """Whether the directory says that it is not in use any more."""
        return self.actif is False


@dataclass(frozen=True, slots=True, kw_only=True)
class SituationExercice(FicheAnnuaire):
    """Where and how a professional works (PractitionerRole).

    - ``numero``: identifier of the activity; ``professionnel``, ``structure``: references (``Organization/001-…``);
    - ``codes``: kind of activity (TRE_R22), mode of exercise (TRE_R23), function (TRE_R21)…
    """

    numero: str | None = None
    professionnel: str | None = None
    structure: str | None = None
    codes: tuple[CodeAnnuaire, ...] = ()

    @property
    def mode_exercice(self) -> str | None:
        """``L`` self-employed, ``S`` salaried…; None when not sent."""
        return _code(self.codes, "TRE_R23-ModeExercice")

    @property
    def fonction(self) -> str | None:
        """Function in the structure; None when not sent."""
        return _code(self.codes, "TRE_R21-Fonction")


@dataclass(frozen=True, slots=True, kw_only=True)
class FicheProfessionnel(FicheAnnuaire):
    """A professional (Practitioner) with the mailboxes tied to the person alone.

    - ``rpps``: 11 digits; ``id_nat``: PS_IdNat, ``8`` + RPPS;
    - ``civilite``: ``M``, ``MME``; ``titre``: ``DR``, ``PR``…;
    - ``qualifications``: professions (TRE_G15), specialities (TRE_R38…), diplomas (TRE_R48…) as sent.
    """

    rpps: str | None = None
    id_nat: str | None = None
    nom: str | None = field(default=None, repr=False)
    prenoms: tuple[str, ...] = field(default=(), repr=False)
    civilite: str | None = None
    titre: str | None = None
    qualifications: tuple[CodeAnnuaire, ...] = ()

    @property
    def affichage(self) -> str:
        """Name as shown on a screen: ``Dr Arthur SAUCIER``."""
        titre = self.titre.capitalize() if self.titre else None
        return " ".join(part for part in (titre, *self.prenoms[:1], self.nom) if part)

    @property
    def profession(self) -> str | None:
        """Code of TRE_G15-ProfessionSante (``10`` physician, ``60`` nurse); None when not sent."""
        return _code(self.qualifications, "TRE_G15-ProfessionSante")

    @property
    def specialite(self) -> str | None:
        """Code of TRE_R38-SpecialiteOrdinale (``SM26``…); None when not sent."""
        return _code(self.qualifications, "TRE_R38-SpecialiteOrdinale")


@dataclass(frozen=True, slots=True, kw_only=True)
class FicheStructure(FicheAnnuaire):
    """A structure (Organization), legal or geographic.

    - ``id_nat``: Struct_IdNat (``1`` + FINESS, ``3`` + SIRET…); ``finess_eg`` / ``finess_ej``: geographic, legal;
    - ``enseignes``: trade names; ``codes``: sector (TRE_R02), category (TRE_R66), legal status…;
    - ``telephones``, ``courriels``: ordinary ones, not secure: nothing about a person may be sent there;
    - ``rattachement``: reference of the legal entity (``Organization/001-…``).
    """

    id_nat: str | None = None
    finess_eg: str | None = None
    finess_ej: str | None = None
    nom: str | None = None
    enseignes: tuple[str, ...] = ()
    codes: tuple[CodeAnnuaire, ...] = ()
    telephones: tuple[str, ...] = field(default=(), repr=False)
    courriels: tuple[str, ...] = field(default=(), repr=False)
    adresse: AdresseAnnuaire | None = None
    rattachement: str | None = None

    @property
    def finess(self) -> str | None:
        """The FINESS, geographic or else legal."""
        return self.finess_eg or self.finess_ej

    @property
    def secteur(self) -> str | None:
        """Activity sector, TRE_R02 (``SA17`` EHPAD); None when not sent."""
        return _code(self.codes, "TRE_R02-SecteurActivite")

    @property
    def categorie(self) -> str | None:
        """FINESS category, TRE_R66 (``500`` EHPAD); None when not sent."""
        return _code(self.codes, "TRE_R66-CategorieEtablissement")


def _code(codes: tuple[CodeAnnuaire, ...], nomenclature: str) -> str | None:
    return next((c.code for c in codes if c.nomenclature == nomenclature), None)


F = TypeVar("F", bound=FicheAnnuaire)


# --- outcomes ---


@dataclass(frozen=True, slots=True)
class ProfessionnelTrouve:
    """The professional, every situation of his or hers, and all the mailboxes these carry.

    ``boites`` merges person and situations by address, preferred ones first; those of a closed one are left out.
    ``anonymes`` counts the situations that do not say whose they are: they are left out, with their mailboxes.
    """

    fiche: FicheProfessionnel
    situations: tuple[SituationExercice, ...] = ()
    boites: tuple[BoiteMss, ...] = ()
    anonymes: int = 0

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        if self.fiche.close:
            return "Ce professionnel n'exerce plus, selon l'annuaire."
        suite = " ; une partie de ses situations d'exercice n'a pas pu lui être rattachée" if self.anonymes else ""
        return f"Professionnel trouvé, {_compte(self.boites)}{suite}."


@dataclass(frozen=True, slots=True)
class ProfessionnelAbsent:
    """No professional has this RPPS number."""

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        return "Aucun professionnel de l'annuaire ne porte ce numéro RPPS : vérifier les 11 chiffres."


@dataclass(frozen=True, slots=True)
class StructureTrouvee:
    """The structure and its own mailboxes (none if it is closed)."""

    fiche: FicheStructure
    boites: tuple[BoiteMss, ...] = ()

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        if self.fiche.close:
            return "Cette structure est fermée, selon l'annuaire."
        return f"Structure trouvée, {_compte(self.boites)}."


@dataclass(frozen=True, slots=True)
class StructureAbsente:
    """No structure has this FINESS number."""

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        return "Aucune structure de l'annuaire ne porte ce numéro FINESS : vérifier les 9 caractères."


@dataclass(frozen=True, slots=True)
class BoiteConnue:
    """The mailbox is published; its holders, closed ones left out."""

    boite: BoiteMss
    professionnels: tuple[FicheProfessionnel, ...] = ()
    situations: tuple[SituationExercice, ...] = ()
    structures: tuple[FicheStructure, ...] = ()

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        return "Cette boîte MSSanté est dans l'annuaire."


@dataclass(frozen=True, slots=True)
class BoiteInconnue:
    """No holder in use publishes this mailbox. It may exist all the same: the red list is not published."""

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        return (
            "Cette boîte n'est pas publiée dans l'annuaire : vérifier l'adresse auprès de son titulaire "
            "(elle peut être sur liste rouge)."
        )


@dataclass(frozen=True, slots=True)
class ListeAnnuaire(Generic[F]):
    """What a search by name found, in the order of the service.

    ``total`` counts what matches the name for the service, None when not sent; ``tronquee`` says that there was
    more to read: the criteria must be narrowed, and an absence proves nothing.
    """

    fiches: tuple[F, ...] = ()
    total: int | None = None
    tronquee: bool = False

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        nombre = len(self.fiches)
        pluriel = "s" if nombre > 1 else ""
        trouve = f"{nombre} fiche{pluriel} trouvée{pluriel}" if nombre else "Aucune fiche trouvée"
        return f"{trouve} ; la liste est incomplète : préciser la recherche." if self.tronquee else f"{trouve}."


ResultatProfessionnel: TypeAlias = ProfessionnelTrouve | ProfessionnelAbsent
ResultatStructure: TypeAlias = StructureTrouvee | StructureAbsente
ResultatBoite: TypeAlias = BoiteConnue | BoiteInconnue


def _compte(boites: tuple[BoiteMss, ...]) -> str:
    match len(boites):
        case 0:
            return "sans boîte MSSanté publiée"
        case 1:
            return "une boîte MSSanté"
        case nombre:
            return f"{nombre} boîtes MSSanté"
