"""The mailboxes in use, and the connections kept for each: one to send, one to read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Hashable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, Protocol, Self, TypeVar

from segur_socles._core.deadline import Deadline
from segur_socles._core.flow import Channel
from segur_socles._core.pool import Pool
from segur_socles.errors import ConfigurationError, DeadlineError

if TYPE_CHECKING:
    import ssl

    from segur_socles.mss.acces import AccesMss
    from segur_socles.mss.releve import Levee, Releve
    from segur_socles.mss.types import Emplacement, EnvoiRefuse, MessageEnvoye, MessagePret

__all__ = ["Boites"]

ENVOYER: Final = "mss.envoyer"
RELEVER: Final = "mss.relever"
MARQUER: Final = "mss.marquer_lu"

Serveur = tuple[str, int]


class _Connexion(Protocol):
    """What :class:`Soumission` and :class:`Releve` have in common."""

    @classmethod
    def ouvrir(cls, serveur: Serveur, canal: Channel, boite: str, operation: str, deadline: Deadline) -> Self: ...

    def commencer(self, operation: str, deadline: Deadline) -> None: ...

    def repond(self) -> bool: ...

    def fermer(self) -> None: ...

    def quitter(self) -> None: ...


C = TypeVar("C", bound=_Connexion)


class _Ligne(Generic[C]):
    """A connection kept between calls, for one call at a time, and under one certificate."""

    def __init__(self, protocole: type[C]) -> None:
        self._protocole = protocole
        self._verrou = threading.Lock()
        self._connexion: C | None = None
        self._certificat: Hashable = None
        self._fermee = False

    @contextmanager
    def prendre(self, serveur: Serveur, acces: AccesMss, operation: str, deadline: Deadline) -> Generator[C]:
        """Lend the connection, opened if need be. An error drops it; so do silence and a renewed certificate."""
        if not self._verrou.acquire(timeout=deadline.remaining(operation, sent=False)):
            message = f"{operation} : d'autres appels occupent cette boîte depuis tout le délai accordé."
            raise DeadlineError(message, phase="connect", sent=False, remede="réessayer plus tard")
        try:
            connexion = self._prete(acces.channel, operation, deadline)
            if connexion is None:
                adresse = acces.boite.adresse
                connexion = self._protocole.ouvrir(serveur, acces.channel, adresse, operation, deadline)
            try:
                yield connexion
            except BaseException:
                connexion.fermer()
                raise
            self._connexion, self._certificat = connexion, acces.channel.key
        finally:
            self._verrou.release()
            if self._fermee:
                self.fermer()

    def _prete(self, canal: Channel, operation: str, deadline: Deadline) -> C | None:
        # Given up until it is known to be at rest: whatever interrupts a call leaves its answers to come.
        connexion, self._connexion = self._connexion, None
        if connexion is None:
            return None
        utile = False
        try:
            connexion.commencer(operation, deadline)
            utile = self._certificat == canal.key and connexion.repond()
        finally:
            if not utile:
                connexion.fermer()
        return connexion if utile else None

    def fermer(self) -> None:
        """Close the connection; now if it is at rest, else when its call ends."""
        self._fermee = True
        if self._verrou.acquire(blocking=False):
            try:
                connexion, self._connexion = self._connexion, None
                if connexion is not None:
                    connexion.quitter()
            finally:
                self._verrou.release()


class _Boite:
    """The two connections of a mailbox."""

    def __init__(self) -> None:
        # The facade holds its mailboxes from the start: only the first one in use brings the mail protocols.
        from segur_socles.mss.releve import Releve  # noqa: PLC0415 - as the comment says
        from segur_socles.mss.soumission import Soumission  # noqa: PLC0415 - the same

        self.soumission = _Ligne(Soumission)
        self.releve = _Ligne(Releve)

    def fermer(self) -> None:
        """Close both."""
        self.soumission.fermer()
        self.releve.fermer()


@dataclass(frozen=True, slots=True)
class _Cle:
    """Names a mailbox to the pool: its servers and its address; a renewed certificate takes its place there."""

    acces: AccesMss

    @property
    def key(self) -> Hashable:
        return (self.acces.operateur.smtp, self.acces.operateur.imap, self.acces.boite.adresse)

    def ssl_context(self) -> ssl.SSLContext:
        return self.acces.channel.ssl_context()


class Boites:
    """Every mailbox of a process; threads may share it. Blocking: each call keeps the deadline it is given.

    ``serveurs`` are the hosts that may be contacted; at most ``maximum`` idle mailboxes keep their connections.
    """

    def __init__(self, serveurs: frozenset[Serveur], *, maximum: int = 64) -> None:
        self._serveurs = serveurs
        self._pool: Pool[_Boite] = Pool(lambda _: _Boite(), _Boite.fermer, maximum)

    def envoyer(
        self,
        acces: AccesMss,
        message: MessagePret,
        deadline: Deadline,
        *,
        operation: str = ENVOYER,
        taille_maximale: int,
        rapports: bool = True,
    ) -> MessageEnvoye | EnvoiRefuse:
        """Offer a message to the operator: see :meth:`Soumission.envoyer`."""
        serveur = self._serveur(acces.operateur.smtp)
        with (
            self._pool.borrow(_Cle(acces)) as boite,
            boite.soumission.prendre(serveur, acces, operation, deadline) as soumission,
        ):
            return soumission.envoyer(message, taille_maximale=taille_maximale, rapports=rapports)

    def relever(
        self,
        acces: AccesMss,
        deadline: Deadline,
        *,
        limite: int,
        apres: Emplacement | None = None,
        taille_maximale: int,
    ) -> Levee:
        """Fetch the unseen messages: see :meth:`Releve.lever`."""
        return self._lire(
            acces,
            RELEVER,
            deadline,
            lambda releve: releve.lever(limite=limite, apres=apres, taille_maximale=taille_maximale),
        )

    def marquer_lu(self, acces: AccesMss, deadline: Deadline, emplacement: Emplacement) -> None:
        """Mark a message as seen: see :meth:`Releve.marquer_lu`."""
        self._lire(acces, MARQUER, deadline, lambda releve: releve.marquer_lu(emplacement))

    def close(self) -> None:
        """Close every connection, for good."""
        self._pool.close()

    def _lire(self, acces: AccesMss, operation: str, deadline: Deadline, faire: Callable[[Releve], T]) -> T:
        serveur = self._serveur(acces.operateur.imap)
        with (
            self._pool.borrow(_Cle(acces)) as boite,
            boite.releve.prendre(serveur, acces, operation, deadline) as releve,
        ):
            return faire(releve)

    def _serveur(self, adresse: str) -> Serveur:
        hote, _, port = adresse.rpartition(":")
        if (hote, int(port)) not in self._serveurs:
            message = "Ce serveur de messagerie n'appartient pas à l'environnement choisi ; rien n'a été envoyé."
            raise ConfigurationError(message, champ="environment", remede="vérifier Environment.operateurs_mss")
        return hote, int(port)


T = TypeVar("T")
