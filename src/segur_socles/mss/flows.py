"""The acts on a mailbox, without input or output: send, read, acknowledge, mark as seen. Each leaves its traces."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Final, TypeVar

from segur_socles._core.deadline import Deadline
from segur_socles._core.flow import Call, Dialogue, Flow
from segur_socles._core.model import invalide
from segur_socles.errors import Constat, ServiceError
from segur_socles.mss.acces import AccesMss
from segur_socles.mss.accuse import rediger_accuse
from segur_socles.mss.boite import ENVOYER, MARQUER, RELEVER, Boites
from segur_socles.mss.codes import ErreurIntegration
from segur_socles.mss.enveloppe import ecarts_de_l_enveloppe
from segur_socles.mss.lecture import lire_message
from segur_socles.mss.refus import SERVICE
from segur_socles.mss.releve import Levee, MessageLeve
from segur_socles.mss.reperes import Reperes
from segur_socles.mss.types import (
    CourrierReleve,
    Emplacement,
    EnvoiNonAutorise,
    EnvoiRefuse,
    MessageEnvoye,
    MessagePret,
    MessageRecu,
    RefusDestinataire,
    ResultatEnvoi,
)
from segur_socles.personnes.adresses_mss import est_citoyenne
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.matricule import OIDS_INS
from segur_socles.personnes.recue import IdentiteRecue
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.record import Detail, Resultat
from segur_socles.trace.traceur import ActeTrace, Bilan, Traceur
from segur_socles.xds.formats import Cx
from segur_socles.xds.xdm_lecture import ArchiveLue, ArchiveRefusee

__all__ = ["FluxMss"]

T = TypeVar("T")

ACCUSER: Final = "mss.accuser"


class FluxMss:
    """Flows of one caller. ``acces`` is asked at each call, so that a renewed certificate is taken up."""

    def __init__(self, appelant: Appelant, acces: Callable[[], AccesMss], traceur: Traceur, boites: Boites) -> None:
        self._appelant = appelant
        self._acces = acces
        self._traceur = traceur
        self._boites = boites
        self._taille_maximale = appelant.environment.options_mss.taille_maximale

    def envoyer(self, message: MessagePret, autorisations: Sequence[Autorisation]) -> Flow[ResultatEnvoi]:
        """Send a message; see :meth:`MssClient.envoyer`."""
        acte = self._acte(ENVOYER, _bilan_envoi, _objet(message), message.matricule)
        return (yield from self._traceur.suivre(self._envoyer(message, autorisations), acte))

    def relever(self, limite: int, apres: Emplacement | None) -> Flow[CourrierReleve]:
        """Read the unseen messages; see :meth:`MssClient.relever`."""
        if limite < 1:
            raise invalide("relever", (Constat("limite", "un entier d'au moins 1 est attendu"),))
        return (yield from self._traceur.suivre(self._relever(limite, apres), self._acte(RELEVER, self._bilan_releve)))

    def accuser(self, recu: MessageRecu, erreur: ErreurIntegration | None) -> Flow[MessageEnvoye]:
        """Answer with a receipt; see :meth:`MssClient.accuser`."""
        acces = self._acces()
        if recu.emplacement:
            _exiger_boite(recu.emplacement, acces)
        reperes = Reperes.accuse_de(
            recu, acces.boite.adresse, erreur, date=self._appelant.clock.now(), ids=self._appelant.ids
        )
        logiciel = self._appelant.logiciel
        accuse = rediger_accuse(
            recu,
            boite=acces.boite,
            nil=acces.nil,
            rapporteur=f"{logiciel.nom} {logiciel.version}",
            reperes=reperes,
            erreur=erreur,
            options=self._appelant.environment.options_mss,
        )
        objet = {**_objet(accuse), **self._recu(recu)}
        if erreur:
            objet["erreur"] = erreur.code
        acte: ActeTrace[MessageEnvoye] = self._acte(ACCUSER, _bilan_envoi, objet, _cx(recu.identite))
        return (yield from self._traceur.suivre(self._accuser(accuse, acces), acte))

    def marquer_lu(self, recu: MessageRecu) -> Flow[None]:
        """Mark a message as seen; see :meth:`MssClient.marquer_lu`."""
        if recu.emplacement is None:
            constat = Constat(
                "emplacement", "ce message n'a pas été relevé dans une boîte", remede="l'obtenir par relever()"
            )
            raise invalide("MessageRecu", (constat,))
        acces = self._acces()
        _exiger_boite(recu.emplacement, acces)
        flux = self._marquer(recu.emplacement, acces)
        yield from self._traceur.suivre(flux, self._acte(MARQUER, lambda _: Bilan(), self._recu(recu)))

    # --- dialogues ---------------------------------------------------------------------------------------

    def _envoyer(self, message: MessagePret, autorisations: Sequence[Autorisation]) -> Flow[ResultatEnvoi]:
        if raisons := tuple(dict.fromkeys(_refus_de_droits(message, autorisations))):
            return EnvoiNonAutorise(message.message_id, raisons)
        acces = self._acces()
        if message.expediteur != acces.boite.adresse:
            constat = Constat(
                "expediteur", "ce message a été préparé pour une autre boîte", remede="l'envoyer de celle-ci"
            )
            raise invalide("MessagePret", (constat,))
        if ecarts := tuple(ecarts_de_l_enveloppe(message)):
            raise invalide("MessagePret", ecarts)
        return (yield from self._remettre(message, acces, ENVOYER, rapports=True))

    def _accuser(self, accuse: MessagePret, acces: AccesMss) -> Flow[MessageEnvoye]:
        resultat: MessageEnvoye | EnvoiRefuse = yield from self._remettre(accuse, acces, ACCUSER, rapports=False)
        if isinstance(resultat, EnvoiRefuse):
            refus = resultat.refus[0]
            message = f"{ACCUSER} : l'accusé est refusé par l'opérateur ({refus.code}, {refus.libelle})."
            code = str(refus.code)
            raise ServiceError(message, service=SERVICE, code=code, label=refus.libelle, retryable=refus.passager)
        return resultat

    def _remettre(
        self, message: MessagePret, acces: AccesMss, operation: str, *, rapports: bool
    ) -> Flow[MessageEnvoye | EnvoiRefuse]:
        def remettre(deadline: Deadline) -> MessageEnvoye | EnvoiRefuse:
            return self._boites.envoyer(
                acces,
                message,
                deadline,
                operation=operation,
                taille_maximale=self._taille_maximale,
                rapports=rapports,
            )

        # Not repeatable: offered again only when it is certain that it was not taken.
        resultat: MessageEnvoye | EnvoiRefuse = yield Dialogue(remettre, operation)
        return resultat

    def _relever(self, limite: int, apres: Emplacement | None) -> Flow[CourrierReleve]:
        lever = partial(
            self._boites.relever, self._acces(), limite=limite, apres=apres, taille_maximale=self._taille_maximale
        )
        levee: Levee = yield Dialogue(lever, RELEVER, repeatable=True)
        recus: list[MessageRecu] = []
        for leve in levee.messages:
            recus.append((yield Call(partial(_lire, leve))))  # noqa: PERF401 - an effect each
        return CourrierReleve(tuple(recus), levee.restants, levee.apres)

    def _marquer(self, emplacement: Emplacement, acces: AccesMss) -> Flow[None]:
        marquer = partial(self._boites.marquer_lu, acces, emplacement=emplacement)
        yield Dialogue(marquer, MARQUER, repeatable=True)

    # --- traces ------------------------------------------------------------------------------------------

    def _recu(self, recu: MessageRecu) -> dict[str, Detail]:
        # By keyed digest, as a person: its sender chose the Message-ID, and may have put a name in it.
        return {"message_recu_ref": self._traceur.reference(recu.message_id)} if recu.message_id else {}

    def _bilan_releve(self, courrier: CourrierReleve) -> Bilan:
        archives = [type(recu.archive) for recu in courrier]
        details: dict[str, Detail] = {
            "messages": len(courrier),
            "restants": courrier.restants,
            "archives_verifiees": archives.count(ArchiveLue),
            "archives_refusees": archives.count(ArchiveRefusee),
            "messages_recus_refs": " ".join(str(ref) for recu in courrier for ref in self._recu(recu).values()),
        }
        return Bilan(Resultat.SUCCES if courrier else Resultat.SANS_RESULTAT, details=details)

    def _acte(
        self,
        operation: str,
        bilan: Callable[[T], Bilan],
        objet: Mapping[str, Detail] | None = None,
        matricule: str | None = None,
    ) -> ActeTrace[T]:
        return ActeTrace(
            service=SERVICE,
            operation=operation,
            acteur=self._appelant.acteur,
            motif=self._appelant.motif,
            bilan=bilan,
            usager_ref=self._traceur.reference(matricule) if matricule else None,
            objet=objet or {},
        )


def _lire(leve: MessageLeve) -> MessageRecu:
    recu = lire_message(leve.octets, emplacement=leve.emplacement)
    if leve.ecart is None:
        return recu
    # Of nothing, there is nothing else to say.
    return replace(recu, constats=(*(recu.constats if leve.octets else ()), leve.ecart))


def _exiger_boite(emplacement: Emplacement, acces: AccesMss) -> None:
    """Numbers and receipts are those of the mailbox where the message came: see that it is this one."""
    if emplacement.boite != acces.boite.adresse:
        remede = "le traiter par la session de la boîte où il a été relevé"
        raise invalide("MessageRecu", (Constat("emplacement", "ce message vient d'une autre boîte", remede=remede),))


def _cx(identite: IdentiteRecue | None) -> str | None:
    """Write the INS that came as the traces refer to it; None without one."""
    identifiants = identite.identifiants if identite else ()
    return next((Cx(valeur, oid, "NH").cx() for oid, valeur in identifiants if oid in OIDS_INS), None)


_ACTES: Final = {
    ActeSocle.ENVOYER_MSS: "aucune autorisation d'écrire à des professionnels n'est donnée",
    ActeSocle.ECRIRE_USAGER: "aucune autorisation d'écrire à la personne n'est donnée",
}


def _refus_de_droits(message: MessagePret, autorisations: Sequence[Autorisation]) -> Iterator[str]:
    """Say what forbids the sending: each kind of recipient wants the authorisation of its own act."""
    requis = {ActeSocle.ECRIRE_USAGER if est_citoyenne(a) else ActeSocle.ENVOYER_MSS for a in message.destinataires}
    for acte in sorted(requis):
        donnees = [autorisation for autorisation in autorisations if autorisation.acte is acte]
        if not donnees:
            yield _ACTES[acte]
        for autorisation in donnees:
            yield from autorisation.raisons


def _objet(message: MessagePret) -> dict[str, Detail]:
    return {
        "message_id": message.message_id,
        "destinataires": len(message.destinataires),
        "documents": len(message.documents),
        "octets": message.taille,
    }


def _bilan_envoi(resultat: ResultatEnvoi) -> Bilan:
    match resultat:
        case MessageEnvoye(message_id, acceptes, refus):
            return Bilan(message_id=message_id, details={"acceptes": len(acceptes), **_codes(refus)})
        case EnvoiRefuse(message_id, refus):
            return Bilan(Resultat.ERREUR_METIER, str(refus[0].code), message_id, details=_codes(refus))
        case EnvoiNonAutorise(message_id):
            return Bilan(Resultat.REFUS_DROITS, message_id=message_id)


def _codes(refus: tuple[RefusDestinataire, ...]) -> dict[str, Detail]:
    return {"refuses": len(refus), "codes": ",".join(sorted({str(r.code) for r in refus}))} if refus else {}
