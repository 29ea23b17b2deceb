"""What a liaison document still lacks, or says too long ago: for a DUI to show before anyone needs it.

Nothing here refuses a document: an emergency team prefers a thin liaison document to none. A DLU is revised at
least yearly (HAS; need S4-26).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Protocol

from segur_socles.documents.contenu.etat import GROUPES, Autonomie, EtatPersonne
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.documents.renseigne import AucunConnu, NonRenseigne
from segur_socles.personnes.entourage import Contact, RoleContact
from segur_socles.personnes.professionnel import Professionnel

__all__ = ["PROFILS", "Attendu", "Entoure", "EtatPartie", "Partie", "ProfilDlu", "completude"]

REVISION: Final = timedelta(days=365)


class EtatPartie(StrEnum):
    """Why a part is reported."""

    ABSENTE = "absente"
    PARTIELLE = "partielle"
    ANCIENNE = "ancienne"


class Entoure(Protocol):
    """The person, as far as those around him or her matter here: of a header, or of the reference record."""

    @property
    def medecin_traitant(self) -> Professionnel | None:
        """Médecin traitant, if known."""
        ...

    @property
    def entourage(self) -> tuple[Contact, ...]:
        """Members of the entourage."""
        ...


class ProfilDlu(StrEnum):
    """Who writes the document: what is expected of it, and from whom, is not the same."""

    EHPAD = "ehpad"
    DOMICILE = "domicile"


@dataclass(frozen=True, slots=True)
class Attendu:
    """One part of the document: path of its field, its French name, who knows it, and whether it is vital."""

    champ: str
    libelle: str
    qui: str
    vital: bool = False


@dataclass(frozen=True, slots=True)
class Partie:
    """A part to complete or to check again. ``datee_du`` is the date that makes it old."""

    champ: str
    libelle: str
    etat: EtatPartie
    vital: bool
    remede: str
    datee_du: date | None = None


_MEDECIN: Final = "médecin traitant ou médecin coordonnateur"
_TRAITANT: Final = "médecin traitant (sa synthèse médicale, ou le DMP ; le service ne l'écrit pas)"
_SOIGNANTS: Final = "équipe soignante"
_SERVICE: Final = "intervenants à domicile"
_PERSONNE: Final = "la personne, son entourage"

_COMMUNS: Final = (
    Attendu("usager.medecin_traitant", "Médecin traitant", _PERSONNE, vital=True),
    Attendu("usager.entourage.ECON", "Personne à prévenir", _PERSONNE, vital=True),
    Attendu("usager.entourage.NOK", "Personne de confiance", _PERSONNE),
    Attendu("etablissement_preference", "Établissement de santé de préférence", _PERSONNE),
    Attendu("directives", "Directives anticipées", _PERSONNE, vital=True),
)

PROFILS: Final[dict[ProfilDlu, tuple[Attendu, ...]]] = {
    ProfilDlu.EHPAD: (
        Attendu("allergies", "Allergies et hypersensibilités", _MEDECIN, vital=True),
        Attendu("traitements", "Traitements au long cours", _MEDECIN, vital=True),
        Attendu("pathologies", "Pathologies en cours", _MEDECIN, vital=True),
        Attendu("antecedents", "Antécédents", _MEDECIN),
        *_COMMUNS,
        Attendu("soins_palliatifs", "Soins palliatifs", _MEDECIN, vital=True),
        Attendu("bmr.porteur", "Portage d'une bactérie multirésistante", _MEDECIN, vital=True),
        Attendu("etat", "État de la personne", _SOIGNANTS),
        Attendu("autonomie", "Autonomie (GIR)", _SOIGNANTS),
        Attendu("vaccinations", "Vaccinations", _MEDECIN),
        Attendu("pieces", "Documents joints ou disponibles", _SOIGNANTS),
    ),
    ProfilDlu.DOMICILE: (
        Attendu("allergies", "Allergies et hypersensibilités", _TRAITANT, vital=True),
        Attendu("traitements", "Traitements au long cours", _TRAITANT, vital=True),
        Attendu("pathologies", "Pathologies en cours", _TRAITANT, vital=True),
        *_COMMUNS,
        Attendu("domicile", "Vie à domicile", _SERVICE, vital=True),
        Attendu("domicile.acces", "Accès au logement", _SERVICE, vital=True),
        Attendu("domicile.aides", "Aides et passages", _SERVICE),
        Attendu("etat", "État de la personne", _SERVICE),
        Attendu("autonomie", "Autonomie (GIR)", "département ou service (plan d'aide)"),
        Attendu("pieces", "Documents joints ou disponibles", _SERVICE),
    ),
}
"""What each profile expects, in the order in which an emergency team looks for it (guessed from the HAS forms)."""


def completude(
    dlu: Dlu, usager: Entoure, *, le: date, profil: ProfilDlu = ProfilDlu.EHPAD, revise_le: date | None = None
) -> tuple[Partie, ...]:
    """Say what is missing, half filled in or older than a year on the day ``le``, the vital parts first.

    ``usager`` is the person of a header or of the reference record; ``revise_le`` is when the document was last
    revised, if ever. A part declared as *aucun connu* is there; it grows old by the date of its declaration.
    """
    parties = [*_revision(revise_le, le), *(p for a in PROFILS[profil] for p in _examiner(a, dlu, usager, le))]
    return tuple(sorted(parties, key=lambda partie: not partie.vital))


def _revision(revise_le: date | None, le: date) -> Iterator[Partie]:
    if revise_le and le - revise_le > REVISION:
        remede = "relire le document avec l'équipe, puis en écrire une nouvelle version (au moins une par an)"
        yield Partie("document", "Révision du document", EtatPartie.ANCIENNE, True, remede, revise_le)  # noqa: FBT003 - a field


def _examiner(attendu: Attendu, dlu: Dlu, usager: Entoure, le: date) -> Iterator[Partie]:
    valeur = _lire(attendu.champ, dlu, usager)
    manquent = _questions_sans_reponse(valeur)
    datee = _datee(valeur)
    if _vide(valeur):
        etat, remede = EtatPartie.ABSENTE, f"à compléter avec : {attendu.qui}"
    elif manquent:
        etat, remede = EtatPartie.PARTIELLE, f"{manquent} questions sans réponse, à compléter avec : {attendu.qui}"
    elif datee and le - datee > REVISION:
        etat, remede = EtatPartie.ANCIENNE, f"à confirmer avec : {attendu.qui}"
    else:
        return
    vieille = datee if etat is EtatPartie.ANCIENNE else None
    yield Partie(attendu.champ, attendu.libelle, etat, attendu.vital, remede, vieille)


def _lire(champ: str, dlu: Dlu, usager: Entoure) -> object:
    racine, _, reste = champ.partition(".")
    if racine != "usager":
        valeur: object = dlu
        for nom in champ.split("."):
            valeur = getattr(valeur, nom, None)
        return valeur
    if reste == "medecin_traitant":
        return usager.medecin_traitant
    role = RoleContact(reste.removeprefix("entourage."))
    return tuple(contact for contact in usager.entourage if role in contact.roles)


def _vide(valeur: object) -> bool:
    if isinstance(valeur, EtatPersonne):
        return _questions_sans_reponse(valeur) == len(_QUESTIONS)
    return valeur is None or valeur == () or isinstance(valeur, NonRenseigne)


def _questions_sans_reponse(valeur: object) -> int:
    return sum(getattr(valeur, champ) is None for champ in _QUESTIONS) if isinstance(valeur, EtatPersonne) else 0


def _datee(valeur: object) -> date | None:
    return next((getattr(valeur, champ) for genre, champ in _DATES.items() if isinstance(valeur, genre)), None)


_QUESTIONS: Final = tuple(question.champ for groupe in GROUPES.values() for question in groupe)
_DATES: Final[dict[type, str]] = {AucunConnu: "date", EtatPersonne: "observe_le", Autonomie: "evalue_le"}
"""Values that say when they were true."""
