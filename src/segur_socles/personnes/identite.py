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

``douteuse`` and ``fictive`` forbid any evidence: such an identity is provisoire, and INSi is not called. Each event
gives a new identity, of which ``historique`` tells who made it so, when and on what evidence.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final, Self

from pydantic import model_validator

from segur_socles._core.model import RegleError, Valeur
from segur_socles._core.textes import Texte
from segur_socles.errors import Constat, IdentiteError
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.preuves import (
    ControleIdentite,
    Decision,
    DifferencesAcceptees,
    InsHistorique,
    PreuveControle,
    ReponseIns,
)
from segur_socles.personnes.professionnel import Intervenant
from segur_socles.personnes.statuts import INTERDITS, ActeIdentite, Attribut, Evenement, StatutIdentite, Transition
from segur_socles.personnes.traits import LIBELLES, Difference, Trait, TraitsIdentite, comparer, identiques

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


class Identite(Valeur):
    """A person's identity as one software holds it, with the evidence of its status.

    ``nom_utilise`` and ``prenom_utilise`` are what the person is called; they are never filled from, nor
    replaced by, birth traits. ``historique`` holds every event, the oldest first.
    """

    traits: TraitsIdentite
    nom_utilise: Texte | None = None
    prenom_utilise: Texte | None = None
    attribut: Attribut | None = None
    reponse: ReponseIns | None = None
    decision: Decision | None = None
    controle: PreuveControle | None = None
    historique: tuple[Transition, ...] = ()

    def __repr_args__(self) -> Any:
        return [("statut", self.statut.value)]

    @model_validator(mode="after")
    def _coherence(self) -> Self:
        if self.attribut and self.attribut.bloquant and (self.reponse or self.controle):
            message = "une identité douteuse ou fictive ne peut porter ni INS ni contrôle de pièce"
            raise RegleError(
                message, champ="attribut", regle="RNIV EXI ID 26", remede="retirer l'attribut ou les preuves"
            )
        if (self.reponse is None) is not (self.decision is None):
            message = "réponse INSi et décision vont ensemble"
            raise RegleError(
                message, champ="decision", regle="RNIV", remede="conserver qui a accepté la réponse et quand"
            )
        # To the letter: what leaves with the INS is what INSi answered, birth place included.
        if self.reponse and self.traits.par_trait != self.reponse.traits.par_trait:
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

    @property
    def interdits(self) -> tuple[ActeIdentite, ...]:
        """What the status and the attribute forbid, to be told on the screen."""
        interdits = INTERDITS[self.statut] | (INTERDITS[self.attribut] if self.attribut else frozenset())
        return tuple(acte for acte in ActeIdentite if acte in interdits)

    @property
    def preuve_perdue(self) -> bool:
        """Whether the history ends on another status than the evidence held gives: storage lost some of it."""
        return bool(self.historique) and self.historique[-1].vers is not self.statut

    def exiger_interrogeable(self) -> None:
        """Refuse an identity that must not be sent to INSi."""
        if self.attribut and ActeIdentite.INTERROGER_INSI in self.interdits:
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
        nature = {} if Trait.DATE_NAISSANCE in differences else {"nature_date": self.traits.nature_date}
        return self._apres(
            Evenement.INS_ACCEPTEE,
            decision.par,
            decision.le,
            f"réponse d'INSi {reponse.message_id}",
            _libelles(acceptees),
            traits=reponse.traits.model_copy(update=nature),
            reponse=reponse,
            decision=decision,
        )

    def controler(self, controle: PreuveControle) -> Identite:
        """Record that an identity document was checked."""
        return self._apres(
            Evenement.PIECE_CONTROLEE, controle.par, controle.le, controle.controle.libelle, controle=controle
        )

    def modifier_traits(self, traits: TraitsIdentite, par: Intervenant, le: datetime, motif: str) -> Identite:
        """Correct traits by hand. When a strict trait changes, no evidence stands any more: *provisoire*.

        The first given name may be told apart in the same list at any status (EXI ID 10): then nothing falls.
        ``motif`` is kept in the history: it must hold no trait.
        """
        avant, apres = self.traits.par_trait, traits.par_trait
        changes = [trait for trait in Trait if avant[trait] != apres[trait]]
        if not changes:
            return self._avec(traits=traits)
        objet = _libelles(changes)
        return self._apres(Evenement.TRAITS_MODIFIES, par, le, motif, objet, traits=traits, **_SANS_PREUVE)

    def invalider_ins(self, par: Intervenant, le: datetime, motif: str) -> Identite:
        """Drop the INS, after a verification that denies it: *récupérée* falls to provisoire, *qualifiée* to validée.

        The document that was checked still stands. ``motif`` is kept in the history: it must hold no trait.
        Raises ``IdentiteError`` when no INS is held.
        """
        if self.reponse is None:
            message = f"Identité {self.statut.value} : elle ne porte pas d'INS à invalider."
            raise IdentiteError(message, remede="vérifier qu'il s'agit de la bonne identité")
        return self._apres(Evenement.INS_INVALIDEE, par, le, motif, **_SANS_INS)

    def marquer(self, attribut: Attribut, par: Intervenant, le: datetime, motif: str) -> Identite:
        """Mark as homonyme, douteuse or fictive; the last two drop all evidence: *provisoire* (EXI ID 26).

        ``motif`` is kept in the history: it must hold no trait. Raises ``IdentiteError`` for a combination that the
        RNIV does not admit.
        """
        pose = self.attribut.avec(attribut) if self.attribut else attribut
        if pose is None:
            message = f"Une identité {self.attribut} ne peut pas être marquée {attribut.value}."
            remede = "lever d'abord l'attribut posé ; seuls homonyme et douteuse vont ensemble (RNIV EXI ID 24)"
            raise IdentiteError(message, remede=remede)
        perdues = _SANS_PREUVE if pose.bloquant else {}
        return self._apres(Evenement.ATTRIBUT_POSE, par, le, motif, attribut.value, attribut=pose, **perdues)

    def lever(self, attribut: Attribut, par: Intervenant, le: datetime, motif: str) -> Identite:
        """Lift an attribute. Evidence dropped when it was set does not come back: it is to be gathered again.

        ``motif`` is kept in the history: it must hold no trait. Raises ``IdentiteError`` when it was not set.
        """
        if self.attribut is None or not set(attribut.elements) <= set(self.attribut.elements):
            message = f"L'identité n'est pas marquée {attribut.value}."
            raise IdentiteError(message, remede="vérifier l'attribut de l'identité")
        reste = self.attribut.sans(attribut)
        return self._apres(Evenement.ATTRIBUT_LEVE, par, le, motif, attribut.value, attribut=reste)

    def _apres(
        self, evenement: Evenement, par: Intervenant, le: datetime, preuve: str, objet: str | None = None, **champs: Any
    ) -> Identite:
        """Make the identity that follows ``evenement``, and remember the event."""
        suivante = self._avec(**champs)
        transition = Transition(
            evenement=evenement, de=self.statut, vers=suivante.statut, par=par, le=le, preuve=preuve, objet=objet
        )
        return suivante._avec(historique=(*self.historique, transition))  # noqa: SLF001 - our own class

    def _avec(self, **champs: Any) -> Identite:
        tous = {name: getattr(self, name) for name in Identite.model_fields} | champs
        complete = tous["reponse"] is not None and tous["controle"] is not None
        return (IdentiteQualifiee if complete else Identite)(**tous)

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

        A matricule without its evidence cannot come back: there is no field for it alone. The history proves nothing:
        when it tells of more than the evidence does, ``preuve_perdue`` says so.
        """
        identite = Identite.model_validate(dict(donnees))
        return identite._avec()  # noqa: SLF001 - our own class


_SANS_INS: Final[dict[str, None]] = {"reponse": None, "decision": None}
_SANS_PREUVE: Final[dict[str, None]] = {**_SANS_INS, "controle": None}


def _libelles(traits: Iterable[Trait]) -> str | None:
    return ", ".join(LIBELLES[trait] for trait in traits) or None


def _refus(difference: Difference | None, acceptee: str | None) -> tuple[str, str] | None:
    """Say why a decision does not settle one trait, and the remedy; None when it does."""
    if difference is None:
        return None if acceptee is None else ("aucun écart à accepter", "retirer ce trait de la décision")
    if acceptee is None:
        return "différent", "vérifier sur la pièce d'identité, puis accepter la valeur reçue ou refuser la réponse"
    if not identiques(difference.trait, acceptee, difference.recu):
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
