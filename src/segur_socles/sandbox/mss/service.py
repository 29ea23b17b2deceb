"""The MSSanté operator of the sandbox, as the sandbox and tests see it."""

from __future__ import annotations

import ssl
from collections.abc import Callable

from segur_socles.errors import ConfigurationError
from segur_socles.personnes.structure import Structure
from segur_socles.sandbox.host import ServiceTcp
from segur_socles.sandbox.journal import Journal
from segur_socles.sandbox.mss.boites import Boites
from segur_socles.sandbox.mss.echange import Operateur
from segur_socles.sandbox.mss.imap import ServeurImap
from segur_socles.sandbox.mss.smtp import Soumission
from segur_socles.sandbox.pannes import Pannes
from segur_socles.sandbox.service import Monde

__all__ = ["ServiceMss"]


class ServiceMss:
    """Submission and reading of the mailboxes of known structures; citizens' mailboxes receive.

    A structure sends from and reads its own mailboxes only, as its client certificate tells.
    """

    def __init__(self, monde: Monde, pannes: Pannes, journal: Journal) -> None:
        self._operateur = Operateur(monde, Boites(monde.clock), pannes, journal)

    def ajouter_boite(self, adresse: str, structure: Structure) -> None:
        """Open a mailbox of a structure, at once; its domain joins the trust space.

        A client knows the domains of the environment it was given, and the mailboxes of its keyring: open those of a
        new domain first, and declare them with ``sandbox.trousseau.ajouter_boite``.
        """
        self._operateur.boites.ajouter(adresse, structure)

    def messages(self, adresse: str) -> tuple[bytes, ...]:
        """Give what was delivered to a mailbox, oldest first, as its owner would fetch it.

        Raises :class:`ConfigurationError` for a mailbox that does not exist.
        """
        boite = self._operateur.boites.trouver(adresse)
        if boite is None:
            message = "Cette boîte n'existe pas dans le bac à sable."
            raise ConfigurationError(message, champ="adresse", remede="l'ouvrir avec sandbox.mss.ajouter_boite")
        return tuple(message.octets for message in boite.dossiers["INBOX"].messages)

    @property
    def domaines(self) -> frozenset[str]:
        """Mail domains of the structures' mailboxes."""
        return self._operateur.boites.domaines

    def serveur_smtp(self, contexte: Callable[[], ssl.SSLContext]) -> ServiceTcp:
        """Make the submission server; ``contexte`` gives the TLS context of a handshake that begins."""
        from segur_socles.sandbox.mss.protocole_smtp import ServeurSmtp  # noqa: PLC0415 - brings aiosmtpd

        return ServeurSmtp(lambda: Soumission(self._operateur), contexte)

    def serveur_imap(self, contexte: Callable[[], ssl.SSLContext]) -> ServiceTcp:
        """Make the reading server."""
        return ServeurImap(self._operateur, contexte)
