"""What a search at INSi may come to, each outcome saying what was tried and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from segur_socles.errors import IdentiteError
from segur_socles.ins.strategie import PAR_VITALE, Essai
from segur_socles.ins.vitale import LectureVitale
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

    - ``traits``: what was searched, or those of the local identity given with a carte Vitale; None when the card was
      all there was; ``reponse``: what INSi answered, kept as received;
    - ``identite``: the local identity the search was made for, if one was given; its used names, checked
      document and attributes are kept;
    - ``vitale``: the reading that INSi was queried with, if it was: it never becomes the identity;
    - ``debut``, ``fin``: validity dates of the active INS, when sent.
    """

    traits: TraitsIdentite | None = field(repr=False)
    reponse: ReponseIns
    identite: Identite | None = field(default=None, repr=False)
    debut: date | None = field(default=None, repr=False)
    fin: date | None = field(default=None, repr=False)
    vitale: LectureVitale | None = field(default=None, repr=False)

    @property
    def differences(self) -> tuple[Difference, ...]:
        """Each trait in which the answer differs from what is held here: to be shown, and accepted by name.

        With a carte Vitale and no local identity, from the card: to be shown only.
        """
        return self.differences_vitale if self.traits is None else comparer(self.traits, self.reponse.traits)

    @property
    def differences_vitale(self) -> tuple[Difference, ...]:
        """Each trait in which the answer differs from the card that was read: maybe it is not this person's."""
        return () if self.vitale is None else self.vitale.ecarts(self.reponse)

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
        acting alone accepts one, when the identity is douteuse or fictive (RNIV), or when there is none: a carte
        Vitale was read and no local identity was given, here or to the search.
        """
        intervenant = _intervenant(par)
        if differences_acceptees:
            _exiger_personne(intervenant, "Un automate n'accepte pas d'écart d'identité.")
        decision = Decision.model_validate(
            {
                "par": intervenant,
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
            intervenant = _intervenant(par)
            _exiger_personne(intervenant, "Un automate ne contrôle pas de pièce d'identité.")
            controle = PreuveControle(controle=controle, par=intervenant, le=le or self.reponse.recue_le)
        controlee = self._locale(identite).controler(controle)
        return self.accepter(par, le, differences_acceptees, identite=controlee).qualifiee()

    def _locale(self, identite: Identite | None) -> Identite:
        locale = identite or self.identite
        if locale is not None:
            return locale
        if self.traits is None:
            message = "Une carte Vitale n'est pas une identité : il n'y a rien à quoi attacher la réponse d'INSi."
            remede = "passer identite=…, faite des traits relevés sur la pièce d'identité"
            raise IdentiteError(message, remede=remede)
        return Identite(traits=self.traits)


def _intervenant(par: Acteur | Intervenant) -> Intervenant:
    return par.intervenant if isinstance(par, Acteur) else par


def _exiger_personne(par: Intervenant, message: str) -> None:
    if par.automate:
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
        proposee = self.identite
        ecarts = ", ".join(difference.libelle for difference in proposee.differences)
        if proposee.traits is None:
            lecture = (
                f"Elle diffère de la carte Vitale : {ecarts}." if ecarts else "La carte Vitale ne la contredit pas."
            )
            suite = (
                f"{lecture} Une carte Vitale n'est pas une identité. À faire : relever les traits sur la pièce "
                "d'identité, puis accepter la réponse pour cette identité, ou la refuser."
            )
        elif ecarts and proposee.vitale is not None:
            suite = (
                f"Elle diffère de l'identité saisie : {ecarts}. C'est peut-être la carte d'un autre membre de la "
                "famille, ou un autre bénéficiaire de la carte. À faire : comparer avec la pièce d'identité, puis "
                "accepter nommément chaque écart, ou refuser la réponse."
            )
        elif ecarts:
            suite = (
                f"Elle diffère de l'identité saisie : {ecarts}. À faire : comparer avec la pièce "
                "d'identité, puis accepter nommément chaque écart, ou refuser la réponse."
            )
        else:
            suite = "Elle est identique à l'identité saisie. À faire : contrôler la pièce d'identité pour la qualifier."
        if proposee.traits is not None and (lus := ", ".join(d.libelle for d in proposee.differences_vitale)):
            suite += f" La carte Vitale diffère de la réponse ({lus}) : vérifier que c'est la carte de cette personne."
        alertes = "".join(f" Attention : {avertissement}." for avertissement in self.avertissements)
        return f"INSi a trouvé une identité ({_recit(self.essais)}). {suite}{alertes}"


@dataclass(frozen=True, slots=True)
class InsAbsente:
    """No identity (code 01). The trust status of the local identity does not change."""

    essais: tuple[Essai, ...]

    @property
    def explication(self) -> str:
        """What was tried, and what to do, in French."""
        if _par_vitale(self.essais):
            return f"INSi n'a trouvé aucune identité ({_recit(self.essais)}). {_SANS_VITALE}"
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
        if _par_vitale(self.essais):
            return f"INSi connaît plusieurs identités pour cette lecture ({_recit(self.essais)}). {_SANS_VITALE}"
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


_SANS_VITALE = (
    "À faire : relire la carte en choisissant le bon bénéficiaire, sinon rechercher par les traits relevés sur la "
    "pièce d'identité. Le statut de l'identité ne change pas."
)


def _par_vitale(essais: tuple[Essai, ...]) -> bool:
    return all(essai.tentative == PAR_VITALE for essai in essais)


def _recit(essais: tuple[Essai, ...]) -> str:
    nombre = len(essais)
    return f"{nombre} essai{'s' if nombre > 1 else ''} : {' ; '.join(str(essai.tentative) for essai in essais)}"
