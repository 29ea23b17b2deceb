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
from typing import Any, Self

from pydantic import model_validator

from segur_socles._core.model import Booleen, Instant, Jour, RegleError, Valeur
from segur_socles._core.textes import Texte
from segur_socles.errors import Constat, IdentiteError
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.professionnel import Intervenant
from segur_socles.personnes.traits import LIBELLES, Trait, TraitsIdentite, comparer

__all__ = [
    "Attribut",
    "ControleIdentite",
    "Decision",
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


class Decision(Valeur):
    """A named person accepted what INSi answered, and each trait in which it differs from what was held."""

    par: Intervenant
    le: Instant
    differences_acceptees: tuple[Trait, ...] = ()

    _visible = ("le", "differences_acceptees")


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
                default), or the identity is douteuse or fictive.
        """
        self.exiger_interrogeable()
        ecarts = [d for d in comparer(self.traits, reponse.traits) if d.trait not in decision.differences_acceptees]
        if ecarts:
            raise IdentiteError(
                "La réponse d'INSi diffère de l'identité saisie ; la décision ne couvre pas tous les écarts.",
                constats=tuple(
                    Constat(
                        f"traits.{d.trait.value}",
                        f"{LIBELLES[d.trait]} différent",
                        "RNIV",
                        "vérifier sur la pièce d'identité, puis nommer cet écart dans la décision ou le refuser",
                    )
                    for d in ecarts
                ),
            )
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
