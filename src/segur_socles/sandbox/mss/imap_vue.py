"""A selected folder as one IMAP session sees it: its numbers change only when the session is told so."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from segur_socles.sandbox.mss.boites import Dossier, MessageDepose
from segur_socles.sandbox.mss.imap_commandes import Argument, RefusImapError
from segur_socles.sandbox.mss.imap_messages import SUPPRIME, VU, drapeaux, ensemble, lire_element

__all__ = ["Vue"]

_DRAPEAUX: Final = r"(\Answered \Flagged \Deleted \Seen \Draft)"


class Vue:
    """The messages of a folder, numbered from 1. ``ecriture`` is false after ``EXAMINE``."""

    def __init__(self, dossier: Dossier, *, ecriture: bool) -> None:
        self.messages: list[MessageDepose] = []
        self.ecriture = ecriture
        self._dossier = dossier
        self._recents: set[int] = set()
        self._accueillir()

    def presenter(self) -> list[str]:
        """Say what a client is told when it opens the folder."""
        premier = next((n for n, m in enumerate(self.messages, 1) if VU not in m.drapeaux), None)
        return [
            f"* FLAGS {_DRAPEAUX}",
            *self._compte(),
            *([] if premier is None else [f"* OK [UNSEEN {premier}] First unseen"]),
            f"* OK [UIDVALIDITY {self._dossier.validite}] UIDs valid",
            f"* OK [UIDNEXT {self._dossier.prochain_uid}] Predicted next UID",
            f"* OK [PERMANENTFLAGS {_DRAPEAUX if self.ecriture else '()'}] Flags permitted",
        ]

    def synchroniser(self) -> list[str]:
        """Take up what went and what came, and say it."""
        presents = {message.uid for message in self._dossier.messages}
        partis = [n for n, message in enumerate(self.messages, 1) if message.uid not in presents]
        self.messages = [message for message in self.messages if message.uid in presents]
        restants = len(self.messages)
        self._accueillir()
        # From the last one, so that the numbers of the others still hold.
        lignes = [f"* {numero} EXPUNGE" for numero in reversed(partis)]
        return lignes if len(self.messages) == restants else [*lignes, *self._compte()]

    def choisir(self, argument: Argument | None, *, par_uid: bool) -> list[tuple[int, MessageDepose]]:
        """Give the messages of a set, with their numbers. Raises :class:`RefusImapError`."""
        dernier = self._dernier_uid if par_uid else len(self.messages)
        dedans = ensemble(argument, dernier)
        return [(n, m) for n, m in enumerate(self.messages, 1) if dedans(m.uid if par_uid else n)]

    def decrire(self, numero: int, message: MessageDepose, demandes: list[str]) -> bytes:
        """Write the ``FETCH`` answer about a message; asking for its body means having seen it."""
        recent = message.uid in self._recents
        lus = [lire_element(demande, message, recent=recent) for demande in demandes]
        if self.ecriture and VU not in message.drapeaux and any(vu for _, vu in lus):
            message.drapeaux.add(VU)
            lus.append(lire_element("FLAGS", message, recent=recent))
        return b"* %d FETCH (%s)" % (numero, b" ".join(octets for octets, _ in lus))

    def marquer(self, messages: list[tuple[int, MessageDepose]], operation: str, donnes: Argument | None) -> None:
        """Change flags: ``FLAGS``, ``+FLAGS`` or ``-FLAGS``. Raises :class:`RefusImapError`."""
        self.exiger_ecriture()
        if operation not in {"FLAGS", "+FLAGS", "-FLAGS"}:
            raise RefusImapError("BAD", "Unknown store item")
        poses = drapeaux(donnes) - {"\\Recent"}
        for _, message in messages:
            garde = set[str]() if operation == "FLAGS" else message.drapeaux
            message.drapeaux = garde - poses if operation == "-FLAGS" else garde | poses

    def supprimer(self, uids: Argument | None = None) -> None:
        """Remove for good the messages flagged so, of a set of UIDs if one is given. Raises :class:`RefusImapError`."""
        self.exiger_ecriture()
        choisi: Callable[[int], bool] = (lambda _: True) if uids is None else ensemble(uids, self._dernier_uid)
        self._dossier.retirer({m.uid for m in self.messages if SUPPRIME in m.drapeaux and choisi(m.uid)})

    def exiger_ecriture(self) -> None:
        """Refuse after ``EXAMINE``."""
        if not self.ecriture:
            raise RefusImapError("NO", "[READ-ONLY] Folder was opened with EXAMINE")

    @property
    def _dernier_uid(self) -> int:
        return self.messages[-1].uid if self.messages else 0

    def _accueillir(self) -> None:
        connu = self._dernier_uid
        for message in self._dossier.messages:
            if message.uid > connu:
                self.messages.append(message)
                if message.recent:
                    self._recents.add(message.uid)
                    message.recent = not self.ecriture  # a session that only examines takes nothing away

    def _compte(self) -> list[str]:
        recents = sum(message.uid in self._recents for message in self.messages)
        return [f"* {len(self.messages)} EXISTS", f"* {recents} RECENT"]
