"""The canary run: whatever names the person, or opens a door, must show in nothing that is kept or shown.

The whole story is played with each record of the examples, under each facade, every logger at DEBUG; then all that
may go wrong on the way. Logs, warnings, outputs, traces, journal, ``repr`` of every value and everything an error
holds are searched for the record's traits, contacts and treatments, the matricule, mailboxes, subjects, file names,
tokens, keys and the reason of an emergency access.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import pytest
from canari_accrocs import ACCROCS
from canari_histoire import Scene, bac_pour, histoire
from canari_outils import Fiche, Filet
from canari_ratages import MOT_DE_PASSE, RATAGES
from chaine_outils import RESIDENTE, USAGER_SAD, derouler, preparer

from segur_socles.dui.dossier import Dossier
from segur_socles.errors import Constat, DocumentInvalideError, SegurError
from segur_socles.mss.types import MessageEnvoye, RefusDestinataire
from segur_socles.sandbox.journal import EntreeJournal
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.trace.sinks import JsonLinesSink

FICHES = {"residente": Fiche(RESIDENTE), "usager_sad": Fiche(USAGER_SAD)}
both = pytest.mark.parametrize("mode", ["sync", "async"])


@contextmanager
def tout_journaliser() -> Generator[None]:
    """Have every logger say all it can, those of other libraries included."""
    loggers = [logging.getLogger(), *(logging.getLogger(nom) for nom in logging.root.manager.loggerDict)]
    avant = [(logger, logger.level, logger.propagate) for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
        logger.propagate = True
    try:
        yield
    finally:
        for logger, niveau, propage in avant:
            logger.setLevel(niveau)
            logger.propagate = propage


@both
@pytest.mark.parametrize(
    "fiche",
    # The second record plays the same story: one of them is enough for a short run.
    [pytest.param(f, id=nom, marks=() if nom == "residente" else pytest.mark.long) for nom, f in FICHES.items()],
)
def test_no_canary_in_anything_that_is_kept(
    fiche: Fiche, mode: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with (
        caplog.at_level(logging.DEBUG),
        warnings.catch_warnings(record=True) as avertis,
        bac_pour(Dossier.lire(fiche.chemin), tmp_path) as bac,
        closing(JsonLinesSink(tmp_path / "traces.jsonl")) as traces,
        tout_journaliser(),
    ):
        warnings.simplefilter("always")
        scene, autres = Scene.ouvrir(fiche, bac, traces), dict[str, type[object]]()
        filet = scene.filet
        deroule = derouler(mode, bac.config, partial(histoire, scene), traces=traces)
        for nom, accroc in ACCROCS.items():
            try:
                resultat = accroc.jouer(scene, deroule, mode)
            except SegurError as error:
                resultat = error
                filet.erreur(error, nom)
            else:
                scene.vu(resultat)
            bac.pannes.effacer()
            if not isinstance(resultat, accroc.attendu):
                autres[nom] = type(resultat)
        assert autres == {}, "each failure is the expected one"
        scene.vu(bac.journal.entrees)
    assert caplog.records, "something was logged"
    filet.journaux(caplog.records)
    for avertissement in avertis:
        filet.texte(str(avertissement.message), "avertissement")
    filet.texte("\n".join(capfd.readouterr()), "sortie")
    filet.fichiers(tmp_path)
    assert {f.name for f in tmp_path.iterdir()} >= {"journal.jsonl", "traces.jsonl"}
    assert filet.prises() == []


def test_no_canary_in_what_the_record_insi_and_the_dmp_refuse(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    filet = Filet(FICHES["residente"].canaris)
    filet.secret(MOT_DE_PASSE)
    with caplog.at_level(logging.DEBUG), Sandbox(dossier=tmp_path) as bac, tout_journaliser():
        chaine = preparer(bac)
        filet.valeur((chaine.dossier, chaine.qualifiee, bac.config, bac.trousseau))
        for nom, rater in RATAGES.items():
            with pytest.raises(SegurError) as caught:
                rater(bac, chaine)
            bac.pannes.effacer()
            filet.erreur(caught.value, nom)
    filet.journaux(caplog.records)
    filet.fichiers(tmp_path)
    assert filet.prises() == []


# --- the net catches ---


@pytest.mark.parametrize("fiche", FICHES.values(), ids=FICHES)
def test_there_are_canaries(fiche: Fiche) -> None:
    assert len(fiche.canaris) > 60
    boites = [c["adresse"] for c in fiche.record["carnet"]]
    assert {fiche.nom, fiche.matricule, fiche.record["boite"]["adresse"], *boites} <= fiche.canaris
    assert any("/" in canari for canari in fiche.canaris), "the birth date as subjects write it"


def _leve(message: str, cause: BaseException | None = None, **champs: object) -> SegurError:
    """An error, and what was being handled when it was raised."""
    error = SegurError(message)
    error.__dict__.update(champs)
    # As ``raise … from None`` leaves it: out of the traceback, and there all the same.
    error.__context__, error.__suppress_context__ = cause, True
    return error


CANARI = FICHES["residente"].nom
ADRESSE = f"{CANARI}@medecin.mssante.fr"


def _log(filet: Filet, **champs: object) -> None:
    record = logging.LogRecord("httpx", logging.DEBUG, __file__, 1, "requête %s", (), None)
    record.__dict__.update(champs)
    filet.journaux([record])


def _fichier(filet: Filet, dossier: Path, nom: str, contenu: str) -> None:
    (dossier / nom).write_text(contenu, "utf-8")
    filet.fichiers(dossier)


def _masquee(valeur: object) -> object:
    """A value that shows nothing itself, and holds one that shows too much."""
    return MessageEnvoye("<a@b>", (), (RefusDestinataire(ADRESSE, 550, None, str(valeur), passager=False),))


POSES: dict[str, Callable[[Filet, Path], None]] = {
    "argument d'un log": lambda filet, _: _log(filet, args=(CANARI,)),
    "attribut d'un log": lambda filet, _: _log(filet, args=("x",), url=ADRESSE),
    "valeur": lambda filet, _: filet.valeur(Constat(CANARI, "")),
    "valeur dans une valeur": lambda filet, _: filet.valeur({"a": [_masquee(CANARI)]}),
    "message d'une erreur": lambda filet, _: filet.erreur(_leve(f"Voir {CANARI}."), "x"),
    "attribut d'une erreur": lambda filet, _: filet.erreur(_leve("x", detail=CANARI), "x"),
    "constat d'une erreur": lambda filet, _: filet.erreur(
        DocumentInvalideError("x", constats=(Constat("champ", CANARI),)), "x"
    ),
    "contexte caché d'une erreur": lambda filet, _: filet.erreur(_leve("x", KeyError(CANARI)), "x"),
    "adresse dans une URL": lambda filet, _: filet.texte(f"/?x={'%' + '%'.join(_hexa(CANARI))}", "x"),
    "trace": lambda filet, dossier: _fichier(filet, dossier, "traces.jsonl", f'{{"objet":"{CANARI.lower()}"}}'),
    "nom de fichier": lambda filet, dossier: _fichier(filet, dossier, f"{CANARI}.pdf", ""),
    "journal": lambda filet, _: filet.valeur(
        EntreeJournal(Dossier.lire(RESIDENTE).qualification.le, "mss", CANARI, None, None, 250, None, 0)  # type: ignore[union-attr]
    ),
}


def _hexa(texte: str) -> list[str]:
    return [f"{octet:02X}" for octet in texte.encode()]


@pytest.mark.parametrize("poser", POSES.values(), ids=POSES)
def test_a_planted_canary_is_caught(poser: Callable[[Filet, Path], None], tmp_path: Path) -> None:
    filet = Filet(FICHES["residente"].canaris)
    poser(filet, tmp_path)
    assert any(prise.endswith(CANARI) for prise in filet.prises())


def test_a_clean_text_is_not_caught() -> None:
    filet = Filet(FICHES["residente"].canaris)
    filet.erreur(_leve("La boîte est refusée."), "x")
    assert filet.prises() == []
