"""Reading mailboxes: an IMAP4rev1 session with the operator (RFC 3501, 2342, 3691, 4315, 4959, 6154).

Nothing before STARTTLS; the client certificate says which structure reads (``AUTHENTICATE EXTERNAL``), and the
authorization identity says which of its mailboxes. Words are those of a real server, as clients know them.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import re
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from segur_socles.sandbox.mss.boites import Boite, Dossier
from segur_socles.sandbox.mss.echange import (
    MARQUER,
    RELEVER,
    TAILLE_MAXIMALE,
    Echange,
    Operateur,
    signaler,
    structure_de,
)
from segur_socles.sandbox.mss.imap_commandes import (
    Commande,
    DialogueRompuError,
    RefusImapError,
    lire_commande,
    lire_ligne,
)
from segur_socles.sandbox.mss.imap_liaison import Liaison
from segur_socles.sandbox.mss.imap_messages import VU, drapeaux, elements, rechercher, texte
from segur_socles.sandbox.mss.imap_vue import Vue
from segur_socles.sandbox.pannes import Effet

__all__ = ["Session"]

_DELAI: Final = 1800.0
"""Seconds a session may stay silent (RFC 3501 5.4)."""

_FAUTES: Final = 20
"""Commands refused as BAD before the connection is closed."""

_SANS_CERTIFICAT: Final = "[ALERT] Client didn't present valid SSL certificate"


class Etat(IntEnum):
    """How far a session is."""

    CLAIR = 0
    CHIFFRE = 1
    AUTHENTIFIE = 2
    SELECTIONNE = 3


# UIDPLUS and the like are told after login only, as real servers do.
_CAPACITES: Final = {
    Etat.CLAIR: "IMAP4rev1 STARTTLS LOGINDISABLED",
    Etat.CHIFFRE: "IMAP4rev1 SASL-IR AUTH=EXTERNAL LOGINDISABLED",
    Etat.AUTHENTIFIE: "IMAP4rev1 NAMESPACE SPECIAL-USE UIDPLUS UNSELECT",
    Etat.SELECTIONNE: "IMAP4rev1 NAMESPACE SPECIAL-USE UIDPLUS UNSELECT",
}


class _FinError(Exception):
    """The session is over: nothing more is to be said."""


@dataclass(frozen=True, slots=True)
class _Verbe:
    """``traiter`` gives the text of the ``OK``; ``etats``: where the command is allowed.

    ``operation``: the name that the journal and the faults know the command by; ``None`` if they do not.
    """

    traiter: Callable[[Session, Commande], Awaitable[str]]
    etats: frozenset[Etat]
    operation: str | None = None


class Session:
    """One connection. The public methods are the commands: each says what it has to, and gives the text of its OK."""

    def __init__(self, operateur: Operateur, contexte: Callable[[], ssl.SSLContext], liaison: Liaison) -> None:
        self._operateur = operateur
        self._contexte = contexte
        self._liaison = liaison
        self._etat = Etat.CLAIR
        self._structure: str | None = None
        self._certificat = False
        self._boite: Boite | None = None
        self._vue: Vue | None = None
        self._echange: Echange | None = None
        self._fautes = 0

    # --- the dialogue ---

    async def servir(self) -> None:
        """Greet, then answer commands until one of the two leaves."""
        try:
            await self._liaison.dire(f"* OK [CAPABILITY {_CAPACITES[Etat.CLAIR]}] MSSante sandbox ready")
            while True:
                await self._tour()
        except (DialogueRompuError, _FinError, ConnectionError, ssl.SSLError):
            pass
        except TimeoutError:
            with suppress(ConnectionError):
                await self._liaison.dire("* BYE Autologout; idle for too long")
        except asyncio.CancelledError:
            self._liaison.couper()
            raise
        except Exception as error:  # noqa: BLE001 - a defect of ours must not stop the other services
            signaler(error)
        finally:
            self._liaison.fermer()

    async def _tour(self) -> None:
        etiquette = "*"
        try:
            async with asyncio.timeout(_DELAI):
                commande = await lire_commande(self._liaison.lecteur, self._liaison.inviter, depot=self._depot_permis)
            etiquette = commande.etiquette
            suite = await self._executer(commande)
        except RefusImapError as refus:
            etiquette = refus.etiquette if etiquette == "*" else etiquette
            await self._refuser(etiquette, refus)
        else:
            await self._liaison.dire(f"{etiquette} OK {suite}")
            if commande.nom == "STARTTLS":
                await self._chiffrer()
            elif commande.nom == "LOGOUT":
                raise _FinError

    async def _executer(self, commande: Commande) -> str:
        verbe = _VERBES.get(commande.nom)
        if verbe is None:
            raise RefusImapError("BAD", "Unknown command")
        if self._etat not in verbe.etats:
            if self._etat is Etat.CLAIR:
                raise RefusImapError("NO", "[PRIVACYREQUIRED] STARTTLS is required first")
            raise RefusImapError("BAD", "Command not allowed in this state")
        if verbe.operation is None:
            return await verbe.traiter(self, commande)
        self._echange = Echange(self._operateur, verbe.operation, self._structure)
        try:
            return await self._jouer(verbe, commande, self._echange)
        finally:
            self._echange.clore(None)  # if nothing was answered

    async def _jouer(self, verbe: _Verbe, commande: Commande, echange: Echange) -> str:
        """Carry out a command that the journal tells and that faults may strike."""
        try:
            await _eprouver(echange)
            suite = await verbe.traiter(self, commande)
        except RefusImapError as refus:
            echange.verifier(f"commande {commande.nom}", ok=False, detail=refus.texte)
            echange.clore(None, refus.statut)
            raise
        if echange.panne(Effet.TAIRE) is not None:
            self._liaison.couper()
            raise _FinError
        echange.verifier(f"commande {commande.nom}", ok=True)
        echange.clore(None, "OK")
        return suite

    async def _refuser(self, etiquette: str, refus: RefusImapError) -> None:
        await self._liaison.dire(f"{etiquette} {refus.statut} {refus.texte}")
        self._fautes += refus.statut == "BAD"
        if self._fautes >= _FAUTES:
            await self._liaison.dire("* BYE Too many invalid commands")
            raise _FinError

    @property
    def _depot_permis(self) -> int:
        return TAILLE_MAXIMALE if self._etat >= Etat.AUTHENTIFIE else 0

    # --- any state ---

    async def capability(self, _commande: Commande) -> str:
        """Say what the server can do now."""
        await self._liaison.dire(f"* CAPABILITY {_CAPACITES[self._etat]}")
        return "Capability completed"

    async def noop(self, _commande: Commande) -> str:
        """Say what is new."""
        await self._synchroniser()
        return "Completed"

    async def logout(self, _commande: Commande) -> str:
        """Say goodbye."""
        await self._liaison.dire("* BYE Logging out")
        return "Logout completed"

    # --- log-in ---

    async def starttls(self, _commande: Commande) -> str:
        """Announce TLS, which begins once this is said."""
        return "Begin TLS negotiation now"

    async def _chiffrer(self) -> None:
        der = await self._liaison.chiffrer(self._contexte())
        self._certificat, self._structure, self._etat = der is not None, structure_de(der), Etat.CHIFFRE

    async def login(self, _commande: Commande) -> str:
        """Refuse: there are no passwords here."""
        raise RefusImapError("NO", "[CANNOT] LOGIN is disabled")

    async def authenticate(self, commande: Commande) -> str:
        """Open a mailbox of the certificate's structure."""
        assert self._echange is not None  # noqa: S101 - the table of commands says that the journal tells this one
        verifier = self._echange.verifier
        if not verifier("certificat client présenté", self._certificat, "aucun"):
            raise RefusImapError("NO", _SANS_CERTIFICAT)
        mecanisme, *initiale = (texte(argument) for argument in commande.arguments or [""])
        if mecanisme.upper() != "EXTERNAL":
            raise RefusImapError("NO", "[CANNOT] Unsupported authentication mechanism")
        adresse = await self._identite(initiale[0] if initiale else None)
        boite = self._operateur.boites.trouver(adresse)
        if boite is None or not boite.appartient(self._structure):
            # One answer for both, as a mailbox of somebody else is not to be told from none.
            verifier("boîte de la structure du certificat", ok=False, detail="inconnue, ou d'une autre structure")
            raise RefusImapError("NO", "[AUTHORIZATIONFAILED] Mailbox not owned by the certificate's structure")
        verifier("boîte de la structure du certificat", ok=True)
        self._boite, self._etat = boite, Etat.AUTHENTIFIE
        return f"[CAPABILITY {_CAPACITES[self._etat]}] Logged in"

    async def _identite(self, initiale: str | None) -> str:
        """Give the authorization identity: with the command (RFC 4959, ``=`` for none), or when asked for it."""
        codee = initiale
        if codee is None:
            await self._liaison.dire("+ ")
            codee = (await lire_ligne(self._liaison.lecteur)).decode("ascii", "replace")
            if codee == "*":
                raise RefusImapError("BAD", "Authentication cancelled")
        try:
            return base64.b64decode("" if codee == "=" else codee, validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            raise RefusImapError("BAD", "Invalid base64") from None

    # --- authenticated ---

    async def namespace(self, _commande: Commande) -> str:
        """Say that all folders are the user's own."""
        await self._liaison.dire('* NAMESPACE (("" "/")) NIL NIL')
        return "Namespace completed"

    async def lister(self, commande: Commande) -> str:
        """Name the folders."""
        reference, motif = texte(commande.premier), texte(commande.deuxieme)
        if not motif:
            await self._liaison.dire(f'* {commande.nom} (\\Noselect) "/" ""')
        for nom in self._dossiers:
            if _correspond(reference + motif, nom):
                usage = " \\Sent" if nom == "Sent" else ""
                await self._liaison.dire(f'* {commande.nom} (\\HasNoChildren{usage}) "/" {nom}')
        return "List completed"

    async def status(self, commande: Commande) -> str:
        """Count the messages of a folder."""
        nom, dossier = self._trouver(commande)
        messages = dossier.messages
        valeurs = {
            "MESSAGES": len(messages),
            "RECENT": sum(m.recent for m in messages),
            "UIDNEXT": dossier.prochain_uid,
            "UIDVALIDITY": dossier.validite,
            "UNSEEN": sum(VU not in m.drapeaux for m in messages),
        }
        noms = [texte(d).upper() for d in commande.deuxieme] if isinstance(commande.deuxieme, list) else []
        if not noms or not valeurs.keys() >= set(noms):
            raise RefusImapError("BAD", "Unknown status item")
        await self._liaison.dire(f"* STATUS {nom} ({' '.join(f'{n} {valeurs[n]}' for n in noms)})")
        return "Status completed"

    async def append(self, commande: Commande) -> str:
        """File a message as it is (a copy of what was sent)."""
        _, dossier = self._trouver(commande)
        octets, options = commande.arguments[-1], commande.arguments[1:-1]
        if not isinstance(octets, bytes):
            raise RefusImapError("BAD", "Literal expected")
        poses = drapeaux(options[0]) if options and isinstance(options[0], list) else set[str]()
        message = dossier.deposer(octets, self._operateur.monde.clock.now(), poses)
        await self._synchroniser()
        return f"[APPENDUID {dossier.validite} {message.uid}] Append completed"

    async def select(self, commande: Commande) -> str:
        """Open a folder; one that was open is left."""
        self._vue, self._etat = None, Etat.AUTHENTIFIE
        _, dossier = self._trouver(commande)
        self._vue, self._etat = Vue(dossier, ecriture=commande.nom == "SELECT"), Etat.SELECTIONNE
        await self._liaison.dire(*self._vue.presenter())
        return f"[{'READ-WRITE' if self._vue.ecriture else 'READ-ONLY'}] {commande.nom} completed"

    async def interdit(self, _commande: Commande) -> str:
        """Refuse what would change the folders."""
        raise RefusImapError("NO", "[NOPERM] Folders are fixed")

    # --- selected ---

    async def fermer(self, commande: Commande) -> str:
        """Leave the folder; ``CLOSE`` removes what is flagged so, ``UNSELECT`` does not."""
        if commande.nom == "CLOSE" and self._ouverte.ecriture:
            self._ouverte.supprimer()
        self._vue, self._etat = None, Etat.AUTHENTIFIE
        return f"{commande.nom} completed"

    async def expunge(self, commande: Commande) -> str:
        """Remove what is flagged so."""
        self._ouverte.supprimer(commande.premier if _par_uid(commande) else None)
        await self._synchroniser()
        return "Expunge completed"

    async def chercher(self, commande: Commande) -> str:
        """Give the numbers of what matches."""
        trouves = rechercher(commande.arguments or ["ALL"], self._ouverte.messages)
        numeros = (message.uid if _par_uid(commande) else numero for numero, message in trouves)
        await self._liaison.dire(" ".join(("* SEARCH", *map(str, numeros))))
        return "Search completed"

    async def fetch(self, commande: Commande) -> str:
        """Give parts of messages."""
        choisis = self._ouverte.choisir(commande.premier, par_uid=_par_uid(commande))
        demandes = elements(commande.deuxieme)
        if _par_uid(commande) and "UID" not in map(str.upper, demandes):
            demandes = ["UID", *demandes]
        for numero, message in choisis:
            await self._liaison.dire(self._ouverte.decrire(numero, message, demandes))
        return "Fetch completed"

    async def store(self, commande: Commande) -> str:
        """Change flags."""
        choisis = self._ouverte.choisir(commande.premier, par_uid=_par_uid(commande))
        operation = texte(commande.deuxieme).upper()
        donnes = commande.arguments[2] if len(commande.arguments) > 2 else None  # noqa: PLR2004 - set, item, flags
        self._ouverte.marquer(choisis, operation.removesuffix(".SILENT"), donnes)
        if not operation.endswith(".SILENT"):
            demandes = ["UID", "FLAGS"] if _par_uid(commande) else ["FLAGS"]
            for numero, message in choisis:
                await self._liaison.dire(self._ouverte.decrire(numero, message, demandes))
        return "Store completed"

    # --- inside ---

    @property
    def _dossiers(self) -> dict[str, Dossier]:
        return {} if self._boite is None else self._boite.dossiers

    @property
    def _ouverte(self) -> Vue:
        assert self._vue is not None  # noqa: S101 - the table of commands says where each is allowed
        return self._vue

    def _trouver(self, commande: Commande) -> tuple[str, Dossier]:
        nom = texte(commande.premier)
        nom = "INBOX" if nom.upper() == "INBOX" else nom
        if nom not in self._dossiers:
            raise RefusImapError("NO", "[NONEXISTENT] No such folder")
        return nom, self._dossiers[nom]

    async def _synchroniser(self) -> None:
        if self._vue is not None:
            await self._liaison.dire(*self._vue.synchroniser())


async def _eprouver(echange: Echange) -> None:
    """Play the faults that come before the work."""
    if (attente := echange.panne(Effet.ATTENDRE)) is not None:
        await asyncio.sleep(attente.secondes)
    if echange.panne(Effet.REFUSER) is not None:
        raise RefusImapError("NO", "[UNAVAILABLE] Temporary failure")


def _par_uid(commande: Commande) -> bool:
    return commande.nom.startswith("UID ")


def _correspond(motif: str, nom: str) -> bool:
    """Match ``*`` and ``%``: folders have no children, so the two mean the same. INBOX is of any case."""
    expression = ".*".join(map(re.escape, re.split("[*%]+", motif)))
    return re.fullmatch(expression, nom, re.IGNORECASE if nom == "INBOX" else 0) is not None


_TOUS: Final = frozenset(Etat)
_CONNECTE: Final = frozenset({Etat.AUTHENTIFIE, Etat.SELECTIONNE})
_OUVERT: Final = frozenset({Etat.SELECTIONNE})

_VERBES: Final = {
    "CAPABILITY": _Verbe(Session.capability, _TOUS),
    "NOOP": _Verbe(Session.noop, _TOUS),
    "CHECK": _Verbe(Session.noop, _OUVERT),
    "LOGOUT": _Verbe(Session.logout, _TOUS),
    "STARTTLS": _Verbe(Session.starttls, frozenset({Etat.CLAIR})),
    "LOGIN": _Verbe(Session.login, frozenset({Etat.CHIFFRE})),
    "AUTHENTICATE": _Verbe(Session.authenticate, frozenset({Etat.CHIFFRE}), RELEVER),
    "NAMESPACE": _Verbe(Session.namespace, _CONNECTE),
    "LIST": _Verbe(Session.lister, _CONNECTE),
    "LSUB": _Verbe(Session.lister, _CONNECTE),
    "STATUS": _Verbe(Session.status, _CONNECTE),
    "APPEND": _Verbe(Session.append, _CONNECTE, RELEVER),
    "SELECT": _Verbe(Session.select, _CONNECTE, RELEVER),
    "EXAMINE": _Verbe(Session.select, _CONNECTE, RELEVER),
    **dict.fromkeys(("CREATE", "DELETE", "RENAME", "SUBSCRIBE", "UNSUBSCRIBE"), _Verbe(Session.interdit, _CONNECTE)),
    **dict.fromkeys(("CLOSE", "UNSELECT"), _Verbe(Session.fermer, _OUVERT)),
    **dict.fromkeys(("EXPUNGE", "UID EXPUNGE"), _Verbe(Session.expunge, _OUVERT, RELEVER)),
    **dict.fromkeys(("SEARCH", "UID SEARCH"), _Verbe(Session.chercher, _OUVERT, RELEVER)),
    **dict.fromkeys(("FETCH", "UID FETCH"), _Verbe(Session.fetch, _OUVERT, RELEVER)),
    **dict.fromkeys(("STORE", "UID STORE"), _Verbe(Session.store, _OUVERT, MARQUER)),
}
"""Command → what serves it, and where it is allowed."""
