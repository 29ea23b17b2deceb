"""What every verb shares: the console, machine output, and errors shown without a traceback."""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import typer
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from segur_socles.cli.codes import Sortie, code_de
from segur_socles.errors import SegurError

__all__ = ["Affichage", "erreurs_en_clair"]


class Affichage:
    """Writes for people, or for programs with ``--json`` (one object on stdout, nothing else)."""

    def __init__(self, *, en_json: bool) -> None:
        self.en_json = en_json
        self.console = Console(highlight=False, quiet=en_json, soft_wrap=False)
        self.erreurs = Console(stderr=True, highlight=False)

    def resultat(self, **donnees: Any) -> None:
        """Write the machine-readable result."""
        if self.en_json:
            sys.stdout.write(json.dumps(donnees, ensure_ascii=False, default=str) + "\n")

    def erreur(self, error: SegurError) -> None:
        """Show an error: on stderr for people, as an object on stdout for programs."""
        code = code_de(error)
        if self.en_json:
            self.resultat(statut="erreur", code=int(code), erreur=error.to_dict())
            return
        panel = Panel(Text(str(error)), title=f"Arrêt : {code.explication}", border_style="red", title_align="left")
        self.erreurs.print(panel)


@contextmanager
def erreurs_en_clair(affichage: Affichage) -> Generator[None]:
    """Turn our errors and Ctrl-C into a message and a documented exit code."""
    try:
        yield
    except SegurError as error:
        affichage.erreur(error)
        raise typer.Exit(code_de(error)) from None
    except KeyboardInterrupt:
        affichage.erreurs.print("Interrompu. Ce qui était en cours est arrêté proprement.")
        raise typer.Exit(Sortie.INTERROMPU) from None
    except (typer.Exit, typer.Abort):
        raise
    except Exception as error:  # noqa: BLE001 - a defect of ours: people get one line, not a traceback
        affichage.erreur(_defaut(error))
        raise typer.Exit(Sortie.INATTENDU) from None


def _defaut(error: Exception) -> SegurError:
    # Where and which class; the text of an unforeseen error may hold anything.
    lieu = traceback.extract_tb(error.__traceback__)[-1]
    message = f"Erreur inattendue ({type(error).__name__}, {Path(lieu.filename).name}:{lieu.lineno})."
    return SegurError(message, remede="signaler cette ligne aux mainteneurs, sans donnée de personne")
