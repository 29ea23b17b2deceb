"""What a search at INSi may come to, each outcome saying what was tried and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from segur_socles.errors import IdentiteError
from segur_socles.ins.strategie import Essai
from segur_socles.personnes.identite import (
    ControleIdentite,
    Decision,
    Identite,
    IdentiteQualifiee,
    PreuveControle,
    ReponseIns,
)
from segur_socles.personnes.professionnel import Acteur, Intervenant
from segur_socles.personnes.traits import Difference, Trait, TraitsIdentite, comparer

__all__ = ["IdentiteProposee", "InsAbsente", "InsMultiple", "InsTrouvee", "ResultatInsi"]


@dataclass(frozen=True, slots=True)
class IdentiteProposee:
    """An identity that INSi proposes and nobody has accepted yet.

    - ``traits``: what was searched; ``reponse``: what INSi answered, kept as received;
    - ``identite``: the local identity the search was made for, if one was given; its used names, checked
      document and attributes are kept;
    - ``debut``, ``fin``: validity dates of the active INS, when sent.
    """

    traits: TraitsIdentite = field(repr=False)
    reponse: ReponseIns
    identite: Identite | None = field(default=None, repr=False)
    debut: date | None = field(default=None, repr=False)
    fin: date | None = field(default=None, repr=False)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Each trait in which the answer differs from what was searched: to be shown, and accepted by name."""
        return comparer(self.traits, self.reponse.traits)

    def accepter(
        self,
        par: Acteur | Intervenant,
        le: datetime | None = None,
        differences_acceptees: Mapping[Trait, str] | None = None,
        *,
        identite: Identite | None = None,
    ) -> Identite:
        """Take the answer over: its strict traits replace the local ones, used names stay.

        ``le`` is when the person decided (by default, when the answer came). ``identite`` replaces the local
        identity known from the search. Gives an identity *récupérée*, or *qualifiée* if a document had been
        checked before.

        ``differences_acceptees`` gives, for each trait that differs, the received value that the person accepts:
        ``{Trait.PRENOMS: "CATARINA BELLA"}``.

        Raises :class:`IdentiteError` when they are not exactly the differences of this answer, when software
        acting alone accepts one, or when the identity is douteuse or fictive (RNIV).
        """
        if differences_acceptees:
            _exiger_personne(par, "Un automate n'accepte pas d'écart d'identité.")
        decision = Decision.model_validate(
            {
                "par": _intervenant(par),
                "le": le or self.reponse.recue_le,
                "differences_acceptees": {} if differences_acceptees is None else differences_acceptees,
            }
        )
        return self._locale(identite).accepter(self.reponse, decision)

    def qualifier(
        self,
        controle: ControleIdentite | PreuveControle,
        par: Acteur | Intervenant,
        le: datetime | None = None,
        differences_acceptees: Mapping[Trait, str] | None = None,
        identite: Identite | None = None,
    ) -> IdentiteQualifiee:
        """Accept the answer and record the identity document that was checked: an identity *qualifiée*.

        ``controle`` names the kind of document checked by ``par`` at ``le`` (by default, when the answer
        came), or is the evidence of a check made before. Other arguments and errors as :meth:`accepter`;
        software acting alone cannot check a document (:class:`IdentiteError`).
        """
        if isinstance(controle, ControleIdentite):
            _exiger_personne(par, "Un automate ne contrôle pas de pièce d'identité.")
            controle = PreuveControle(controle=controle, par=_intervenant(par), le=le or self.reponse.recue_le)
        controlee = self._locale(identite).controler(controle)
        return self.accepter(par, le, differences_acceptees, identite=controlee).qualifiee()

    def _locale(self, identite: Identite | None) -> Identite:
        return identite or self.identite or Identite(traits=self.traits)


def _intervenant(par: Acteur | Intervenant) -> Intervenant:
    return par.intervenant if isinstance(par, Acteur) else par


def _exiger_personne(par: Acteur | Intervenant, message: str) -> None:
    if isinstance(par, Acteur) and par.est_automate:
        raise IdentiteError(message, remede="faire décider une personne, pièce d'identité en main")


@dataclass(frozen=True, slots=True)
class InsTrouvee:
    """One identity (code 00).

    ``avertissements`` are French and hold no identity; ``brute`` is the answer as received.
    """

    identite: IdentiteProposee
    essais: tuple[Essai, ...]
    avertissements: tuple[str, ...] = ()
    brute: bytes = field(default=b"", repr=False)

    @property
    def explication(self) -> str:
        """What was found, and what to do, in French."""
        ecarts = [difference.libelle for difference in self.identite.differences]
        if ecarts:
            suite = (
                f"Elle diffère de l'identité saisie : {', '.join(ecarts)}. À faire : comparer avec la pièce "
                "d'identité, puis accepter nommément chaque écart, ou refuser la réponse."
            )
        else:
            suite = "Elle est identique à l'identité saisie. À faire : contrôler la pièce d'identité pour la qualifier."
        alertes = "".join(f" Attention : {avertissement}." for avertissement in self.avertissements)
        return f"INSi a trouvé une identité ({_recit(self.essais)}). {suite}{alertes}"


@dataclass(frozen=True, slots=True)
class InsAbsente:
    """No identity (code 01). The trust status of the local identity does not change."""

    essais: tuple[Essai, ...]

    @property
    def explication(self) -> str:
        """What was tried, and what to do, in French."""
        return (
            f"INSi n'a trouvé aucune identité ({_recit(self.essais)}). À faire : vérifier sur la pièce d'identité "
            "le nom de naissance (et non le nom utilisé), tous les prénoms de naissance dans leur ordre, le sexe et la "
            "date de naissance, puis recommencer. Le statut de l'identité ne change pas."
        )


@dataclass(frozen=True, slots=True)
class InsMultiple:
    """Several identities, between which INSi does not choose (code 02). The trust status does not change."""

    essais: tuple[Essai, ...]

    @property
    def explication(self) -> str:
        """What was tried, and what to do, in French."""
        if any(essai.tentative.avec_lieu for essai in self.essais):
            remede = "vérifier tous les traits, lieu de naissance compris, sur la pièce d'identité"
        else:
            remede = "compléter les prénoms de naissance et le lieu de naissance (code officiel géographique)"
        return (
            f"INSi connaît plusieurs identités proches ({_recit(self.essais)}). À faire : {remede}, puis recommencer. "
            "Le statut de l'identité ne change pas."
        )


ResultatInsi: TypeAlias = InsTrouvee | InsAbsente | InsMultiple
"""Outcome of a search: match on its type."""


def _recit(essais: tuple[Essai, ...]) -> str:
    nombre = len(essais)
    return f"{nombre} essai{'s' if nombre > 1 else ''} : {' ; '.join(str(essai.tentative) for essai in essais)}"
