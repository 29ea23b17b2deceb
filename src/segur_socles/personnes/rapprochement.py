"""Matching an identity that somebody else sent to one of ours: on the INS and every trait, or not at all.

An automatic filing rests on it, so nothing here is approximate: traits alone never match (homonyms exist), and
an INS alone does not either. Codes are those of the application errors that a receiver answers (CI-SIS, volet
« Transmission d'un document CDA », certain).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Final, TypeAlias

from segur_socles.personnes.identite import Identite, IdentiteQualifiee, StatutIdentite
from segur_socles.personnes.matricule import OIDS_INS
from segur_socles.personnes.numeros import nir
from segur_socles.personnes.recue import IdentiteRecue
from segur_socles.personnes.traits import LIBELLES, Trait, TraitsIdentite, egaux, normaliser

__all__ = [
    "CandidatsMultiples",
    "InsDiscordante",
    "InsIncomplete",
    "Rapprochement",
    "SansIns",
    "UsagerInconnu",
    "UsagerReconnu",
    "rapprocher",
]


@dataclass(frozen=True, slots=True)
class UsagerReconnu:
    """The one qualified identity of ours whose INS and traits are all those received."""

    identite: IdentiteQualifiee
    code: ClassVar[str | None] = None

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        return "L'usager est reconnu : INS et traits d'identité concordent."


@dataclass(frozen=True, slots=True)
class UsagerInconnu:
    """No qualified identity of ours bears this INS."""

    code: ClassVar[str | None] = "902"

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        return (
            "Aucune identité qualifiée ne porte l'INS reçue : rapprocher l'usager à la main, ou qualifier son identité."
        )


@dataclass(frozen=True, slots=True)
class SansIns:
    """Nothing received is an INS: only a person can say whose document it is."""

    code: ClassVar[str | None] = "903"

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        return "Le document ne porte pas d'INS : le rapprochement se fait à la main."


@dataclass(frozen=True, slots=True)
class InsDiscordante:
    """Our identity bears this matricule, but ``ecarts`` differ (French labels, never the values)."""

    ecarts: tuple[str, ...]
    code: ClassVar[str | None] = "904"

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        return f"L'INS reçue ne concorde pas exactement avec la nôtre : {', '.join(self.ecarts)}."


@dataclass(frozen=True, slots=True)
class InsIncomplete:
    """An INS was received, but ``manques`` are absent or unusable (French labels)."""

    manques: tuple[str, ...]
    code: ClassVar[str | None] = "905"

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        return f"L'INS reçue est incomplète : {', '.join(self.manques)}."


@dataclass(frozen=True, slots=True)
class CandidatsMultiples:
    """``nombre`` identities of ours bear this matricule: a duplicate to be settled first."""

    nombre: int
    code: ClassVar[str | None] = "906"

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        return f"{self.nombre} identités qualifiées portent l'INS reçue : traiter le doublon avant de classer."


Rapprochement: TypeAlias = UsagerReconnu | UsagerInconnu | SansIns | InsDiscordante | InsIncomplete | CandidatsMultiples
"""What comes of matching a received identity."""

MATRICULE: Final = "matricule INS"
NATURE: Final = "nature de l'INS (OID)"
PREMIER_PRENOM: Final = "premier prénom de naissance"
STATUT: Final = "statut d'identité qualifiée"


def rapprocher(recue: IdentiteRecue, candidats: Iterable[Identite]) -> Rapprochement:
    """Find the one of ``candidats`` that ``recue`` is about.

    Recognised: a qualified identity of which matricule, key, OID, birth name, first given name, birth date and
    sex are those received, and so are the list of given names and the birth place if they were sent. Case,
    diacritics and the separators inside names do not count (RNIV EXI SI 29). Candidates that are not qualified
    are passed over. A sender who says that the identity is not qualified, or that it is doubtful or fictive, sends
    no INS to rely on, whatever matches: only a person decides then.
    """
    recus = sorted({(oid, valeur.strip()) for oid, valeur in recue.identifiants if oid in OIDS_INS})
    if not recus:
        return SansIns()
    if len(recus) > 1:
        return InsDiscordante((MATRICULE,))
    oid, valeur = recus[0]
    manques = _manques(valeur, recue)
    if manques:
        return InsIncomplete(manques)
    # On the number without its key: INSi itself sent wrong keys, and a key that differs is a difference to tell.
    memes = [
        candidat
        for candidat in candidats
        if isinstance(candidat, IdentiteQualifiee) and candidat.matricule.numero == valeur[: nir.LONGUEUR]
    ]
    if not memes:
        return UsagerInconnu()
    if len(memes) > 1:
        return CandidatsMultiples(len(memes))
    candidat = memes[0]
    discordances = {
        MATRICULE: candidat.matricule.valeur != valeur,
        NATURE: candidat.matricule.oid.value != oid,
        **dict.fromkeys(_ecarts(recue, candidat.traits), True),
    }
    ecarts = tuple(libelle for libelle, discordant in discordances.items() if discordant)
    return InsDiscordante(ecarts) if ecarts else UsagerReconnu(candidat)


def _manques(valeur: str, recue: IdentiteRecue) -> tuple[str, ...]:
    presents = {
        MATRICULE: nir.COMPLET.fullmatch(valeur),
        LIBELLES[Trait.NOM_NAISSANCE]: recue.nom_naissance,
        PREMIER_PRENOM: recue.premier_prenom,
        LIBELLES[Trait.DATE_NAISSANCE]: recue.date_naissance,
        LIBELLES[Trait.SEXE]: recue.sexe,
        STATUT: _non_dementie(recue),
    }
    return tuple(libelle for libelle, present in presents.items() if not present)


def _non_dementie(recue: IdentiteRecue) -> bool:
    """Whether the sender leaves the INS its worth: only a qualified identity is sent with one (RNIV EXI ID 29)."""
    douteuse = any(attribut.bloquant for attribut in recue.attributs_annonces)
    return recue.statut_annonce in (None, StatutIdentite.QUALIFIEE) and not douteuse


def _ecarts(recue: IdentiteRecue, traits: TraitsIdentite) -> Iterable[str]:
    """Name the traits that differ; what may be left out and was left out is not compared."""
    # An HL7 time may go on after the day; ours stops where the calendar does.
    comparaisons = (
        (Trait.NOM_NAISSANCE, LIBELLES[Trait.NOM_NAISSANCE], recue.nom_naissance, traits.nom_naissance),
        (Trait.PRENOMS, PREMIER_PRENOM, recue.premier_prenom, traits.premier_prenom),
        (Trait.PRENOMS, LIBELLES[Trait.PRENOMS], recue.prenoms, traits.liste_prenoms),
        (Trait.SEXE, LIBELLES[Trait.SEXE], recue.sexe, traits.sexe.value),
        (Trait.DATE_NAISSANCE, LIBELLES[Trait.DATE_NAISSANCE], (recue.date_naissance or "")[:8], traits.naissance_hl7),
        (Trait.LIEU_NAISSANCE, LIBELLES[Trait.LIEU_NAISSANCE], recue.lieu_naissance, traits.lieu_naissance),
    )
    for trait, libelle, recu, notre in comparaisons:
        if recu and notre and not egaux(trait, str(normaliser(recu)), notre):
            yield libelle
