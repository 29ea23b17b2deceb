"""``segur-socles sandbox``: the national services on this machine, for other programs."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from segur_socles.cli.aide import COMMANDES, REGLAGES, Commande
from segur_socles.cli.console import Affichage, erreurs_en_clair

if TYPE_CHECKING:
    from segur_socles.sandbox.profil import Fichiers
    from segur_socles.sandbox.sandbox import Sandbox

__all__ = ["app"]

app = typer.Typer(**REGLAGES)


@app.callback()
def bac_a_sable() -> None:
    """Le bac à sable : les services nationaux joués sur cette machine."""


@app.command(cls=Commande, rich_help_panel=COMMANDES)
def up(
    port: Annotated[
        int,
        typer.Option(
            min=0,
            max=65_500,
            metavar="PORT",
            show_default=False,
            help="Premier des ports, qui se suivent. Par défaut : 0, des ports libres.",
        ),
    ] = 0,
    dossier: Annotated[
        Path,
        typer.Option(
            metavar="DOSSIER",
            show_default=False,
            help="Où écrire profil, certificats et journal. Par défaut : bac-a-sable.",
        ),
    ] = Path("bac-a-sable"),
    panne: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NOM[:SERVICE]",
            help="Panne pour le prochain échange : latency, 503-then-ok, accept-then-lose-reply, alter-archive, ou le "
            "code d'une faute d'INSi (desir_550…). Répétable.",
        ),
    ] = None,
    duree: Annotated[
        float | None, typer.Option(min=0.0, metavar="SECONDES", help="S'arrête seul après ce temps.")
    ] = None,
    en_json: Annotated[bool, typer.Option("--json", help="Un seul objet JSON sur la sortie standard.")] = False,
) -> None:
    """Démarre le bac à sable et attend Ctrl-C.

    Aucun compte, aucun accès extérieur : les services écoutent sur 127.0.0.1, en HTTPS, avec leur propre
    autorité de certification de test.
    """
    affichage = Affichage(en_json=en_json)
    # From before the announcement: whoever reads it may stop us at once.
    with erreurs_en_clair(affichage), _arret_demande() as fin:
        from segur_socles.sandbox.mss.boites import BOITES  # noqa: PLC0415 - the extra may be missing
        from segur_socles.sandbox.profil import ecrire_profil  # noqa: PLC0415 - the same
        from segur_socles.sandbox.sandbox import Sandbox  # noqa: PLC0415 - the same

        sandbox = Sandbox(dossier=dossier, port=port)
        for nom, _, service in (voulue.partition(":") for voulue in panne or ()):
            sandbox.pannes.activer(nom, service=service or None)
        with sandbox:
            connues = [boite.adresse for _, boite in BOITES]
            _annoncer(affichage, sandbox, ecrire_profil(sandbox, dossier), connues)
            fin.wait(duree)
        affichage.console.print("Bac à sable arrêté.")


def _annoncer(affichage: Affichage, sandbox: Sandbox, fichiers: Fichiers, connues: Sequence[str]) -> None:
    environment = sandbox.environment
    (operateur,) = environment.operateurs_mss
    siennes = [boite.adresse for boite in sandbox.trousseau.boites(sandbox.acteur.structure.finess_eg)]
    autres = [adresse for adresse in connues if adresse not in siennes]
    adresses = {
        "insi_certificat": environment.insi_certificat,
        "insi_carte": environment.insi_carte,
        "dmp": environment.dmp,
        "psc": environment.psc,
        "annuaire": environment.annuaire,
        "mss_smtp": operateur.smtp,
        "mss_imap": operateur.imap,
    }
    affichage.resultat(
        statut="pret",
        adresses=adresses,
        boites={"profil": siennes, "autres": autres},
        ancres=str(fichiers.ancres),
        profil=str(fichiers.profil),
        variables=str(fichiers.variables),
        journal=str(sandbox.journal.chemin),
    )
    lignes = (
        ("INSi (certificat)", adresses["insi_certificat"]),
        ("INSi (carte)", adresses["insi_carte"]),
        ("DMP", adresses["dmp"]),
        ("Pro Santé Connect", adresses["psc"]),
        ("Annuaire Santé", adresses["annuaire"]),
        ("MSSanté (SMTP)", adresses["mss_smtp"]),
        ("MSSanté (IMAP)", adresses["mss_imap"]),
        *(("Boîte du profil", adresse) for adresse in siennes),
        *(("Autre boîte", adresse) for adresse in autres),
        ("Autorités", fichiers.ancres),
        ("Profil", fichiers.profil),
        ("Variables", f"source {fichiers.variables}"),
        ("Journal", sandbox.journal.chemin),
        ("Pannes", ", ".join(p.nom for p in sandbox.pannes.actives) or "aucune"),
    )
    affichage.console.print("Bac à sable prêt.")
    for nom, valeur in lignes:
        # Never wrapped: a line is there to be copied.
        affichage.console.print(f"  {nom:<18} {valeur}", soft_wrap=True, markup=False)
    affichage.console.print("Ctrl-C pour arrêter.")


@contextmanager
def _arret_demande() -> Generator[threading.Event]:
    """Give an event set by Ctrl-C or SIGTERM, which are ordinary ways to stop here."""
    fin = threading.Event()

    def arreter(_signal: int, _cadre: FrameType | None) -> None:
        fin.set()

    precedents = {nom: signal.signal(nom, arreter) for nom in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield fin
    finally:
        for nom, precedent in precedents.items():
            signal.signal(nom, precedent)
