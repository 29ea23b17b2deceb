"""The verbs of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from segur_socles import __version__
from segur_socles.cli.aide import COMMANDES, REGLAGES, Commande
from segur_socles.cli.base import app as base
from segur_socles.cli.codes import Sortie
from segur_socles.cli.console import Affichage, erreurs_en_clair
from segur_socles.cli.demo import jouer
from segur_socles.cli.sandbox import app as sandbox
from segur_socles.cli.validate import validate

__all__ = ["app"]

CODES = "\n".join(f"- {code.value} : {code.explication}" for code in Sortie)

app = typer.Typer(
    name="segur-socles",
    epilog=f"Codes de sortie\n\n{CODES}",
    pretty_exceptions_enable=False,
    add_completion=False,
    **REGLAGES,
)
app.add_typer(base, name="base", rich_help_panel=COMMANDES)
app.add_typer(sandbox, name="sandbox", rich_help_panel=COMMANDES)
app.command(cls=Commande, rich_help_panel=COMMANDES)(validate)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"segur-socles {__version__}")
        raise typer.Exit


@app.callback()
def racine(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Affiche la version.")
    ] = False,
) -> None:
    """Services socles du Ségur (Pro Santé Connect, INSi, DMP, MSSanté) et leurs documents, pour les logiciels DUI."""
    del version


@app.command(cls=Commande, rich_help_panel=COMMANDES)
def demo(
    record: Annotated[
        Path | None,
        typer.Option(
            "--record", metavar="FICHIER", help="Dossier DUI à jouer (JSON). Par défaut : la résidente d'exemple."
        ),
    ] = None,
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            metavar="DOSSIER",
            show_default=False,
            help="Où écrire les documents, le message, les journaux et le rapport. Par défaut : sortie.",
        ),
    ] = Path("sortie"),
    en_json: Annotated[bool, typer.Option("--json", help="Un seul objet JSON sur la sortie standard.")] = False,
) -> None:
    """Joue l'histoire entière contre le bac à sable : connexion, INSi, DLU, DMP, annuaire, messagerie, lecture de nuit.

    Tout se passe sur cette machine : vrais échanges réseau en boucle locale, TLS vérifié des deux côtés,
    certificats fournis par le bac à sable. Aucun compte, aucun accès extérieur. Ouvrez ensuite rapport.html.
    """
    affichage = Affichage(en_json=en_json)
    with erreurs_en_clair(affichage):
        jouer(record, out, affichage)
