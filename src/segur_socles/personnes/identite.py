"""Identity, its four trust statuses, and the evidence each one rests on (RNIV).

A status is never assigned, it is read from the evidence:

====================================  ==============================  ============
INSi identity found and accepted      identity document checked       status
====================================  ==============================  ============
no                                    no                              provisoire
no                                    yes                             validée
yes                                   no                              récupérée
yes                                   yes                             qualifiée
====================================  ==============================  ============

``douteuse`` and ``fictive`` forbid any evidence: such an identity is provisoire, and INSi is not called.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, StringConstraints, model_validator

from segur_socles._core.model import Booleen, Instant, Jour, RegleError, Valeur
from segur_socles._core.textes import Texte
from segur_socles.errors import Constat, IdentiteError
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.professionnel import Intervenant
from segur_socles.personnes.traits import LIBELLES, Difference, Trait, TraitsIdentite, comparer, egaux, normaliser

__all__ = [
    "Attribut",
    "ControleIdentite",
    "Decision",
    "DifferencesAcceptees",
    "Identite",
    "IdentiteQualifiee",
    "InsHistorique",
    "PreuveControle",
    "ReponseIns",
    "StatutIdentite",
]


class StatutIdentite(StrEnum):
    """Trust status of an identity (exclusive)."""

    PROVISOIRE = "provisoire"
    RECUPEREE = "récupérée"
    VALIDEE = "validée"
    QUALIFIEE = "qualifiée"


class Attribut(StrEnum):
    """Attributes of an identity; the last two forbid INSi and any evidence."""

    HOMONYME = "homonyme"
    DOUTEUSE = "douteuse"
    FICTIVE = "fictive"


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


_Acceptee = Annotated[str, StringConstraints(max_length=200), BeforeValidator(normaliser)]


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

    def porte_sur(self, reponse: ReponseIns) -> bool:
        """Whether every value accepted is the one of ``reponse``."""
        recus = reponse.traits.par_trait
        return all(egaux(trait, valeur, recus[trait]) for trait, valeur in self.differences_acceptees.par_trait.items())


class InsHistorique(Valeur):
    """A former INS. Dates are kept even when they contradict each other: INSi sends such pairs."""

    matricule: MatriculeIns
    debut: Jour | None = None
    fin: Jour | None = None


class ReponseIns(Valeur):
    """What INSi answered, kept as received: the only source of a matricule.

    ``message_id`` is the correlation identifier to quote, ``environnement`` the name of the environment asked,
    and ``production`` whether it holds real people: the qualification platform answers with production OIDs,
    so the OID alone does not tell.
    """

    matricule: MatriculeIns
    traits: TraitsIdentite
    historique: tuple[InsHistorique, ...] = ()
    message_id: Texte
    recue_le: Instant
    environnement: Texte
    production: Booleen

    _visible = ("message_id", "recue_le", "environnement")


class Identite(Valeur):
    """A person's identity as one software holds it, with the evidence of its status.

    ``nom_utilise`` and ``prenom_utilise`` are what the person is called; they are never filled from, nor
    replaced by, birth traits.
    """

    traits: TraitsIdentite
    nom_utilise: Texte | None = None
    prenom_utilise: Texte | None = None
    attribut: Attribut | None = None
    reponse: ReponseIns | None = None
    decision: Decision | None = None
    controle: PreuveControle | None = None

    def __repr_args__(self) -> Any:
        return [("statut", self.statut.value)]

    @model_validator(mode="after")
    def _coherence(self) -> Self:
        if self.attribut in (Attribut.DOUTEUSE, Attribut.FICTIVE) and (self.reponse or self.controle):
            message = "une identité douteuse ou fictive ne peut porter ni INS ni contrôle de pièce"
            raise RegleError(
                message, champ="attribut", regle="RNIV EXI ID 26", remede="retirer l'attribut ou les preuves"
            )
        if (self.reponse is None) is not (self.decision is None):
            message = "réponse INSi et décision vont ensemble"
            raise RegleError(
                message, champ="decision", regle="RNIV", remede="conserver qui a accepté la réponse et quand"
            )
        if self.reponse and comparer(self.traits, self.reponse.traits):
            message = "les traits stricts ne sont plus ceux d'INSi"
            remede = "reprendre les traits reçus, ou interroger de nouveau INSi"
            raise RegleError(message, champ="traits", regle="RNIV EXI REC 07", remede=remede)
        if self.reponse and self.decision and not self.decision.porte_sur(self.reponse):
            message = "la décision a accepté d'autres valeurs que celles d'INSi"
            raise RegleError(message, champ="decision", regle="RNIV", remede="décider de nouveau, au vu de la réponse")
        return self

    @property
    def statut(self) -> StatutIdentite:
        """Status, read from the evidence."""
        return _STATUTS[self.reponse is not None, self.controle is not None]

    @property
    def matricule(self) -> MatriculeIns | None:
        """The INS, if INSi gave it. It may leave the software only from an :class:`IdentiteQualifiee`."""
        return self.reponse.matricule if self.reponse else None

    def exiger_interrogeable(self) -> None:
        """Refuse an identity that must not be sent to INSi."""
        if self.attribut is Attribut.DOUTEUSE or self.attribut is Attribut.FICTIVE:
            message = f"INSi ne doit pas être interrogé pour une identité {self.attribut.value}."
            raise IdentiteError(message, remede="lever le doute ou l'attribut avant la recherche (RNIV EXI ID 26)")

    def accepter(self, reponse: ReponseIns, decision: Decision) -> Identite:
        """Take over INSi's answer: its strict traits replace ours, used names stay.

        Raises:
            IdentiteError: a trait differs and the decision does not name it (no difference is accepted by
                default), accepts another value, or names a trait that does not differ; or the identity is
                douteuse or fictive.
        """
        self.exiger_interrogeable()
        differences = {d.trait: d for d in comparer(self.traits, reponse.traits)}
        acceptees = decision.differences_acceptees.par_trait
        juges = {trait: _refus(differences.get(trait), acceptees.get(trait)) for trait in Trait}
        refus = {trait: raison for trait, raison in juges.items() if raison}
        constats = tuple(
            Constat(f"traits.{trait.value}", f"{LIBELLES[trait]} : {probleme}", "RNIV", remede)
            for trait, (probleme, remede) in refus.items()
        )
        if constats:
            message = "La décision ne porte pas exactement sur les écarts entre la réponse d'INSi et l'identité saisie."
            raise IdentiteError(message, constats=constats)
        return self._avec(traits=reponse.traits, reponse=reponse, decision=decision)

    def controler(self, controle: PreuveControle) -> Identite:
        """Record that an identity document was checked."""
        return self._avec(controle=controle)

    def _avec(self, **preuves: Any) -> Identite:
        champs = {name: getattr(self, name) for name in Identite.model_fields} | preuves
        complete = champs["reponse"] is not None and champs["controle"] is not None
        return (IdentiteQualifiee if complete else Identite)(**champs)

    def qualifiee(self) -> IdentiteQualifiee:
        """Return self as an :class:`IdentiteQualifiee`, or raise ``IdentiteError`` saying what is missing."""
        if isinstance(self, IdentiteQualifiee):
            return self
        manques = []
        if self.reponse is None:
            manques.append(
                Constat(
                    "identite.reponse", "INS non récupéré", "RNIV EXI ID 29", "interroger INSi et accepter la réponse"
                )
            )
        if self.controle is None:
            manques.append(
                Constat(
                    "identite.controle",
                    "pièce d'identité non contrôlée",
                    "RNIV EXI SI 10",
                    "contrôler une pièce de haut niveau de confiance",
                )
            )
        message = f"Identité {self.statut.value} : seule une identité qualifiée peut être transmise avec l'INS."
        raise IdentiteError(message, constats=tuple(manques))

    def vers_stockage(self) -> dict[str, Any]:
        """Give plain data, evidence included, for the adopter's own protected storage."""
        return self.model_dump(mode="json")

    @staticmethod
    def depuis_stockage(donnees: Mapping[str, Any]) -> Identite:
        """Rebuild from :meth:`vers_stockage`. The evidence present decides the type returned.

        A matricule without its evidence cannot come back: there is no field for it alone.
        """
        identite = Identite.model_validate(dict(donnees))
        return identite._avec()  # noqa: SLF001 - our own class


def _refus(difference: Difference | None, acceptee: str | None) -> tuple[str, str] | None:
    """Say why a decision does not settle one trait, and the remedy; None when it does."""
    if difference is None:
        return None if acceptee is None else ("aucun écart à accepter", "retirer ce trait de la décision")
    if acceptee is None:
        return "différent", "vérifier sur la pièce d'identité, puis accepter la valeur reçue ou refuser la réponse"
    if not egaux(difference.trait, acceptee, difference.recu):
        return "la valeur acceptée n'est pas celle d'INSi", "décider de nouveau, au vu de la réponse reçue"
    return None


class IdentiteQualifiee(Identite):
    """An identity that may be transmitted with its INS: INSi's answer, a named decision, a checked document."""

    # Required here, and narrower: sound because values are frozen, which pyright does not read in pydantic's config.
    reponse: ReponseIns  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
    decision: Decision  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]
    controle: PreuveControle  # pyright: ignore[reportGeneralTypeIssues, reportIncompatibleVariableOverride]

    @property
    def matricule(self) -> MatriculeIns:
        """The INS."""
        return self.reponse.matricule


_STATUTS = {
    (False, False): StatutIdentite.PROVISOIRE,
    (False, True): StatutIdentite.VALIDEE,
    (True, False): StatutIdentite.RECUPEREE,
    (True, True): StatutIdentite.QUALIFIEE,
}
