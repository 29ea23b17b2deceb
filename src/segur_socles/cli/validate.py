"""``segur-socles validate``: what is wrong in CDA documents, file by file."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.padding import Padding
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from segur_socles._core.xml import DOCUMENT
from segur_socles.cli.codes import Sortie
from segur_socles.cli.console import Affichage, erreurs_en_clair
from segur_socles.documents.validation.officielles import ReglesOfficielles
from segur_socles.documents.validation.rapport import ConstatDocument, RapportValidation
from segur_socles.documents.validation.valider import valider
from segur_socles.errors import Gravite

__all__ = ["validate"]

_LIEUX = 6
"""Places shown of a finding that comes back; ``--json`` gives them all."""

_PROBLEMES = ((FileNotFoundError, "fichier introuvable"), (PermissionError, "lecture refusée"))

_STYLES = {Gravite.ERREUR: "bold red", Gravite.AVERTISSEMENT: "yellow"}


@dataclass(frozen=True)
class Resultat:
    """One file: its report, or why it could not be read."""

    fichier: Path
    rapport: RapportValidation | None = None
    illisible: str = ""

    @property
    def conforme(self) -> bool:
        return self.rapport is not None and self.rapport.conforme

    def to_dict(self) -> dict[str, Any]:
        if self.rapport is None:
            return {"fichier": str(self.fichier), "conforme": False, "illisible": self.illisible}
        return {"fichier": str(self.fichier), **self.rapport.to_dict()}


def validate(
    fichiers: Annotated[list[Path], typer.Argument(metavar="FICHIER", help="Documents CDA R2 (XML).")],
    kit: Annotated[
        Path | None,
        typer.Option(
            metavar="DOSSIER",
            envvar="CISIS_KIT",
            show_envvar=False,
            help="Kit de test de contenu CDA du CI-SIS : ajoute le schéma et les schématrons officiels. À défaut : la "
            "variable CISIS_KIT.",
        ),
    ] = None,
    en_json: Annotated[bool, typer.Option("--json", help="Un seul objet JSON sur la sortie standard.")] = False,
) -> None:
    """Contrôle des documents CDA R2, les vôtres ou ceux des autres, et dit tout ce qui ne va pas en une fois.

    Sans kit, nos règles répondent aussitôt : en-tête, traits de l'INS, types de données, sections du modèle, texte et
    références, PDF d'un document non structuré. Chaque constat dit où (en français, et la ligne), quelle règle, quoi
    faire.

    Avec --kit, les règles de l'Agence s'y ajoutent, dans l'ordre : schéma XML, structuration minimale, IHE, contraintes
    françaises, ANS, terminologies, modèle du document. Le kit se télécharge auprès de l'Agence du Numérique en Santé ;
    il faut le complément `validation`. Le premier document attend quelques secondes que les règles soient prêtes.

    Modèles reconnus : DLU, FLUDT, FLUDR, LDL-EES, LDL-SES, IPS-FR, FT-SU, FR-SU, N1. De tout autre, l'en-tête et les
    types de données sont contrôlés.

    Rien de ce que contient un document n'est affiché. Un avertissement ne rend pas un document non conforme. Un fichier
    illisible n'arrête pas les suivants. Code de sortie 3 si un document est à corriger ou illisible.
    """
    affichage = Affichage(en_json=en_json)
    with erreurs_en_clair(affichage):
        regles = None if kit is None else ReglesOfficielles(kit)
        resultats = _tous(affichage, fichiers, regles)
        a_corriger = sum(not r.conforme for r in resultats)
        affichage.resultat(
            statut="a_corriger" if a_corriger else "conforme",
            kit=str(kit) if kit else None,
            documents=[r.to_dict() for r in resultats],
        )
        if len(resultats) > 1:
            dernier = resultats[-1].rapport
            if dernier is None or not dernier.constats:  # findings end with a blank line of their own
                affichage.console.print()
            _bilan(affichage, len(resultats), a_corriger)
        if a_corriger:
            raise typer.Exit(Sortie.DONNEE_INVALIDE)


def _tous(affichage: Affichage, fichiers: Sequence[Path], regles: ReglesOfficielles | None) -> list[Resultat]:
    resultats: list[Resultat] = []
    montres = 0
    try:
        with _barre(affichage, len(fichiers), officielles=regles is not None) as avancer:
            for fichier in fichiers:
                resultats.append(_un(fichier, regles))
                avancer(len(resultats))
                if avancer is _sans_barre:  # a bar and lines on one terminal would mix: the lines then come after it
                    _montrer(affichage, resultats[-1])
                    montres += 1
    finally:  # after Ctrl-C too: what was judged is worth reading
        for resultat in resultats[montres:]:
            _montrer(affichage, resultat)
    return resultats


def _un(fichier: Path, regles: ReglesOfficielles | None) -> Resultat:
    if fichier.is_dir():
        return Resultat(fichier, illisible=f"c'est un dossier ; donner ses fichiers : {fichier}/*.xml")
    try:
        with fichier.open("rb") as flux:
            octets = flux.read(DOCUMENT.max_bytes + 1)  # one more: the reader then says that it is too much
    except OSError as error:
        probleme = next((mot for kind, mot in _PROBLEMES if isinstance(error, kind)), "erreur du système")
        return Resultat(fichier, illisible=probleme)
    return Resultat(fichier, valider(octets, regles=regles))


def _sans_barre(faits: int) -> None:
    del faits


@contextmanager
def _barre(affichage: Affichage, total: int, *, officielles: bool) -> Generator[Callable[[int], None]]:
    """Show how many files are judged, on a terminal only, and when it takes long enough to be worth it."""
    if affichage.en_json or not affichage.erreurs.is_terminal or not (officielles or total > 1):
        yield _sans_barre
        return
    colonnes = (TextColumn("Validation"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*colonnes, console=affichage.erreurs, transient=True) as barre:
        tache = barre.add_task("", total=total)
        yield lambda faits: barre.update(tache, completed=faits)


# --- for people ------------------------------------------------------------------------------------------


def _montrer(affichage: Affichage, resultat: Resultat) -> None:
    console, rapport = affichage.console, resultat.rapport
    titre = Text.assemble(
        ("✓ ", "bold green") if resultat.conforme else ("✗ ", "bold red"), (str(resultat.fichier), "bold")
    )
    if rapport is None:
        console.print(titre + Text(f"  illisible : {resultat.illisible}"), soft_wrap=True)
        return
    verdict = [_nombre(len(rapport.erreurs), "erreur"), _nombre(len(rapport.avertissements), "avertissement")]
    suite = ", ".join(n for n in ("conforme" if rapport.conforme else "", *verdict) if n)
    quoi = rapport.modele or ("autre modèle" if rapport.etapes else "refusé")
    console.print(titre + Text(f"  {quoi} : {suite}"), soft_wrap=True)
    if not rapport.constats:
        return
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True)
    table.add_column()
    for semblables in _groupes(rapport.constats):
        constat = semblables[0]
        table.add_row(Text(_MARQUES[constat.gravite], _STYLES[constat.gravite]), _bloc(semblables))
    console.print(Padding(table, (0, 0, 1, 2)))


_MARQUES = {Gravite.ERREUR: "erreur", Gravite.AVERTISSEMENT: "à voir"}


def _nombre(combien: int, quoi: str) -> str:
    return f"{combien} {quoi}{'s' if combien > 1 else ''}" if combien else ""


def _groupes(constats: Iterable[ConstatDocument]) -> Iterable[list[ConstatDocument]]:
    """Gather what is the same at several places; errors come first."""
    groupes: dict[tuple[object, ...], list[ConstatDocument]] = {}
    for constat in sorted(constats, key=lambda c: c.gravite is not Gravite.ERREUR):
        cle = (constat.gravite, constat.etape, constat.message, constat.regle, constat.remede)
        groupes.setdefault(cle, []).append(constat)
    return groupes.values()


def _bloc(semblables: Sequence[ConstatDocument]) -> Group:
    constat = semblables[0]
    titre = Text(constat.message, "bold")
    if constat.regle:
        titre.append(f"  [{constat.regle}]", "not bold dim")
    suite: list[Text] = []
    for lieu in semblables[:_LIEUX]:
        ligne = f"  ligne {lieu.ligne}" if lieu.ligne else ""
        suite.append(Text.assemble((lieu.champ, "cyan"), (ligne, "dim")))
    autres = len(semblables) - _LIEUX
    if autres > 0:
        suite.append(
            Text(f"… et à {autres} autre{'s' if autres > 1 else ''} endroit{'s' if autres > 1 else ''}", "dim")
        )
    if constat.remede:
        suite.append(Text(f"→ {constat.remede}"))
    return Group(titre, *(Padding(ligne, (0, 0, 0, 2)) for ligne in suite))


def _bilan(affichage: Affichage, total: int, a_corriger: int) -> None:
    if a_corriger:
        affichage.console.print(f"{total} documents, dont {a_corriger} à corriger.", style="bold")
    else:
        affichage.console.print(f"{total} documents, tous conformes.", style="bold")
