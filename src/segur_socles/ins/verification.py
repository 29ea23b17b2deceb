"""What the unit verification of an INS may come to (WS_INS3; not verified), each outcome saying what to do next."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from segur_socles.errors import IdentiteError
from segur_socles.personnes.identite import Identite
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.professionnel import Acteur, Intervenant

__all__ = ["InsConfirmee", "InsInfirmee", "ResultatVerification", "VerificationInconnue"]


@dataclass(frozen=True, slots=True)
class InsConfirmee:
    """INSi says that the matricule and the traits go together. ``code`` as received, ``verifiee_le`` on our clock."""

    code: str
    message_id: str
    verifiee_le: datetime

    @property
    def explication(self) -> str:
        """What it means, in French."""
        return "INSi confirme le matricule et les traits. Le statut de l'identité ne change pas."


@dataclass(frozen=True, slots=True)
class InsInfirmee:
    """INSi says that they do not. Nothing changed: somebody decides, with :meth:`invalider`.

    ``identite`` is the identity that was verified, None when the call was given traits and a matricule.
    """

    code: str
    message_id: str
    verifiee_le: datetime
    matricule: MatriculeIns
    libelle: str | None = field(default=None, repr=False)
    identite: Identite | None = field(default=None, repr=False)

    @property
    def explication(self) -> str:
        """What to do, in French."""
        return (
            "INSi ne confirme pas le matricule et les traits ensemble. L'identité n'a pas changé. À faire : vérifier "
            "les traits sur la pièce d'identité ; puis invalider l'INS (invalider), qui ne doit plus être transmise, "
            "et rechercher de nouveau la personne."
        )

    def invalider(
        self, par: Acteur | Intervenant, le: datetime | None = None, *, identite: Identite | None = None
    ) -> Identite:
        """Drop the INS by the decision of ``par`` at ``le`` (by default, when the answer came): see ``invalider_ins``.

        ``identite`` is the identity as it stands now, if it changed since the call. The history tells which answer of
        INSi the decision rests on.

        Raises :class:`IdentiteError` when software alone would decide, when no identity is known, when it holds no
        INS, another one than the one verified, or one that INSi gave again since.
        """
        intervenant = par.intervenant if isinstance(par, Acteur) else par
        if intervenant.automate:
            message = "Un automate n'invalide pas une INS."
            raise IdentiteError(message, remede="faire décider une personne, pièce d'identité en main")
        actuelle = identite or self.identite
        if actuelle is None:
            raise IdentiteError("Aucune identité à invalider n'est donnée.", remede="passer identite=…")
        if actuelle.matricule is not None and actuelle.matricule != self.matricule:
            message = "L'INS de cette identité n'est pas celle qui a été vérifiée."
            raise IdentiteError(message, remede="vérifier de nouveau l'identité telle qu'elle est maintenant")
        if actuelle.reponse is not None and actuelle.reponse.recue_le > self.verifiee_le:
            message = "INSi a donné de nouveau l'INS de cette identité depuis la vérification."
            raise IdentiteError(message, remede="vérifier de nouveau l'identité telle qu'elle est maintenant")
        motif = f"vérification négative d'INSi {self.message_id}"
        return actuelle.invalider_ins(intervenant, le or self.verifiee_le, motif)


@dataclass(frozen=True, slots=True)
class VerificationInconnue:
    """INSi answered a code that the settings class nowhere: neither confirmed nor denied, and kept as received."""

    code: str
    message_id: str
    verifiee_le: datetime
    libelle: str | None = field(default=None, repr=False)

    @property
    def explication(self) -> str:
        """What to do, in French."""
        return (
            f"INSi a répondu par un code de vérification qui n'est pas réglé ({self.code}). Rien n'en est conclu, et "
            "l'identité n'a pas changé. À faire : chercher ce code dans le paquet officiel, puis compléter "
            "ContratVerification.confirmes ou infirmes."
        )


ResultatVerification: TypeAlias = InsConfirmee | InsInfirmee | VerificationInconnue
"""Outcome of a verification: match on its type."""
