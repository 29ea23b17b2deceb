"""The evidence a status rests on: INSi's answer, a named decision on it, an identity document that was checked."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, StringConstraints, model_validator

from segur_socles._core.model import Booleen, Instant, Jour, RegleError, Valeur
from segur_socles._core.textes import Texte
from segur_socles.personnes.lexique import normaliser
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.professionnel import Intervenant
from segur_socles.personnes.traits import Trait, TraitsIdentite, identiques

__all__ = [
    "ControleIdentite",
    "Decision",
    "DifferencesAcceptees",
    "InsHistorique",
    "PreuveControle",
    "ReponseIns",
]


class ControleIdentite(StrEnum):
    """Documents and means that allow an identity to be validated (RNIV; probable). None is preselected."""

    CARTE_IDENTITE = "carte_identite"
    PASSEPORT = "passeport"
    TITRE_SEJOUR = "titre_sejour"
    IDENTITE_NUMERIQUE = "identite_numerique"
    LIVRET_FAMILLE_ET_VITALE = "livret_famille_et_vitale"
    EXTRAIT_NAISSANCE_ET_VITALE = "extrait_naissance_et_vitale"
    DOCUMENT_CIRCULATION_MINEUR = "document_circulation_mineur"

    @property
    def libelle(self) -> str:
        """What was shown, in French."""
        return _LIBELLES_CONTROLES[self]


_LIBELLES_CONTROLES = {
    ControleIdentite.CARTE_IDENTITE: "carte d'identité",
    ControleIdentite.PASSEPORT: "passeport",
    ControleIdentite.TITRE_SEJOUR: "titre de séjour",
    ControleIdentite.IDENTITE_NUMERIQUE: "identité numérique de niveau substantiel ou élevé",
    ControleIdentite.LIVRET_FAMILLE_ET_VITALE: "livret de famille et carte Vitale avec photo",
    ControleIdentite.EXTRAIT_NAISSANCE_ET_VITALE: "extrait d'acte de naissance et carte Vitale avec photo",
    ControleIdentite.DOCUMENT_CIRCULATION_MINEUR: "document de circulation pour étranger mineur",
}


class PreuveControle(Valeur):
    """An identity document was checked: which kind, by whom, when."""

    controle: ControleIdentite
    par: Intervenant
    le: Instant

    _visible = ("controle", "le")

    @model_validator(mode="after")
    def _par_une_personne(self) -> Self:
        if self.par.automate:
            message = "un automate ne contrôle pas de pièce d'identité"
            raise RegleError(message, champ="par", regle="RNIV", remede="faire contrôler la pièce par une personne")
        return self


_Acceptee = Annotated[str, StringConstraints(strict=True, max_length=200), BeforeValidator(normaliser)]


class DifferencesAcceptees(Valeur):
    """The value accepted from INSi for each trait that differs; None where no difference was accepted.

    Values are normalised as traits are; first names are one text separated by spaces, and ``""`` accepts that
    INSi knows no birth place. ``repr`` names the traits only.
    """

    nom_naissance: _Acceptee | None = None
    prenoms: _Acceptee | None = None
    sexe: _Acceptee | None = None
    date_naissance: _Acceptee | None = None
    lieu_naissance: _Acceptee | None = None

    @property
    def par_trait(self) -> dict[Trait, str]:
        """Accepted value of each trait that the decision names."""
        valeurs = {trait: getattr(self, trait.value) for trait in Trait}
        return {trait: valeur for trait, valeur in valeurs.items() if valeur is not None}

    def __repr_args__(self) -> Any:
        return [(None, trait.value) for trait in self.par_trait]


class Decision(Valeur):
    """A named person accepted what INSi answered: each trait that differs, and the value read in the answer.

    The values bind the decision to the answer: it accepts no other one.
    """

    par: Intervenant
    le: Instant
    differences_acceptees: DifferencesAcceptees = DifferencesAcceptees()

    _visible = ("le", "differences_acceptees")

    @model_validator(mode="after")
    def _par_une_personne(self) -> Self:
        if self.par.automate and self.differences_acceptees.par_trait:
            message = "un automate n'accepte pas d'écart d'identité"
            raise RegleError(message, champ="par", regle="RNIV", remede="faire décider une personne, pièce en main")
        return self

    def porte_sur(self, reponse: ReponseIns) -> bool:
        """Whether every value accepted is the one of ``reponse``."""
        recus, acceptees = reponse.traits.par_trait, self.differences_acceptees.par_trait
        return all(identiques(trait, valeur, recus[trait]) for trait, valeur in acceptees.items())


class InsHistorique(Valeur):
    """A former INS. Dates are kept even when they contradict each other: INSi sends such pairs."""

    matricule: MatriculeIns
    debut: Jour | None = None
    fin: Jour | None = None


class ReponseIns(Valeur):
    """What INSi answered, kept as received: the only source of a matricule.

    ``debut`` and ``fin`` are the validity dates of the active INS, when sent.
    ``message_id`` is the correlation identifier to quote, ``environnement`` the name of the environment asked,
    and ``production`` whether it holds real people: the qualification platform answers with production OIDs,
    so the OID alone does not tell.
    """

    matricule: MatriculeIns
    traits: TraitsIdentite
    debut: Jour | None = None
    fin: Jour | None = None
    historique: tuple[InsHistorique, ...] = ()
    message_id: Texte
    recue_le: Instant
    environnement: Texte
    production: Booleen

    _visible = ("message_id", "recue_le", "environnement")
