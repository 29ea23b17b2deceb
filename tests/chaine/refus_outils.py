"""What the refusals of the story start from, and the state that none of them may change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from canari_courrier import inbox
from canari_histoire import ENVOYER, PDF
from chaine_outils import Recit

from segur_socles.documents.document import DocumentCda
from segur_socles.dui.dossier import Dossier
from segur_socles.dui.parcours import rediger
from segur_socles.mss.types import MessageEnvoye, MessagePret
from segur_socles.personnes.identite import IdentiteQualifiee
from segur_socles.personnes.professionnel import Motif
from segur_socles.sandbox.donnees import URGENCES, URGENTISTE
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.trace.record import Resultat

INFIRMERIE = "infirmerie@ehpad.bac-a-sable.mssante.fr"
URGENCES_BAL = "urgences@ch-essai.bac-a-sable.mssante.fr"
MEDECIN = "alain.fictif@medecin.bac-a-sable.mssante.fr"
BOITES = (INFIRMERIE, URGENCES_BAL, MEDECIN)
INCONNUE = "personne@medecin.bac-a-sable.mssante.fr"

Etat = dict[str, object]


@dataclass
class Lieu:
    """The sandbox, the resident, and another person whose DMP is closed."""

    bac: Sandbox
    dossier: Dossier
    identite: IdentiteQualifiee
    fermee: IdentiteQualifiee
    avant: Etat = field(default_factory=dict)

    def etat(self) -> Etat:
        """Documents in the registry; flags of each message of each mailbox (none: it is still unread)."""
        courrier = {boite: [sorted(m.drapeaux) for m in inbox(self.bac, boite).messages] for boite in BOITES}
        return {"registre": self.bac.dmp.nombre_de_documents, **courrier}

    def photographier(self) -> None:
        """Say that what precedes was only the setting."""
        self.avant = self.etat()

    def vider(self) -> None:
        """Empty the mailboxes."""
        for boite in BOITES:
            messages = inbox(self.bac, boite)
            messages.retirer([m.uid for m in messages.messages])

    def session(self, segur: Any) -> Any:
        return segur.au_nom_de(self.dossier.acteur, motif=Motif.PRISE_EN_CHARGE)

    def hopital(self, segur: Any) -> Any:
        return segur.automate(URGENCES, responsable=URGENTISTE.professionnel, motif=Motif.PRISE_EN_CHARGE)

    def document(self, segur: Any, identite: IdentiteQualifiee | None = None) -> DocumentCda:
        return rediger(self.session(segur), self.dossier, identite or self.identite)

    def message(self, segur: Any, *a: str) -> MessagePret:
        message: MessagePret = self.session(segur).mss.preparer(self.document(segur), a=a or (URGENCES_BAL,), pdf=PDF)
        return message

    def livrer(self, segur: Any) -> Recit[MessagePret]:
        """Have a message in the mailbox of the hospital."""
        message = self.message(segur)
        envoi = yield self.session(segur).mss.envoyer(message, ENVOYER)
        assert isinstance(envoi, MessageEnvoye)
        return message


@dataclass(frozen=True)
class Refus:
    """One bad input.

    - ``attendu``: the error raised, or the outcome given; ``dit``: a part of what it tells the user;
    - ``trace``: operation and result of the last record "apres", None for what is refused before any act begins;
    - ``change``: what is different afterwards, nothing by default.
    """

    jouer: Callable[[Lieu, Any], Recit[object]]
    attendu: type[object]
    dit: str
    trace: tuple[str, Resultat] | None
    change: Callable[[Etat], Etat] = dict
