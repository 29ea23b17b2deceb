"""What the sandbox's Pro Santé Connect remembers: registered software, codes, sessions. Nothing outlives it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from segur_socles.sandbox.psc.comptes import ComptePsc

__all__ = ["DUREE_ACCES", "DUREE_RAFRAICHISSEMENT", "Accord", "LogicielEnregistre", "Registre", "SessionOuverte"]

_JAMAIS: Final = datetime.min.replace(tzinfo=UTC)

DUREE_CODE: Final = timedelta(seconds=60)
DUREE_ACCES: Final = timedelta(seconds=120)
"""Two minutes, as the national service (certain)."""
DUREE_RAFRAICHISSEMENT: Final = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class LogicielEnregistre:
    """A registered client. With ``secret`` ``None`` it must come with a certificate whose CN is its ``client_id``."""

    client_id: str
    redirect_uris: frozenset[str]
    retours: frozenset[str] = frozenset()
    secret: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Accord:
    """What a code stands for."""

    logiciel: LogicielEnregistre
    compte: ComptePsc
    redirect_uri: str
    nonce: str = field(repr=False)
    defi: str = field(repr=False)
    le: datetime


@dataclass(slots=True)
class SessionOuverte:
    """A login: its tokens of the moment, and the certificate they are bound to."""

    sid: str
    accord: Accord
    empreinte: str | None
    acces: str = field(default="", repr=False)
    acces_jusqu_a: datetime = _JAMAIS
    rafraichissement: str = field(default="", repr=False)
    rafraichissement_jusqu_a: datetime = _JAMAIS


class Registre:
    """Codes and sessions. Used by the host's thread only."""

    def __init__(self) -> None:
        self._codes: dict[str, tuple[Accord, SessionOuverte | None]] = {}
        self._sessions: dict[str, SessionOuverte] = {}

    def emettre_code(self, accord: Accord) -> str:
        """Give a fresh code."""
        code = secrets.token_urlsafe(32)
        self._codes[code] = (accord, None)
        return code

    def accord(self, code: str, maintenant: datetime) -> Accord | None:
        """Give what a code stands for; ``None`` if unknown, too old, or used: a used one ends the session it opened."""
        accord, ouverte = self._codes.get(code, (None, None))
        if ouverte is not None:
            self.fermer(ouverte.sid)
            return None
        return accord if accord is not None and maintenant <= accord.le + DUREE_CODE else None

    def ouvrir(self, code: str, session: SessionOuverte) -> None:
        """Use up a code."""
        self._codes[code] = (session.accord, session)
        self._sessions[session.sid] = session

    def fermer(self, sid: str) -> None:
        """End a session, if it is open."""
        self._sessions.pop(sid, None)

    def par_acces(self, jeton: str, maintenant: datetime) -> SessionOuverte | None:
        """Give the session of an access token that is still good."""
        trouvees = (s for s in self._sessions.values() if secrets.compare_digest(s.acces, jeton))
        return next((s for s in trouvees if maintenant < s.acces_jusqu_a), None)

    def par_rafraichissement(self, jeton: str, maintenant: datetime) -> SessionOuverte | None:
        """Give the session of a refresh token that is still good; it rotates, so a former one is not."""
        trouvees = (s for s in self._sessions.values() if secrets.compare_digest(s.rafraichissement, jeton))
        return next((s for s in trouvees if maintenant < s.rafraichissement_jusqu_a), None)

    def par_sid(self, sid: str) -> SessionOuverte | None:
        """Give an open session."""
        return self._sessions.get(sid)
