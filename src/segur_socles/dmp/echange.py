"""One exchange with the DMP: a signed request, an answer read or turned into an error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from segur_socles._core.body import Body, BytesBody, MemorySink, Sink
from segur_socles._core.flow import Flow, Http, Request, Response
from segur_socles._core.soap import Answer, Fault, content_type, read_answer
from segur_socles.dmp.acces import AccesDmp
from segur_socles.dmp.codes import erreur_de_faute, erreur_dmp, issue_incertaine
from segur_socles.dmp.messages import QUOI, ReponseRegistre, ecrire_enveloppe
from segur_socles.dmp.propos import Propos
from segur_socles.dmp.vihf import INDIRECTE, USAGE_NORMAL, signer_vihf
from segur_socles.dmp.vihf_appelant import vihf_de
from segur_socles.errors import Constat, Gravite, SegurError, TransportError
from segur_socles.nomenclatures.codes import Code
from segur_socles.personnes.identite import IdentiteQualifiee
from segur_socles.trace.appelant import Appelant

__all__ = ["REPRENDRE", "Echange", "Transaction", "avertissements", "refus", "seule"]

T = TypeVar("T")

REPRENDRE: Final = "reprendre plus tard le même lot (reprise), sans en préparer un autre"


@dataclass(frozen=True, slots=True)
class Transaction(Generic[T]):
    """What makes one transaction: where it goes, what its body says, how its answer is read.

    ``lire`` receives the answer, our MessageID and the filter of the service's words; ``emballer`` turns the
    envelope into Content-Type and body; ``mode`` and ``usage`` are what the VIHF says; ``puits`` receives the
    answer's bytes.
    """

    service: str
    action: str
    label: str
    corps: Callable[[], str]
    lire: Callable[[Answer, str, Propos], T]
    emballer: Callable[[bytes], tuple[str, Body]]
    repeatable: bool = True
    mode: str = INDIRECTE
    usage: Code = USAGE_NORMAL
    puits: Callable[[], Sink] = MemorySink


class Echange(Generic[T]):
    """One exchange: a fresh MessageID and VIHF for each attempt, the answer read or turned into an error."""

    def __init__(
        self, appelant: Appelant, acces: AccesDmp, identite: IdentiteQualifiee, transaction: Transaction[T]
    ) -> None:
        self._appelant = appelant
        self._acces = acces
        self._matricule = identite.matricule
        self.propos = Propos.sur(identite)
        self._transaction = transaction
        self.message_id = ""

    def flux(self) -> Flow[T]:
        """Run it; the runner repeats it when that is harmless."""
        result: T = yield Http(
            build=self._construire,
            read=self._recevoir,
            channel=self._acces.channel,
            label=self._transaction.label,
            repeatable=self._transaction.repeatable,
            sink=self._transaction.puits,
        )
        return result

    def _construire(self) -> Flow[Request]:
        appelant, signataire, transaction = self._appelant, self._acces.signataire, self._transaction
        self.message_id = f"urn:uuid:{appelant.ids.uuid()}"
        sujet = signataire.sujet_rfc4514
        vihf = vihf_de(appelant, sujet, self._matricule, mode=transaction.mode, usage=transaction.usage)
        nom = appelant.environment.options_dmp.nom_attribut_mode
        assertion = yield from signer_vihf(vihf, signataire, nom_attribut_mode=nom)
        url = self._acces.adresse(transaction.service)
        enveloppe = ecrire_enveloppe(
            action=transaction.action,
            message_id=self.message_id,
            to=url,
            assertion=assertion,
            body=transaction.corps(),
        )
        media_type, body = transaction.emballer(enveloppe)
        return Request("POST", url, (("Content-Type", media_type),), body)

    def _recevoir(self, response: Response) -> T:
        answer = read_answer(response, expect_relates_to=self.message_id, what=QUOI)
        if isinstance(answer, Fault):
            if not self._transaction.repeatable and issue_incertaine(answer):
                message = "DMP : le service est tombé en panne pendant l'opération."
                raise TransportError(message, phase="answer", sent=True, status=answer.status, remede=REPRENDRE)
            raise erreur_de_faute(answer, propos=self.propos, correlation_id=self.message_id)
        return self._transaction.lire(answer, self.message_id, self.propos)


def seule(action: str) -> Callable[[bytes], tuple[str, Body]]:
    """Send the envelope alone, without attachment."""
    return lambda enveloppe: (content_type(action), BytesBody(enveloppe))


def refus(registre: ReponseRegistre, propos: Propos, message_id: str) -> SegurError:
    """Make the error of a registry's failure."""
    cause = registre.cause
    return erreur_dmp(cause.code, propos=propos, label=cause.contexte, correlation_id=message_id)


def avertissements(registre: ReponseRegistre, propos: Propos, message: str) -> tuple[Constat, ...]:
    """Keep the codes of the registry's warnings, under our own ``message`` and not its wording."""
    return tuple(Constat(propos.code(e.code), message, gravite=Gravite.AVERTISSEMENT) for e in registre.erreurs)
