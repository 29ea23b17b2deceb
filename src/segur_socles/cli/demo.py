"""The demonstration: one record through INSi, the DLU and the DMP, against the embedded sandbox."""

from __future__ import annotations

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from segur_socles.cli.console import Affichage
from segur_socles.cli.sorties import Echanges, dossier_de_sortie, ecrire_protege
from segur_socles.dmp.types import Accuse, AlimentationRefusee, DmpOuvert
from segur_socles.dmp.vihf_appelant import roles_de_l_acteur
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.rendu.page import page_html
from segur_socles.documents.rendu.pdf import pdf_a
from segur_socles.dui.dates import exiger_passe
from segur_socles.dui.dossier import Dossier
from segur_socles.dui.parcours import Qualifiee, deposer, qualifier, rediger
from segur_socles.errors import AccesRefuseError
from segur_socles.personnes.professionnel import Motif
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import Segur
from segur_socles.trace.sinks import JsonLinesSink

__all__ = ["jouer"]

ETAPES = 4


@dataclass(slots=True)
class _Bilan:
    """One line of the final table."""

    etape: str
    resultat: str = ""
    fichier: str = ""
    duree: float = 0.0


@dataclass(slots=True)
class _Recit:
    """Tells the steps as they happen, and keeps their outcome for the table."""

    affichage: Affichage
    bilans: list[_Bilan] = field(default_factory=list)

    @contextmanager
    def etape(self, titre: str, service: str) -> Generator[_Bilan]:
        console = self.affichage.console
        bilan = _Bilan(titre)
        console.print(f"\n[bold]{len(self.bilans) + 1}/{ETAPES} · {titre}[/] [dim]{service}[/]")
        debut = time.perf_counter()
        try:
            with console.status("en cours…"):
                yield bilan
        except BaseException:
            console.print("  [red]✗[/] étape interrompue")
            raise
        bilan.duree = time.perf_counter() - debut
        self.bilans.append(bilan)
        console.print(f"  [green]✓[/] {bilan.resultat}")

    def dire(self, texte: str | Table) -> None:
        self.affichage.console.print(Padding(Text(texte) if isinstance(texte, str) else texte, (0, 0, 0, 4)))


def jouer(record: Path | None, out: Path, affichage: Affichage) -> None:
    """Play the record and write what it gave to ``out``.

    That is ``dlu.xml``, ``dlu.html``, ``dlu.pdf``, ``journal.jsonl``, ``traces.jsonl`` and ``echanges/``.
    Raises :class:`SegurError`; nothing is left in ``out`` then.
    """
    dossier = _dossier(record)
    recit = _Recit(affichage)
    with dossier_de_sortie(out) as travail:
        traces = JsonLinesSink(travail / "traces.jsonl")
        try:
            with (
                Sandbox(dossier=travail, acteur=dossier.acteur) as sandbox,
                Segur(sandbox.config, traces=traces, observer=Echanges(travail / "echanges")) as segur,
            ):
                resultat = _parcours(segur, sandbox, dossier, travail, recit)
        finally:
            traces.close()
    _conclure(recit, out, resultat)


def _dossier(record: Path | None) -> Dossier:
    if record is not None:
        return Dossier.lire(record)
    # Installed, the example stands in the package; in a checkout, in the folder of the examples.
    embarque = Path(__file__).with_name("exemples") / "residente.json"
    return Dossier.lire(embarque if embarque.exists() else Path(__file__).parents[3] / "examples" / "residente.json")


def _parcours(segur: Segur, sandbox: Sandbox, dossier: Dossier, travail: Path, recit: _Recit) -> Accuse:
    session = segur.au_nom_de(dossier.acteur, motif=Motif.PRISE_EN_CHARGE)
    # Refused now rather than after INSi was asked.
    exiger_passe(dossier, session.appelant.clock.now())
    roles_de_l_acteur(dossier.acteur)

    with recit.etape("Identité nationale de santé", "INSi, recherche par traits") as bilan:
        qualifiee = qualifier(session, dossier)
        bilan.resultat = f"Identité {qualifiee.identite.statut.value}"
    _raconter_identite(qualifiee, dossier, recit)

    with recit.etape("Document de liaison d'urgence", "CDA R2, modèle DLU 2022.01") as bilan:
        document = rediger(session, dossier, qualifiee.identite)
        ecrire_protege(travail / "dlu.xml", document.octets)
        lisibles = _ecrire_copies(document, travail)
        bilan.resultat = f"Document écrit, {len(document.octets) / 1024:.0f} Kio"
        bilan.fichier = ", ".join(("dlu.xml", *lisibles))

    with recit.etape("Le DMP existe-t-il ?", "DMP, TD0.2") as bilan:
        existence = session.dmp.tester_existence(qualifiee.identite)
        if not isinstance(existence, DmpOuvert):
            raise AccesRefuseError(existence.explication, remede="ne rien envoyer ; informer le médecin traitant")
        bilan.resultat = existence.explication

    with recit.etape("Alimentation du DMP", "DMP, TD2.1 en mode INDIRECTE, VIHF et lot signés") as bilan:
        accuse = deposer(session, dossier, qualifiee.identite, document)
        if isinstance(accuse, AlimentationRefusee):
            raise AccesRefuseError(accuse.explication, remede="recueillir l'information ou l'accord qui manque")
        bilan.resultat = accuse.explication
        bilan.fichier = "echanges/"
    for constat in accuse.avertissements:
        recit.dire(f"à savoir : {constat}")
    controles = [verdict for entree in sandbox.journal.entrees for verdict in entree.verdicts]
    recit.dire(f"le bac à sable a fait {len(controles)} contrôles, {sum(v.ok for v in controles)} réussis")
    return accuse


def _ecrire_copies(document: DocumentCda, travail: Path) -> list[str]:
    """Write what people read, beside what machines do; the PDF needs an extra that may not be there."""
    ecrire_protege(travail / "dlu.html", page_html(document.octets).encode())
    if find_spec("fpdf") is None:
        return ["dlu.html"]
    ecrire_protege(travail / "dlu.pdf", pdf_a(document.octets, document.entete.date_creation))
    return ["dlu.html", "dlu.pdf"]


def _raconter_identite(qualifiee: Qualifiee, dossier: Dossier, recit: _Recit) -> None:
    for essai in qualifiee.trouvee.essais:
        recit.dire(f"{essai.tentative} → code {essai.code.value} ({_CODES[essai.code.value]})")
    differences = qualifiee.trouvee.identite.differences
    if differences:
        table = Table("Trait", "Saisi", "Reçu d'INSi", title="Écarts à décider", title_justify="left", pad_edge=True)
        for difference in differences:
            table.add_row(difference.libelle, difference.local, difference.recu)
        recit.dire(table)
    decision = dossier.qualification
    if decision is not None:
        recit.dire(f"décision : {decision.par.nom}, le {decision.le:%d/%m/%Y}, au vu de : {decision.controle.libelle}")
    if qualifiee.identite.prenom_utilise:
        recit.dire(f"prénom utilisé conservé : {qualifiee.identite.prenom_utilise}")


_CODES = {"00": "identité trouvée", "01": "aucune identité", "02": "plusieurs identités"}


def _conclure(recit: _Recit, out: Path, accuse: Accuse) -> None:
    table = Table("Étape", "Résultat", "Durée", "Fichier", title="Bilan", title_justify="left")
    for bilan in recit.bilans:
        table.add_row(bilan.etape, bilan.resultat, f"{bilan.duree * 1000:.0f} ms", bilan.fichier)
    console = recit.affichage.console
    console.print()
    console.print(table)
    documents = next(b.fichier for b in recit.bilans if b.fichier.startswith("dlu.xml"))
    fichiers = f"{documents}, journal.jsonl (identités masquées), traces.jsonl, echanges/"
    console.print(f"Tout est dans [bold]{out}[/] : {fichiers}")
    console.print("[dim]Bac à sable local : rien n'a été vérifié auprès des services nationaux.[/]")
    recit.affichage.resultat(
        statut="ok",
        document=accuse.unique_id,
        lot=accuse.lot_id,
        dossier=str(out),
        etapes=[{"etape": b.etape, "resultat": b.resultat, "duree_ms": round(b.duree * 1000)} for b in recit.bilans],
    )
