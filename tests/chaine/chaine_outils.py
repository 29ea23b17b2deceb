"""The whole chain over real sockets, driven the same way by both facades."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias, TypeVar

from judges import PROJECT
from segur_socles._core.retry import RetryPolicy
from segur_socles._core.run import Exchange
from segur_socles.credentials.configuration import Configuration
from segur_socles.documents.document import DocumentCda
from segur_socles.dui.dossier import Dossier
from segur_socles.dui.droits import autorisation_alimentation
from segur_socles.dui.parcours import Qualifiee, qualifier, rediger
from segur_socles.ins.vitale import LectureVitale, MatriculeVitale
from segur_socles.personnes.autorisation import Autorisation
from segur_socles.personnes.identite import IdentiteQualifiee
from segur_socles.personnes.professionnel import Motif
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import AsyncSegur, Segur
from segur_socles.segur.session import Session
from segur_socles.trace.sinks import TraceSink

RESIDENTE = PROJECT / "examples" / "residente.json"
USAGER_SAD = PROJECT / "examples" / "usager_sad.json"
VITE = RetryPolicy(attempts=3, base=0.01, cap=0.02)


@dataclass
class Chaine:
    """One record, qualified and written: what each test starts from."""

    config: Configuration
    dossier: Dossier
    qualifiee: Qualifiee
    autorisation: Autorisation

    @property
    def identite(self) -> IdentiteQualifiee:
        return self.qualifiee.identite

    def document(self, session: Session, dossier: Dossier | None = None) -> DocumentCda:
        """A new document, with identifiers of its own."""
        return rediger(session, dossier or self.dossier, self.identite)


def preparer(sandbox: Sandbox) -> Chaine:
    dossier = Dossier.lire(RESIDENTE)
    with Segur(sandbox.config) as segur:
        qualifiee = qualifier(segur.au_nom_de(dossier.acteur, motif=Motif.PRISE_EN_CHARGE), dossier)
    jour = sandbox.config.clock.now().date()
    return Chaine(sandbox.config, dossier, qualifiee, autorisation_alimentation(dossier, dossier.acteur, jour))


def _lecture(chaine: Chaine) -> LectureVitale:
    """Give what the carte Vitale of this person holds: the same number as the INS, here."""
    matricule, traits = chaine.identite.matricule, chaine.identite.traits
    lu = MatriculeVitale(numero=matricule.numero)
    return LectureVitale(ouvrant_droit=lu, individu=lu, date_naissance=traits.date_naissance)


OPERATIONS = {
    "insi.rechercher_par_vitale": lambda session, chaine, _lot: session.insi.rechercher_par_vitale(
        _lecture(chaine), chaine.identite
    ),
    "insi.rechercher": lambda session, chaine, _lot: session.insi.rechercher(chaine.identite.traits),
    "dmp.tester_existence": lambda session, chaine, _lot: session.dmp.tester_existence(chaine.identite),
    "dmp.alimenter": lambda session, chaine, lot: session.dmp.alimenter(lot, chaine.autorisation),
}


def jouer(
    mode: str,
    chaine: Chaine,
    operation: str,
    *,
    config: Configuration | None = None,
    traces: TraceSink | None = None,
    observer: Callable[[Exchange], None] | None = None,
) -> tuple[Any, Any]:
    """Run one operation under one facade; return its lot (prepared in any case) and its result."""
    reglages: dict[str, Any] = {"policy": VITE, "traces": traces, "observer": observer}
    acteur, motif = chaine.dossier.acteur, Motif.PRISE_EN_CHARGE
    config = config or chaine.config
    if mode == "sync":
        with Segur(config, **reglages) as segur:
            session = segur.au_nom_de(acteur, motif=motif)
            lot = session.dmp.preparer(chaine.document(session), chaine.identite)
            return lot, OPERATIONS[operation](session, chaine, lot)

    async def asynchrone() -> tuple[Any, Any]:
        async with AsyncSegur(config, **reglages) as segur:
            session: Any = segur.au_nom_de(acteur, motif=motif)
            lot = session.dmp.preparer(chaine.document(session), chaine.identite)
            call: Coroutine[Any, Any, Any] = OPERATIONS[operation](session, chaine, lot)
            return lot, await call

    return asyncio.run(asynchrone())


R = TypeVar("R")

Recit: TypeAlias = Generator[Any, Any, R]
"""A story for both facades: it yields each call, and gets back what the call gives."""


def derouler(mode: str, config: Configuration, recit: Callable[[Any], Recit[R]], **reglages: Any) -> R:
    """Play ``recit(segur)`` under one facade; what a call raises is raised inside the story."""
    reglages = {"policy": VITE, **reglages}
    if mode == "sync":
        with Segur(config, **reglages) as segur:
            return _derouler(recit(segur))

    async def asynchrone() -> R:
        async with AsyncSegur(config, **reglages) as segur:
            return await _derouler_async(recit(segur))

    return asyncio.run(asynchrone())


def _derouler(recit: Recit[R]) -> R:
    resultat = None
    while True:
        try:
            resultat = recit.send(resultat)
        except StopIteration as fin:
            return fin.value


async def _derouler_async(recit: Recit[R]) -> R:
    avancer: Callable[[], Any] = partial(recit.send, None)
    while True:
        try:
            appel = avancer()
        except StopIteration as fin:
            return fin.value
        try:
            avancer = partial(recit.send, await appel)
        except Exception as error:  # noqa: BLE001 - the story says what it expects
            avancer = partial(recit.throw, error)
