"""Tells a story as it happens on the console, and keeps what the report will tell again."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from rich.padding import Padding
from rich.text import Text

from segur_socles.cli.console import Affichage
from segur_socles.cli.recit import EtapeJouee, Lieu, Preuve
from segur_socles.cli.sorties import ecrire_protege
from segur_socles.sandbox.journal import Journal

__all__ = ["Narrateur", "Scene"]

SCENES: Final = 8
"""Seven are played by the story; the eighth keeps what they left."""


class Scene:
    """One scene: what it says, the files it leaves, the document as it was found there."""

    def __init__(self, affichage: Affichage, sortie: Path) -> None:
        self._affichage = affichage
        self._sortie = sortie
        self.phrase = ""
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

    def conclure(self, phrase: str) -> None:
        """Say what the scene came to; shown when it ends."""
        self.phrase = phrase

    def garder(self, nom: str, octets: bytes) -> None:
        """Write a file to the output folder, for its owner only."""
        ecrire_protege(self._sortie / nom, octets)
        self.fichiers.append(nom)

    def prouver(self, lieu: str, octets: bytes) -> None:
        """Keep the digest of the document as it was found at ``lieu``."""
        self.preuves.append(Preuve(lieu, hashlib.sha256(octets).hexdigest()))


class Narrateur:
    """Gives the scenes in order, and holds those that were played whole."""

    def __init__(self, affichage: Affichage, sortie: Path, journal: Journal) -> None:
        self._affichage = affichage
        self._sortie = sortie
        self._journal = journal
        self.etapes: list[EtapeJouee] = []
        self.preuves: list[Preuve] = []
        self.avertissements: list[str] = []

    @contextmanager
    def scene(self, titre: str, lieu: str, service: str) -> Generator[Scene]:
        """Play one scene: ``lieu`` is a value of :class:`Lieu`, ``service`` what answers and how."""
        console = self._affichage.console
        numero = len(self.etapes) + 1
        console.print(f"\n[bold]{numero}/{SCENES} · {titre}[/] [dim]{service}[/]")
        scene = Scene(self._affichage, self._sortie)
        debut, entrees = time.perf_counter(), len(self._journal.entrees)
        try:
            with console.status("en cours…"):
                yield scene
        except BaseException:
            console.print("  [red]✗[/] étape interrompue")
            raise
        verdicts = tuple(verdict for entree in self._journal.entrees[entrees:] for verdict in entree.verdicts)
        self.preuves += scene.preuves
        self.avertissements += scene.avertissements
        etape = EtapeJouee(
            numero=numero,
            titre=titre,
            lieu=Lieu(lieu),
            service=service,
            phrase=scene.phrase,
            duree_s=time.perf_counter() - debut,
            details=tuple(scene.details),
            verdicts=verdicts,
            fichiers=tuple(scene.fichiers),
        )
        self.etapes.append(etape)
        reussis = f" [dim]({len(verdicts) - etape.echecs}/{len(verdicts)} contrôles)[/]" if verdicts else ""
        console.print(
            Text.assemble("  ", ("✓", "green"), f" {scene.phrase}"), Text.from_markup(reussis), sep="", end="\n"
        )
