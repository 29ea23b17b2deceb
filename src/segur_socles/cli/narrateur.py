"""Tells a story as it happens on the console, and keeps what the report will tell again."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rich.padding import Padding
from rich.text import Text

from segur_socles.cli.console import Affichage
from segur_socles.cli.recit import EtapeJouee, Lieu, Preuve
from segur_socles.cli.sorties import ecrire_protege
from segur_socles.errors import SegurError
from segur_socles.sandbox.journal import Journal
from segur_socles.sandbox.service import Verdict

__all__ = ["Narrateur", "Scene"]


class Scene:
    """One scene: what it says, the files it leaves, the document as it was found there."""

    def __init__(self, affichage: Affichage, sortie: Path) -> None:
        self._affichage = affichage
        self._sortie = sortie
        self.phrase = ""
        self.aboutie = True
        self.details: list[str] = []
        self.fichiers: list[str] = []
        self.preuves: list[Preuve] = []
        self.avertissements: list[str] = []

    def dire(self, phrase: str) -> None:
        """Say something worth a line."""
        self.details.append(phrase)
        self._affichage.console.print(Padding(Text(phrase), (0, 0, 0, 4)))

    def avertir(self, *phrases: str) -> None:
        """Say what the reader must know about this kind of run, once for all; the report puts it apart."""
        for phrase in phrases:
            self.avertissements.append(phrase)
            self._affichage.console.print(Padding(Text(f"à savoir : {phrase}", style="dim"), (0, 0, 0, 4)))

    def conclure(self, phrase: str, *, aboutie: bool = True) -> None:
        """Say what the scene came to, shown when it ends, and whether that is what it was for."""
        self.phrase = phrase
        self.aboutie = aboutie

    def garder(self, nom: str, octets: bytes) -> None:
        """Write a file to the output folder, for its owner only."""
        ecrire_protege(self._sortie / nom, octets)
        self.fichiers.append(nom)

    def prouver(self, lieu: str, octets: bytes) -> None:
        """Keep the digest of the document as it was found at ``lieu``."""
        self.preuves.append(Preuve(lieu, hashlib.sha256(octets).hexdigest()))


class Narrateur:
    """Gives the scenes in order, and holds what each came to."""

    def __init__(self, affichage: Affichage, sortie: Path, journal: Journal) -> None:
        self._affichage = affichage
        self._sortie = sortie
        self._journal = journal
        self.etapes: list[EtapeJouee] = []
        self.preuves: list[Preuve] = []
        self.avertissements: list[str] = []

    @contextmanager
    def scene(self, titre: str, lieu: str, service: str) -> Generator[Scene]:
        """Play one scene: ``lieu`` is a value of :class:`Lieu`, ``service`` what answers and how.

        A scene that an error of ours stops is kept too, for what it did before.
        """
        console = self._affichage.console
        console.print(f"\n[bold]{len(self.etapes) + 1} · {titre}[/] [dim]{service}[/]")
        scene = Scene(self._affichage, self._sortie)
        debut, entrees = time.perf_counter(), len(self._journal.entrees)
        try:
            with console.status("en cours…"):
                yield scene
        except SegurError as error:
            scene.conclure(f"Étape interrompue. {error.message}", aboutie=False)
            raise
        except BaseException:
            console.print("  [red]✗[/] étape interrompue")
            raise
        finally:
            if scene.phrase:
                verdicts = tuple(verdict for entree in self._journal.entrees[entrees:] for verdict in entree.verdicts)
                self._noter(scene, titre, Lieu(lieu), service, time.perf_counter() - debut, verdicts)

    def passer(self, phrase: str) -> None:
        """Say that a scene is not played, and why."""
        self.avertissements.append(phrase)
        self._affichage.console.print(Padding(Text(phrase), (1, 0, 0, 0)))

    def _noter(
        self, scene: Scene, titre: str, lieu: Lieu, service: str, duree_s: float, verdicts: tuple[Verdict, ...]
    ) -> None:
        self.preuves += scene.preuves
        self.avertissements += scene.avertissements
        etape = EtapeJouee(
            numero=len(self.etapes) + 1,
            titre=titre,
            lieu=lieu,
            service=service,
            phrase=scene.phrase,
            duree_s=duree_s,
            details=tuple(scene.details),
            verdicts=verdicts,
            fichiers=tuple(scene.fichiers),
            aboutie=scene.aboutie,
        )
        self.etapes.append(etape)
        marque = ("✓", "green") if etape.aboutie else ("–", "yellow")
        controles = f" ({len(verdicts) - etape.echecs}/{len(verdicts)} contrôles)" if verdicts else ""
        self._affichage.console.print(Text.assemble("  ", marque, f" {scene.phrase}", (controles, "dim")))
