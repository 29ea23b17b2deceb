"""``segur-socles base``: a base of identities, verified from a file."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from segur_socles.cli.aide import COMMANDES, REGLAGES, Commande
from segur_socles.cli.codes import Sortie
from segur_socles.cli.console import Affichage, erreurs_en_clair
from segur_socles.ins.base.colonnes import Champ
from segur_socles.ins.base.verification import BilanBase, ReglagesBase, verifier_base

__all__ = ["app"]

app = typer.Typer(**REGLAGES)


class Encodage(StrEnum):
    """Encodings that may be forced."""

    UTF_8 = "utf-8"
    WINDOWS = "cp1252"
    LATIN_1 = "latin-1"
    UTF_16 = "utf-16"


_CODECS = {Encodage.UTF_8: "utf-8-sig"}  # with or without its mark


class Separateur(StrEnum):
    """Delimiters that may be forced."""

    POINT_VIRGULE = "point-virgule"
    VIRGULE = "virgule"
    TABULATION = "tabulation"
    BARRE = "barre"

    @property
    def signe(self) -> str:
        """The character itself."""
        return _SIGNES[self]


_SIGNES = {
    Separateur.POINT_VIRGULE: ";",
    Separateur.VIRGULE: ",",
    Separateur.TABULATION: "\t",
    Separateur.BARRE: "|",
}


@app.callback()
def base() -> None:
    """Une base d'identités, vérifiée à partir d'un fichier."""


@app.command(cls=Commande, rich_help_panel=COMMANDES)
def verifier(
    fichier: Annotated[Path, typer.Argument(metavar="FICHIER", help="Fichier délimité (CSV), une personne par ligne.")],
    rapport: Annotated[
        Path, typer.Option(metavar="RAPPORT", help="Où écrire les décisions ; s'il existe, la vérification reprend.")
    ],
    colonne: Annotated[
        list[str] | None,
        typer.Option(
            metavar="CHAMP=EN-TÊTE",
            help=f"Colonne à prendre pour un champ, quand l'en-tête n'est pas reconnu. Répétable. "
            f"Champs : {', '.join(Champ)}.",
        ),
    ] = None,
    encodage: Annotated[Encodage | None, typer.Option(help="Par défaut : deviné sur le fichier entier.")] = None,
    separateur: Annotated[Separateur | None, typer.Option(help="Par défaut : deviné sur l'en-tête.")] = None,
    essai: Annotated[bool, typer.Option("--essai", help="Admet les INS de test et de démonstration.")] = False,
    en_json: Annotated[bool, typer.Option("--json", help="Un seul objet JSON sur la sortie standard.")] = False,
) -> None:
    """Vérifie chaque ligne d'une base d'identités, sans interroger personne, et écrit un rapport.

    Sont contrôlés : les traits et leurs règles, le matricule, sa clé et sa nature (OID), l'accord du statut avec l'INS
    et les preuves, les dates, les doublons. Le rapport ne porte ni trait ni matricule : le numéro de la ligne,
    l'identifiant local, le verdict, ce qui ne va pas et quoi faire.

    Récupérer des INS en masse est interdit : une ligne sans INS est dite « à récupérer », une personne à la fois, lors
    d'une venue. La vérification en ligne par INSi n'est pas faite ici : son contrat n'est pas public.

    Ctrl-C arrête proprement ; la même commande reprend où elle en était, sans revoir les lignes décidées. Un
    fichier corrigé demande un nouveau rapport. Code de sortie 3 s'il reste des lignes à corriger.
    """
    affichage = Affichage(en_json=en_json)
    reglages = ReglagesBase(
        encodage=_CODECS.get(encodage, encodage.value) if encodage else None,
        separateur=separateur.signe if separateur else None,
        colonnes=_colonnes(colonne or ()),
        essai=essai,
    )
    with erreurs_en_clair(affichage):
        with _barre(affichage) as progres:
            bilan = verifier_base(fichier, rapport, reglages, progres=progres)
        _dire(affichage, bilan, rapport)
        if bilan.a_revoir:
            raise typer.Exit(Sortie.DONNEE_INVALIDE)


def _colonnes(choix: Sequence[str]) -> dict[Champ, str]:
    colonnes: dict[Champ, str] = {}
    for texte in choix:
        champ, egal, en_tete = texte.partition("=")
        if champ not in set(Champ) or not egal or not en_tete.strip():
            message = f"CHAMP=EN-TÊTE attendu ; champs : {', '.join(Champ)}"
            raise typer.BadParameter(message, param_hint="--colonne")
        colonnes[Champ(champ)] = en_tete
    return colonnes


@contextmanager
def _barre(affichage: Affichage) -> Generator[Callable[[int, int], None] | None]:
    """Show how far the file is read, on a terminal only."""
    if affichage.en_json or not affichage.erreurs.is_terminal:
        yield None
        return
    colonnes = (TextColumn("Vérification"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*colonnes, console=affichage.erreurs, transient=True) as barre:
        tache = barre.add_task("", total=None)
        yield lambda lus, total: barre.update(tache, completed=lus, total=total)


def _dire(affichage: Affichage, bilan: BilanBase, rapport: Path) -> None:
    affichage.resultat(
        statut="a_revoir" if bilan.a_revoir else "conforme",
        lignes=bilan.lignes,
        verdicts=bilan.verdicts,
        champs=bilan.champs,
        deja_decidees=bilan.deja_decidees,
        encodage=bilan.encodage,
        separateur=bilan.separateur,
        colonnes=bilan.colonnes,
        rapport=str(rapport),
    )
    console = affichage.console
    console.print(f"{bilan.lignes} lignes, dont {bilan.deja_decidees} déjà décidées avant cette exécution.")
    for verdict, nombre in bilan.verdicts.items():
        console.print(f"  {nombre:>8}  {verdict:<12} {verdict.explication}", soft_wrap=True)
    for champ, nombre in bilan.champs.items():
        console.print(f"  {nombre:>8}  constats sur « {champ} »", soft_wrap=True)
    absents = [champ.value for champ in Champ if champ not in bilan.colonnes]
    console.print(f"Sans colonne, donc sans contrôle : {', '.join(absents) or 'aucun champ'}.")
    console.print(f"Lu en {bilan.encodage}. Rapport : {rapport}", soft_wrap=True, markup=False)
