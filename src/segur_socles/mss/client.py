"""Secure mail for callers: the same calls, blocking or asynchronous."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from segur_socles._core.run import AsyncRunner, Runner
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.rendu.pdf import pdf_a
from segur_socles.mss.acces import AccesMss
from segur_socles.mss.boite import Boites
from segur_socles.mss.codes import ErreurIntegration
from segur_socles.mss.flows import FluxMss
from segur_socles.mss.redaction import rediger_message
from segur_socles.mss.reperes import Reperes
from segur_socles.mss.types import CourrierReleve, Emplacement, MessageEnvoye, MessagePret, MessageRecu, ResultatEnvoi
from segur_socles.personnes.autorisation import Autorisation
from segur_socles.trace.appelant import Appelant
from segur_socles.trace.traceur import Traceur
from segur_socles.xds.xdm import ecrire_xdm

__all__ = ["AsyncMssClient", "MssClient"]


class _Base:
    """What both clients share: nothing here talks to the network."""

    def __init__(self, appelant: Appelant, acces: Callable[[], AccesMss], traceur: Traceur, boites: Boites) -> None:
        self._appelant = appelant
        self._acces = acces
        self._flux = FluxMss(appelant, acces, traceur, boites)
        self._delai = appelant.environment.options_mss.delai

    def preparer(
        self,
        documents: DocumentCda | Sequence[DocumentCda],
        *,
        a: str | Sequence[str],
        pdf: bytes | Sequence[bytes] | None = None,
        texte: str | None = None,
        accuse: bool = True,
        repondre_a: str | None = None,
        en_reponse_a: str | None = None,
        sans_reponse: bool = False,
    ) -> MessagePret:
        """Make the message of one or several documents about one person: its bytes and identifiers are fixed here.

        - ``a``: mailboxes of the MSSanté space; a citizen's is made by ``adresse_citoyenne``;
        - ``pdf``: the readable copy of each document, in order; made from it if not given (extra ``[pdf]``);
        - ``texte``: what the correspondent reads first; ``accuse``: ask for read and delivery receipts;
        - ``repondre_a``: mailbox of the answers, if another; ``en_reponse_a``: Message-ID that this one answers to;
        - ``sans_reponse``: tell the person, when among the recipients, that no answer is expected.

        Store the message before sending it: a second attempt sends the same bytes.

        Raises:
            ChampInvalideError: recipients, documents and identity do not go together; every finding at once.
            DocumentInvalideError: the documents do not make an archive, or a copy cannot be made.
            CredentialError, ConfigurationError: the structure has no mailbox, or its operator is not known.
        """
        appelant, acces = self._appelant, self._acces()
        tous = (documents,) if isinstance(documents, DocumentCda) else tuple(documents)
        heure = appelant.clock.now()
        pdfs = (pdf,) if isinstance(pdf, bytes) else pdf
        archive = ecrire_xdm(
            tous,
            acteur=appelant.acteur,
            logiciel=appelant.logiciel,
            lot_id=appelant.ids.oid(appelant.logiciel.oid_racine),
            heure=heure,
            contact=acces.boite.adresse,
        )
        return rediger_message(
            tous,
            archive,
            pdfs=[pdf_a(document, heure) for document in tous] if pdfs is None else pdfs,
            boite=acces.boite,
            destinataires=(a,) if isinstance(a, str) else a,
            nil=acces.nil,
            reperes=Reperes.tirer(acces.boite.adresse, date=heure, ids=appelant.ids),
            texte=texte,
            accuse=accuse,
            repondre_a=repondre_a,
            en_reponse_a=en_reponse_a,
            sans_reponse=sans_reponse,
            options=appelant.environment.options_mss,
        )


class MssClient(_Base):
    """A mailbox of one structure, on behalf of one actor. Thread-safe. ``acces`` gives the way in at each call."""

    def __init__(
        self, appelant: Appelant, acces: Callable[[], AccesMss], traceur: Traceur, boites: Boites, runner: Runner
    ) -> None:
        super().__init__(appelant, acces, traceur, boites)
        self._runner = runner

    def envoyer(
        self, message: MessagePret, autorisation: Autorisation, *autres: Autorisation, delai: float | None = None
    ) -> ResultatEnvoi:
        """Hand a message over to the operator, once. ``delai`` is in seconds.

        ``autorisation``, ``autres``: that of ``ActeSocle.ENVOYER_MSS`` when a professional is among the recipients,
        that of ``ActeSocle.ECRIRE_USAGER`` when the person is.

        A failure before the end of the message is tried again, with the same bytes; one after it is not, ever.

        Returns ``MessageEnvoye`` (with the mailboxes that were refused, if any), ``EnvoiRefuse`` when all were, or
        ``EnvoiNonAutorise`` when the authorisation is not granted.

        Raises:
            TransportError: with ``outcome_unknown``, the operator may have taken the message: wait for its receipt.
                Otherwise nothing was taken, and the same message may be sent again later.
            CertificatRefuseError: the operator does not accept the structure's certificate.
            VerificationIndisponibleError: it could not check it for now; nothing was taken.
            ServiceError: it refused the message itself (size, sender…); ``retryable`` says whether to try later.
            ChampInvalideError: the message was made for another mailbox, or a recipient is not one it was made for:
                outside the MSSanté space, not named by its ``To``, or the mailbox of another person.
            TraceError: the record before the call could not be written; nothing was sent.
        """
        flux = self._flux.envoyer(message, (autorisation, *autres))
        return self._runner.run(flux, delai=self._delai if delai is None else delai)

    def relever(
        self, *, limite: int = 50, apres: Emplacement | None = None, delai: float | None = None
    ) -> CourrierReleve:
        """Read the messages not marked as seen, oldest first, ``limite`` at most. Nothing is marked.

        The result is a sequence of messages, that says how many unread ones are left (``restants``): fewer than
        ``limite`` come when they are large. ``relever(apres=courrier.apres)`` reads on, past those still unmarked.

        Of a message beyond ``OptionsMss.taille_maximale`` the header is read, of one that the operator cannot give
        nothing is; a finding says so, and the others come all the same.

        Raises:
            ChampInvalideError: ``limite`` below 1.
            CertificatRefuseError, VerificationIndisponibleError, ServiceError, TransportError: see :meth:`envoyer`.
            TraceError: the record before the call could not be written.
        """
        flux = self._flux.relever(limite, apres)
        return self._runner.run(flux, delai=self._delai if delai is None else delai)

    def accuser(
        self, recu: MessageRecu, erreur: ErreurIntegration | None = None, *, delai: float | None = None
    ) -> MessageEnvoye:
        """Tell who asked for it that a message was dealt with, or why it could not be (MDN, RFC 8098).

        Raises:
            ChampInvalideError: the message asks for no receipt, may not be answered, or came to another mailbox.
            ServiceError: the operator refused the receipt.
            CertificatRefuseError, VerificationIndisponibleError, TransportError, TraceError: see :meth:`envoyer`.
        """
        flux = self._flux.accuser(recu, erreur)
        return self._runner.run(flux, delai=self._delai if delai is None else delai)

    def marquer_lu(self, recu: MessageRecu, *, delai: float | None = None) -> None:
        """Mark a message as seen, once it was filed and acknowledged: it is not read again.

        Raises:
            ServiceError: code ``ABSENT``, it is not in the mailbox any more; or the operator refused.
            ChampInvalideError: the message was read from a file, or in another mailbox.
            CertificatRefuseError, VerificationIndisponibleError, TransportError, TraceError: see :meth:`envoyer`.
        """
        self._runner.run(self._flux.marquer_lu(recu), delai=self._delai if delai is None else delai)


class AsyncMssClient(_Base):
    """A mailbox of one structure, for asyncio. Same calls and errors as :class:`MssClient`; each runs in a thread."""

    def __init__(
        self, appelant: Appelant, acces: Callable[[], AccesMss], traceur: Traceur, boites: Boites, runner: AsyncRunner
    ) -> None:
        super().__init__(appelant, acces, traceur, boites)
        self._runner = runner

    async def envoyer(
        self, message: MessagePret, autorisation: Autorisation, *autres: Autorisation, delai: float | None = None
    ) -> ResultatEnvoi:
        """Hand a message over to the operator, once: see :meth:`MssClient.envoyer`."""
        flux = self._flux.envoyer(message, (autorisation, *autres))
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)

    async def relever(
        self, *, limite: int = 50, apres: Emplacement | None = None, delai: float | None = None
    ) -> CourrierReleve:
        """Read the messages not marked as seen: see :meth:`MssClient.relever`."""
        flux = self._flux.relever(limite, apres)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)

    async def accuser(
        self, recu: MessageRecu, erreur: ErreurIntegration | None = None, *, delai: float | None = None
    ) -> MessageEnvoye:
        """Tell that a message was dealt with, or why not: see :meth:`MssClient.accuser`."""
        flux = self._flux.accuser(recu, erreur)
        return await self._runner.run(flux, delai=self._delai if delai is None else delai)

    async def marquer_lu(self, recu: MessageRecu, *, delai: float | None = None) -> None:
        """Mark a message as seen: see :meth:`MssClient.marquer_lu`."""
        await self._runner.run(self._flux.marquer_lu(recu), delai=self._delai if delai is None else delai)
