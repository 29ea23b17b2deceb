"""Submission: who may send from which mailbox, to whom, what; and the delivery.

Transport codes are those of RFC 5321 and RFC 3463, as operators answer them; the rules on content have codes of ours.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING, Any, Final

from segur_socles.sandbox.mss.archive import alterer
from segur_socles.sandbox.mss.boites import Boite
from segur_socles.sandbox.mss.controles import REGLES, SANS_EXPEDITEUR, Envoi
from segur_socles.sandbox.mss.echange import ENVOYER, Echange, Operateur, signaler, structure_de
from segur_socles.sandbox.pannes import Effet

if TYPE_CHECKING:
    from aiosmtpd.smtp import SMTP, Envelope, Session

__all__ = ["NOM", "Soumission"]

NOM: Final = "mss-smtp.bac-a-sable.mssante.fr"
"""The name the server says it has."""

_DESTINATAIRES: Final = 100
_PRIS: Final = "250 2.0.0 OK: queued"
_INDISPONIBLE: Final = "451 4.3.0 Service temporarily unavailable"
_TROP_GRAND: Final = "552 5.3.4 Message size exceeds fixed limit"


@dataclass(slots=True)
class _Transaction:
    echange: Echange
    statut: int = 250

    def refuser(self, reponse: str) -> str:
        self.statut = int(reponse[:3])
        return reponse


class Soumission:
    """The dialogue of one connection, as aiosmtpd's hooks: each gives the answer to its command."""

    def __init__(self, operateur: Operateur) -> None:
        self._operateur = operateur
        self._structure: str | None = None
        self._transaction: _Transaction | None = None

    # --- hooks ---

    def handle_STARTTLS(self, _server: SMTP, session: Session, _envelope: Envelope) -> bool:  # noqa: N802
        """Learn which structure the client certificate names; the handshake has checked the rest."""
        liaison: dict[str, Any] = session.ssl or {}
        self._structure = structure_de(liaison["ssl_object"].getpeercert(binary_form=True))
        return True

    async def handle_EHLO(  # noqa: N802
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, reponses: list[str]
    ) -> list[str]:
        """Announce no authentication: the certificate is enough."""
        self._clore()
        session.host_name = hostname
        return [reponse for reponse in reponses if not reponse.startswith("250-AUTH")]

    async def handle_MAIL(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, adresse: str, options: list[str]
    ) -> str:
        """Take the sender: a mailbox of the certificate's structure, or nobody for a receipt."""
        transaction = self._ouvrir()
        if not self._possede(transaction, adresse):
            reponse = transaction.refuser("553 5.7.1 Sender address rejected: not owned by the certificate's structure")
            self._clore()
            return reponse
        envelope.mail_from = adresse
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope, adresse: str, _options: list[str]
    ) -> str:
        """Take a recipient: a known mailbox of the trust space."""
        transaction = self._transaction or self._ouvrir()
        verifier, boites = transaction.echange.verifier, self._operateur.boites
        domaine = adresse.rpartition("@")[2].lower()
        if not verifier("domaine de l'espace de confiance", domaine in boites.espace_de_confiance, "domaine inconnu"):
            return transaction.refuser("550 5.1.2 Recipient address rejected: domain outside the trust space")
        if not verifier("boîte du destinataire", boites.trouver(adresse) is not None, "boîte inconnue"):
            return transaction.refuser("550 5.1.1 Recipient address rejected: mailbox unknown")
        if len(envelope.rcpt_tos) >= _DESTINATAIRES:
            return transaction.refuser("452 4.5.3 Too many recipients")
        envelope.rcpt_tos.append(adresse)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Judge the message and deliver it, faults included."""
        transaction = self._transaction or self._ouvrir()
        echange = transaction.echange
        if (attente := echange.panne(Effet.ATTENDRE)) is not None:
            await asyncio.sleep(attente.secondes)
        if echange.panne(Effet.REFUSER) is not None:
            reponse = _INDISPONIBLE
        else:
            octets = envelope.original_content or b""
            envoi = Envoi(octets, envelope.mail_from or "", tuple(envelope.rcpt_tos))
            reponse = await asyncio.to_thread(self._traiter, echange, envoi)
        transaction.refuser(reponse)
        if echange.panne(Effet.TAIRE) is not None:
            self._perdre()
            if isinstance(server.transport, asyncio.WriteTransport):
                server.transport.abort()
            await asyncio.Event().wait()  # the end of the connection cancels us
        self._clore()
        return reponse

    async def handle_RSET(self, *_: object) -> str:  # noqa: N802
        """Abandon the transaction."""
        self._clore()
        return "250 2.0.0 OK"

    async def handle_QUIT(self, *_: object) -> str:  # noqa: N802
        """Say goodbye."""
        self._clore()
        return "221 2.0.0 Bye"

    async def handle_exception(self, error: Exception) -> str:
        """Answer a defect of ours without a word of the message."""
        signaler(error)
        return "451 4.3.0 Internal error"

    # --- what the protocol tells ---

    def trop_grand(self) -> str:
        """Refuse a message for its size, announced or found."""
        transaction = self._transaction or self._ouvrir()
        transaction.echange.verifier("taille du message", ok=False, detail="plus grand que la taille annoncée")
        reponse = transaction.refuser(_TROP_GRAND)
        self._clore()
        return reponse

    def fin(self) -> None:
        """End with the connection."""
        self._clore()

    # --- inside ---

    def _ouvrir(self) -> _Transaction:
        self._clore()
        self._transaction = _Transaction(Echange(self._operateur, ENVOYER, self._structure))
        return self._transaction

    def _clore(self) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            transaction.echange.clore(transaction.statut)

    def _perdre(self) -> None:
        transaction, self._transaction = self._transaction, None
        if transaction is not None:
            transaction.echange.clore(None)

    def _possede(self, transaction: _Transaction, adresse: str) -> bool:
        verifier = transaction.echange.verifier
        if adresse == SANS_EXPEDITEUR:
            return verifier("structure du certificat", self._structure is not None, "aucune dans le certificat")
        boite = self._operateur.boites.trouver(adresse)
        return verifier("boîte de l'expéditeur", boite is not None, "boîte inconnue") and verifier(
            "boîte de la structure du certificat",
            boite is not None and boite.appartient(self._structure),
            "le certificat (OU) est d'une autre structure",
        )

    def _traiter(self, echange: Echange, envoi: Envoi) -> str:
        """Judge and deliver. Runs in a thread: an archive takes time to read."""
        identifiants = envoi.entetes("Message-ID")
        echange.message_id = identifiants[0] if identifiants else None
        rompues = [r for r in REGLES if not echange.verifier(r.controle, r.tient(envoi), r.code)]
        # The envelope's sender was checked at MAIL; a receipt has none, hence its author now.
        boites = [self._operateur.boites.trouver(auteur) for auteur in envoi.auteurs]
        auteur_connu = all(boite is not None and boite.appartient(self._structure) for boite in boites)
        if rompues or not echange.verifier("From de la structure du certificat", auteur_connu, "autre structure"):
            codes = " ".join(r.code for r in rompues) or "SANDBOX_FROM"
            return f"554 5.6.0 {codes}"
        self._distribuer(echange, envoi)
        return _PRIS

    def _distribuer(self, echange: Echange, envoi: Envoi) -> None:
        maintenant = self._operateur.monde.clock.now()
        adresse_retour = "<>" if envoi.expediteur == SANS_EXPEDITEUR else f"<{envoi.expediteur}>"
        entetes = (
            f"Return-Path: {adresse_retour}\r\n"
            f"Received: from localhost (localhost [127.0.0.1])\r\n"
            f"\tby {NOM} with ESMTPS; {format_datetime(maintenant)}\r\n"
        )
        octets = envoi.octets
        if envoi.archive is not None and echange.panne(Effet.ALTERER) is not None:
            octets = alterer(octets, envoi.message)
        boites: dict[int, Boite] = {}
        for adresse in envoi.destinataires:
            boite = self._operateur.boites.trouver(adresse)
            if boite is not None:
                boites[id(boite)] = boite
        for boite in boites.values():
            boite.dossiers["INBOX"].deposer(entetes.encode("ascii") + octets, maintenant)
