"""What is sent and received by secure mail, and what a sending may come to.

Addresses, subjects, texts and file names show in no ``repr``: a citizen's address is a matricule, and a subject
names the person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias, overload

from segur_socles._core.model import invalide
from segur_socles.errors import Constat
from segur_socles.mss.codes import ActionRemise, ErreurIntegration, IssueAccuse
from segur_socles.personnes.adresses_mss import domaine
from segur_socles.personnes.recue import IdentiteRecue
from segur_socles.xds.xdm_lecture import ArchiveLue, ArchiveRefusee

__all__ = [
    "AccuseRecu",
    "AvisDeRemise",
    "CourrierReleve",
    "Emplacement",
    "EnvoiNonAutorise",
    "EnvoiRefuse",
    "MessageEnvoye",
    "MessagePret",
    "MessageRecu",
    "PieceJointe",
    "RefusDestinataire",
    "RemiseDestinataire",
    "ResultatEnvoi",
]


@dataclass(frozen=True, slots=True)
class PieceJointe:
    """A file beside a message: its name as written, MIME type in lower case, decoded bytes; its sender's words."""

    nom: str = field(repr=False)
    type_mime: str = field(repr=False)
    octets: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MessagePret:
    """A message ready to be sent: bytes and identifiers are fixed, whatever happens next.

    - ``message_id``: with its angle brackets, as receipts quote it; ``envid``: identifier of the delivery reports;
    - ``expediteur``: our mailbox; ``destinataires``: one address each, no double;
    - ``octets``: RFC 5322 with CRLF, exactly as sent and to be kept;
    - ``documents``: uniqueId of each document of the archive (none for a receipt);
    - ``matricule``: CX of the INS that the traces refer to by keyed digest; None without one.
    """

    message_id: str
    envid: str
    expediteur: str = field(repr=False)
    destinataires: tuple[str, ...] = field(repr=False)
    octets: bytes = field(repr=False)
    date: datetime
    documents: tuple[str, ...] = ()
    accuse_demande: bool = False
    matricule: str | None = field(default=None, repr=False)

    @property
    def taille(self) -> int:
        """Bytes of the message."""
        return len(self.octets)

    def pour(self, *adresses: str) -> MessagePret:
        """Give the same message, to the byte, for some of its recipients only: those that refused it for a time.

        Raises :class:`ChampInvalideError` if one of them is not a recipient of it.
        """
        if not adresses or not set(adresses) <= set(self.destinataires):
            remede = "donner des adresses de MessagePret.destinataires, celles de RefusDestinataire par exemple"
            constat = Constat("adresses", "une adresse n'est pas destinataire de ce message", remede=remede)
            raise invalide("MessagePret", (constat,))
        return replace(self, destinataires=tuple(dict.fromkeys(adresses)))


# --- outcomes of a sending ---


@dataclass(frozen=True, slots=True)
class RefusDestinataire:
    """One mailbox the operator refused: SMTP code (``550``), enhanced code (``5.1.1``), our French label.

    ``passager`` says that the same message may be offered again later to this mailbox.
    """

    adresse: str = field(repr=False)
    code: int
    code_etendu: str | None
    libelle: str
    passager: bool


@dataclass(frozen=True, slots=True)
class MessageEnvoye:
    """The operator took the message, for ``acceptes`` mailboxes; for those of ``refus`` it did not.

    Never to be sent again to those that accepted; to others, ``message.pour(*adresses)`` may be.
    """

    message_id: str
    acceptes: tuple[str, ...] = field(repr=False)
    refus: tuple[RefusDestinataire, ...] = ()

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        pris = f"Message pris en charge par l'opérateur pour {_compte(self.acceptes, 'destinataire')}"
        return f"{pris}, refusé pour {_compte(self.refus, 'destinataire')}." if self.refus else f"{pris}."


@dataclass(frozen=True, slots=True)
class EnvoiRefuse:
    """The operator refused every mailbox: the message was not taken, nothing left."""

    message_id: str
    refus: tuple[RefusDestinataire, ...]

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        motifs = " ; ".join(dict.fromkeys(refus.libelle for refus in self.refus))
        return f"Message refusé par l'opérateur, rien n'est parti : {motifs}."


@dataclass(frozen=True, slots=True)
class EnvoiNonAutorise:
    """The authorisation given is a refusal: nothing was sent."""

    message_id: str
    raisons: tuple[str, ...]

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        return f"Envoi non autorisé, rien n'a été envoyé : {' ; '.join(self.raisons)}."


ResultatEnvoi: TypeAlias = MessageEnvoye | EnvoiRefuse | EnvoiNonAutorise


# --- what is received ---


@dataclass(frozen=True, slots=True)
class AccuseRecu:
    """A receipt of ours, given back by a receiver: which message it answers, and what became of it.

    - ``message_id``: the Message-ID it quotes; ``issue``: what it says; ``disposition``: the same, as written;
    - ``erreur``: the application error (900-906) when processing failed;
    - ``expediteur``: the mailbox that it comes from, ``""`` if ambiguous; ``destinataire``: the one that it speaks for
      (``Final-Recipient``); ``destinataire_initial``: the one that we wrote to, if it was forwarded.

    The MSSanté space authenticates operators, not senders: a receipt proves no more than the good faith of its operator
    and of whoever knows the Message-ID.
    """

    message_id: str | None = field(repr=False)
    issue: IssueAccuse
    disposition: str = field(default="", repr=False)
    erreur: ErreurIntegration | None = None
    expediteur: str = field(default="", repr=False)
    destinataire: str | None = field(default=None, repr=False)
    destinataire_initial: str | None = field(default=None, repr=False)

    @property
    def reussi(self) -> bool:
        """Whether the receiver says that the message was dealt with; shown, forwarded or deleted is not that."""
        return self.issue is IssueAccuse.TRAITE

    def destinataire_de(self, message: MessagePret) -> str | None:
        """Give the recipient of ``message`` whose receipt this is; None if it is of another, or of nobody we wrote to.

        Each recipient has a receipt of its own. One sent by a recipient is that recipient's, whatever it says inside.
        Another mailbox may speak for a recipient (``Final-Recipient``, ``Original-Recipient``) only from the same mail
        domain: the software of a structure answers for its teams, a stranger for nobody.
        """
        if self.message_id != message.message_id:
            return None
        if lui_meme := _parmi(message, self.expediteur):
            return lui_meme
        nomme = _parmi(message, self.destinataire, self.destinataire_initial)
        return nomme if nomme and domaine(nomme) == domaine(self.expediteur) else None

    def concerne(self, message: MessagePret) -> bool:
        """Say whether this receipt is about ``message``, for one of its recipients; else it is not attributable."""
        return self.destinataire_de(message) is not None

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        if self.issue is IssueAccuse.ECHEC and self.erreur:
            return f"Le destinataire n'a pas pu intégrer le message : {self.erreur.libelle}."
        return self.issue.explication


@dataclass(frozen=True, slots=True)
class RemiseDestinataire:
    """What an operator did for one mailbox: action, enhanced status (``5.1.1``), our French label.

    ``adresse`` is where it ended up (``Final-Recipient``), ``adresse_initiale`` the one that we wrote to, if told.
    """

    adresse: str = field(repr=False)
    action: ActionRemise
    statut: str | None
    libelle: str
    adresse_initiale: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AvisDeRemise:
    """A delivery report of an operator (DSN, RFC 3464): for each mailbox, delivered or not, and why.

    ``message_id`` is the Message-ID of the original, ``envid`` its envelope identifier; either may be missing.
    """

    message_id: str | None = field(repr=False)
    envid: str | None = field(repr=False)
    destinataires: tuple[RemiseDestinataire, ...]

    @property
    def echecs(self) -> tuple[RemiseDestinataire, ...]:
        """The mailboxes that will not get the message."""
        return tuple(remise for remise in self.destinataires if remise.action is ActionRemise.ECHEC)

    def concerne(self, message: MessagePret) -> bool:
        """Say whether this report is about ``message``, and about one of its recipients at least."""
        if message.envid != self.envid and message.message_id != self.message_id:
            return False
        return any(_parmi(message, remise.adresse, remise.adresse_initiale) for remise in self.destinataires)

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        sorts = Counter((remise.action.libelle, remise.libelle) for remise in self.destinataires)
        dits = (
            f"{action} pour {nombre} destinataire{'s' if nombre > 1 else ''}"
            + (f" ({libelle})" if libelle != action else "")
            for (action, libelle), nombre in sorts.items()
        )
        return f"Avis de l'opérateur : {' ; '.join(dits)}."


@dataclass(frozen=True, slots=True)
class Emplacement:
    """Where a message was read, and what tells that it still is there.

    - ``boite``: address of the mailbox; ``uid``: the message's number, which holds for one ``uidvalidity``
      (RFC 3501 §2.3.1.1) of the folder, None if the server tells none;
    - ``empreinte``: SHA-256 of its header in hexadecimal, None when nothing of it could be read.
    """

    boite: str = field(repr=False)
    uidvalidity: int | None
    uid: int
    empreinte: str | None


@dataclass(frozen=True, slots=True)
class MessageRecu:
    """A message as received, read without being trusted.

    Everything its sender wrote freely is out of its ``repr``, Message-ID and types included.

    - ``octets``: RFC 5322, as fetched, empty when the server could not give them;
    - ``emplacement``: where it was read, None when from a file;
    - ``archive``: the verified ``IHE_XDM.ZIP``, why it was refused, or None when there is none;
    - ``accuse``: set when the message is itself a receipt, ``avis`` when it is a delivery report. A failure told by an
      ordinary mail has both ``accuse`` and ``archive``, which may be ours, given back;
    - ``accuse_demande``: the mailbox that wants a receipt and may get one;
    - ``expediteur``: ``""`` when From does not name one mailbox without ambiguity;
    - ``constats``: what breaks the rules of the MSSanté space, to be told to the sender.
    """

    octets: bytes = field(repr=False)
    emplacement: Emplacement | None
    message_id: str | None = field(repr=False)
    expediteur: str = field(repr=False)
    destinataires: tuple[str, ...] = field(repr=False)
    objet: str = field(repr=False)
    date: datetime | None
    texte: str = field(repr=False)
    pieces: tuple[PieceJointe, ...] = ()
    archive: ArchiveLue | ArchiveRefusee | None = None
    accuse: AccuseRecu | None = None
    avis: AvisDeRemise | None = None
    accuse_demande: str | None = field(default=None, repr=False)
    constats: tuple[Constat, ...] = ()

    @property
    def identite(self) -> IdentiteRecue | None:
        """The one person the archive is about, as sent; None without a verified archive."""
        return self.archive.identite if isinstance(self.archive, ArchiveLue) else None

    @property
    def uid(self) -> int | None:
        """Number of the message in its mailbox; None when read from a file."""
        return self.emplacement.uid if self.emplacement else None


@dataclass(frozen=True, slots=True)
class CourrierReleve(Sequence[MessageRecu]):
    """What one reading of a mailbox gave: its messages, oldest first, and how many unread ones come after them.

    ``apres`` is what to give to the next ``relever`` to read on, past messages that are not marked yet. It holds for
    the numbering of the mailbox that it was read from: once renumbered, reading begins anew::

        courrier = mss.relever()
        while courrier.restants:
            courrier = mss.relever(apres=courrier.apres)
    """

    messages: tuple[MessageRecu, ...]
    restants: int
    apres: Emplacement | None

    @overload
    def __getitem__(self, rang: int, /) -> MessageRecu: ...

    @overload
    def __getitem__(self, rang: slice, /) -> tuple[MessageRecu, ...]: ...

    def __getitem__(self, rang: int | slice, /) -> MessageRecu | tuple[MessageRecu, ...]:
        return self.messages[rang]

    def __iter__(self) -> Iterator[MessageRecu]:
        return iter(self.messages)

    def __len__(self) -> int:
        return len(self.messages)


def _parmi(message: MessagePret, *adresses: str | None) -> str | None:
    """Give the first of ``adresses`` that is a recipient of ``message``, as it was written there."""
    ecrites = {adresse.lower(): adresse for adresse in message.destinataires}
    return next((ecrites[adresse.lower()] for adresse in adresses if adresse and adresse.lower() in ecrites), None)


def _compte(choses: Sequence[object], nom: str) -> str:
    return f"{len(choses)} {nom}{'s' if len(choses) > 1 else ''}"
