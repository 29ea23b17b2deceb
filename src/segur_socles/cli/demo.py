"""The demonstration: the story of ``examples/parcours_complet.py``, staged against the embedded sandbox."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Final

from rich.table import Table

from segur_socles._core.clock import SystemClock
from segur_socles.cli.console import Affichage
from segur_socles.cli.narrateur import Narrateur
from segur_socles.cli.rapport import rapport_html
from segur_socles.cli.recit import Personnage, Recit
from segur_socles.cli.sorties import Echanges, dossier_de_sortie, ecrire_protege
from segur_socles.dmp.vihf_appelant import roles_de_l_acteur
from segur_socles.dui.carnet import RoleCorrespondant
from segur_socles.dui.dates import exiger_passe
from segur_socles.dui.dossier import Dossier
from segur_socles.errors import ChampInvalideError, Constat, DocumentInvalideError, SegurError
from segur_socles.sandbox.donnees import URGENCES, URGENTISTE
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import Segur
from segur_socles.trace.sinks import JsonLinesSink

__all__ = ["jouer"]

Parcours = Callable[[Sandbox, Segur, Dossier, Narrateur], None]

_JOURNAUX: Final = ("journal.jsonl", "traces.jsonl", "echanges/")
_RAPPORT: Final = "rapport.html"
_DOCUMENTS: Final = ("dlu.xml", "dlu.html", "dlu.pdf", "message.eml", "IHE_XDM.ZIP")
_PRODUITS: Final = (*_DOCUMENTS, *(nom.rstrip("/") for nom in _JOURNAUX), _RAPPORT)


def jouer(record: Path | None, out: Path, affichage: Affichage) -> None:
    """Play the record and write what it gave to ``out``: documents, message, journals, exchanges and the report.

    Raises :class:`SegurError`; ``out`` then holds what was done before, and is as it was if nothing was.
    """
    dossier = Dossier.lire(record or _exemple("residente.json"))
    _verifier(dossier)
    parcours = _parcours()
    with dossier_de_sortie(out, _PRODUITS) as travail:
        traces = JsonLinesSink(travail / "traces.jsonl")
        try:
            with (
                _bac(dossier, travail) as bac,
                Segur(bac.config, traces=traces, observer=Echanges(travail / "echanges")) as segur,
            ):
                narrateur = Narrateur(affichage, travail, bac.journal)
                arret = _jouer(partial(parcours, bac, segur, dossier, narrateur), narrateur)
                joue_le = bac.config.clock.now()
        finally:
            traces.close()
        recit = _garder(dossier, record, joue_le, narrateur, travail)
    if arret is not None:
        affichage.console.print(f"\nCe qui a été fait est gardé dans [bold]{out}[/].")
        raise arret
    _conclure(recit, out, affichage)


def _jouer(parcours: Callable[[], None], narrateur: Narrateur) -> SegurError | None:
    """Play the story. One that stops after something was done gives why: what was done is kept, and told."""
    try:
        parcours()
    except SegurError as error:
        if not narrateur.etapes:
            raise
        narrateur.avertissements.append(f"L'histoire s'est arrêtée avant la fin. {error}")
        return error
    return None


def _exemple(nom: str) -> Path:
    # Installed, the examples stand in the package; in a checkout, in their own folder.
    embarque = Path(__file__).with_name("exemples") / nom
    return embarque if embarque.exists() else Path(__file__).parents[3] / "examples" / nom


def _parcours() -> Parcours:
    """Load the story from the example, which is the demonstration's only source."""
    parcours: Parcours = runpy.run_path(str(_exemple("parcours_complet.py")))["parcours"]
    return parcours


def _verifier(dossier: Dossier) -> None:
    """Refuse now what the story would only meet after something was sent."""
    roles_de_l_acteur(dossier.acteur)
    exiger_passe(dossier, SystemClock().now())
    manques = {
        "boite": dossier.boite is None,
        "carnet": dossier.correspondant(RoleCorrespondant.URGENCES) is None,
    }
    constats = tuple(Constat(champ, *_MANQUES[champ]) for champ, manque in manques.items() if manque)
    if constats:
        raise ChampInvalideError("Ce dossier ne permet pas de jouer l'histoire entière.", constats=constats)


_MANQUES: Final = {
    "boite": ("la structure n'a pas de boîte MSSanté", None, "donner l'adresse dont elle écrit, et son nom affiché"),
    "carnet": ("aucun service d'urgences n'y figure", None, "ajouter un correspondant de rôle « urgences »"),
}


def _bac(dossier: Dossier, travail: Path) -> Sandbox:
    """Make a sandbox that knows the record's structure, its professional and its mailbox."""
    bac = Sandbox(dossier=travail, acteur=dossier.acteur)
    if dossier.boite is not None:
        bac.ajouter_boite(dossier.structure, dossier.boite)
    return bac


def _garder(dossier: Dossier, record: Path | None, joue_le: datetime, narrateur: Narrateur, travail: Path) -> Recit:
    """Play the last scene: everything is kept, and the report tells it."""
    with narrateur.scene("Tout est gardé", "structure", "dossier de sortie et rapport") as scene:
        scene.conclure(f"{len(list(travail.iterdir())) + 1} éléments, dont le rapport à ouvrir d'abord")
        scene.fichiers.append(_RAPPORT)
    recit = _recit(dossier, record, joue_le, narrateur, travail)
    ecrire_protege(travail / _RAPPORT, rapport_html(recit).encode())
    return recit


def _recit(dossier: Dossier, record: Path | None, joue_le: datetime, narrateur: Narrateur, travail: Path) -> Recit:
    traits = dossier.usager.traits
    medecin = dossier.usager.medecin_traitant
    personnages = [
        Personnage("Qui soigne et écrit", dossier.auteur.affichage, dossier.structure.nom),
        Personnage("Médecin traitant", medecin.affichage) if medecin else None,
        Personnage("Médecin urgentiste", URGENTISTE.professionnel.affichage, URGENCES.nom),
    ]
    return Recit(
        structure=dossier.structure.nom,
        usager=f"{dossier.usager.prenom_utilise or traits.premier_prenom} {traits.nom_naissance}",
        dossier=record.name if record else "résidente d'exemple, personne fictive",
        joue_le=joue_le,
        etapes=tuple(narrateur.etapes),
        personnages=tuple(p for p in personnages if p),
        preuves=tuple(narrateur.preuves),
        avertissements=tuple(narrateur.avertissements),
        fichiers=_JOURNAUX,
        page_dlu=page.read_text("utf-8") if (page := travail / "dlu.html").exists() else "",
    )


def _conclure(recit: Recit, out: Path, affichage: Affichage) -> None:
    console = affichage.console
    table = Table("Étape", "Contrôles", "Durée", "Fichiers", title="\nBilan", title_justify="left")
    for etape in recit.etapes:
        controles = f"{len(etape.verdicts) - etape.echecs}/{len(etape.verdicts)}" if etape.verdicts else ""
        table.add_row(etape.titre, controles, f"{etape.duree_s * 1000:.0f} ms", ", ".join(etape.fichiers))
    console.print(table)
    if len(recit.preuves) > 1:
        if not recit.document_intact:
            message = "Le document n'a pas été retrouvé le même partout."
            raise DocumentInvalideError(message, remede=f"comparer ses empreintes dans {out / _RAPPORT}")
        console.print(f"Le document est le même, à l'octet, aux {len(recit.preuves)} endroits où il a été lu.")
    console.print(f"Tout est dans [bold]{out}[/] ; à ouvrir d'abord : [bold]{out / _RAPPORT}[/]")
    console.print("[dim]Bac à sable local : rien n'a été vérifié auprès des services nationaux.[/]")
    affichage.resultat(
        statut="ok",
        dossier=str(out),
        etapes=[
            {"etape": e.titre, "resultat": e.phrase, "duree_ms": round(e.duree_s * 1000), "fichiers": list(e.fichiers)}
            for e in recit.etapes
        ],
    )
