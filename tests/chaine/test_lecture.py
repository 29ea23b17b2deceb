"""Fed by a nursing home, found and read at night by an emergency physician of another structure: byte for byte."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chaine_outils import VITE, Chaine

from segur_socles.dmp.lecture_types import CriteresDmp, DocumentLu, DocumentsTrouves
from segur_socles.dmp.types import Accuse, DmpFerme
from segur_socles.errors import AccesRefuseError, CredentialError, DocumentInvalideError, ServiceError, TransportError
from segur_socles.ins.types import InsTrouvee
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.identite import ControleIdentite, IdentiteQualifiee
from segur_socles.personnes.professionnel import Acteur, Motif, MoyenAuthentification
from segur_socles.personnes.structure import Structure
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.psc.types import SessionPsc
from segur_socles.sandbox.donnees import URGENCES, URGENTISTE
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import AsyncSegur, Segur
from segur_socles.trace.record import Resultat
from segur_socles.trace.sinks import MemorySink

ACCORD = Autorisation.accorder(ActeSocle.CONSULTER_DMP, "urgence vitale")
JUSTIFICATION = "malaise sur la voie publique, personne inconsciente"
both = pytest.mark.parametrize("mode", ["sync", "async"])


SAMU = Structure.model_validate(
    {"nom": "SAMU DES ESSAIS", "finess_eg": "990000043", "secteur": "SA01", "cadre": "SAMU_SMUR"}
)


@pytest.fixture(scope="module")
def hopital(_bac_de_la_chaine: tuple[Sandbox, Chaine]) -> Iterator[Sandbox]:
    """The sandbox, in which the hospital and the regulation centre have certificates too."""
    sandbox = _bac_de_la_chaine[0]
    for structure in (URGENCES, SAMU):
        sandbox.ajouter_structure(structure)
    yield sandbox
    sandbox.pannes.effacer()


@pytest.fixture(scope="module")
def medecin(hopital: Sandbox) -> Acteur:
    """The emergency physician, logged in with Pro Santé Connect: professional and structure are what it tells."""
    with Segur(hopital.config) as segur:
        demande = segur.psc.preparer()
        connexion = segur.psc.terminer(demande, hopital.naviguer(demande.url, acteur=URGENTISTE))
    assert isinstance(connexion, SessionPsc)
    return connexion.acteur()


@dataclasses.dataclass(frozen=True)
class Depot:
    """A document fed by the nursing home."""

    unique_id: str
    octets: bytes


@pytest.fixture
def depot(bac: Sandbox, chaine: Chaine) -> Depot:
    with Segur(bac.config) as segur:
        session = segur.au_nom_de(chaine.dossier.acteur, motif=Motif.PRISE_EN_CHARGE)
        document = chaine.document(session)
        accuse = session.dmp.alimenter(session.dmp.preparer(document, chaine.identite), chaine.autorisation)
    assert isinstance(accuse, Accuse)
    return Depot(accuse.unique_id, document.octets)


def jouer(
    mode: str,
    sandbox: Sandbox,
    acteur: Acteur,
    operation: str,
    *args: Any,
    traces: MemorySink | None = None,
    **options: Any,
) -> Any:
    """Call one operation of ``session.dmp`` for a professional, in an emergency."""
    session: dict[str, Any] = {"motif": Motif.URGENCE, "justification": JUSTIFICATION}
    if mode == "sync":
        with Segur(sandbox.config, policy=VITE, traces=traces) as segur:
            return getattr(segur.au_nom_de(acteur, **session).dmp, operation)(*args, **options)

    async def asynchrone() -> Any:
        async with AsyncSegur(sandbox.config, policy=VITE, traces=traces) as segur:
            return await getattr(segur.au_nom_de(acteur, **session).dmp, operation)(*args, **options)

    return asyncio.run(asynchrone())


@both
def test_fed_found_read(
    hopital: Sandbox, medecin: Acteur, chaine: Chaine, depot: Depot, mode: str, tmp_path: Path
) -> None:
    avant = len(hopital.dmp.acces_a(chaine.identite.matricule))
    traces = MemorySink()
    trouves = jouer(mode, hopital, medecin, "rechercher", chaine.identite, ACCORD, traces=traces)
    assert isinstance(trouves, DocumentsTrouves)
    assert trouves.complet
    (document,) = [d for d in trouves.documents if d.unique_id == depot.unique_id]
    assert document.actif
    lu = jouer(mode, hopital, medecin, "lire", document, chaine.identite, ACCORD, traces=traces)
    assert isinstance(lu, DocumentLu)
    assert (lu.octets, lu.verifie) == (depot.octets, True)
    vers = tmp_path / "dlu.xml"
    par_id = jouer(mode, hopital, medecin, "lire", depot.unique_id, chaine.identite, ACCORD, traces=traces, vers=vers)
    assert (vers.read_bytes(), par_id.octets, par_id.chemin) == (depot.octets, b"", vers)

    # What the resident sees of it, then what we keep of it.
    acces = hopital.dmp.acces_a(chaine.identite.matricule)[avant:]
    assert [a.operation for a in acces] == ["dmp.rechercher", "dmp.lire", "dmp.rechercher", "dmp.lire"]
    assert {(a.accesseur, a.structure, a.usage) for a in acces} == {("899700000027", "1990000035", "bris_de_glace")}
    assert [a.documents for a in acces if a.operation == "dmp.lire"] == [(depot.unique_id,)] * 2
    assert [r.operation for r in traces.records[1::2]] == ["dmp.rechercher", "dmp.lire", "dmp.lire"]
    assert {r.resultat for r in traces.records[1::2]} == {Resultat.SUCCES}
    assert JUSTIFICATION not in str([r.en_json() for r in traces.records])


def test_the_regulation_centre_says_so(hopital: Sandbox, medecin: Acteur, chaine: Chaine, depot: Depot) -> None:
    regulateur = medecin.model_copy(update={"structure": SAMU})
    lu = jouer("sync", hopital, regulateur, "lire", depot.unique_id, chaine.identite, ACCORD, regulation=True)
    assert lu.octets == depot.octets
    acces = hopital.dmp.acces_a(chaine.identite.matricule)[-1]
    assert (acces.structure, acces.usage) == ("1990000043", "centre_15")
    with pytest.raises(AccesRefuseError):
        jouer("sync", hopital, medecin, "lire", depot.unique_id, chaine.identite, ACCORD, regulation=True)


@pytest.fixture(scope="module")
def fermee(hopital: Sandbox, medecin: Acteur) -> IdentiteQualifiee:
    """A person whose record is closed."""
    traits = TraitsIdentite.model_validate(
        {"nom_naissance": "ADRTROIS", "prenoms": ["DOMINIQUE"], "sexe": "F", "date_naissance": "1997-02-26"}
    )
    with Segur(hopital.config) as segur:
        session = segur.au_nom_de(medecin, motif=Motif.URGENCE, justification=JUSTIFICATION)
        trouvee = session.insi.rechercher(traits)
        assert isinstance(trouvee, InsTrouvee)
        return trouvee.identite.qualifier(ControleIdentite.CARTE_IDENTITE, par=medecin)


@both
@pytest.mark.parametrize("operation", ["rechercher", "lire"])
def test_a_closed_record(
    hopital: Sandbox, medecin: Acteur, fermee: IdentiteQualifiee, mode: str, operation: str
) -> None:
    args = ("1.2.250.1.999.1",) if operation == "lire" else ()
    ferme = jouer(mode, hopital, medecin, operation, *args, fermee, ACCORD)
    assert isinstance(ferme, DmpFerme)
    assert hopital.dmp.acces_a(fermee.matricule) == ()


@both
def test_criteria_select(hopital: Sandbox, medecin: Acteur, chaine: Chaine, depot: Depot, mode: str) -> None:
    dlu = jouer(mode, hopital, medecin, "rechercher", chaine.identite, ACCORD, CriteresDmp(types=("74207-2",)))
    autres = jouer(mode, hopital, medecin, "rechercher", chaine.identite, ACCORD, CriteresDmp(types=("11490-0",)))
    assert depot.unique_id in [d.unique_id for d in dlu.documents]
    assert autres.documents == ()


# (fault, operation) → requests that reach the operation. Reading twice is harmless: the runner tries again.
DEMANDES = {
    ("latency", "rechercher"): 1,
    ("latency", "lire"): 1,
    ("503-then-ok", "rechercher"): 2,
    ("503-then-ok", "lire"): 2,
    ("accept-then-lose-reply", "rechercher"): 2,
    ("accept-then-lose-reply", "lire"): 2,
}


@both
@pytest.mark.parametrize(("panne", "operation"), DEMANDES)
def test_fault_is_overcome(
    hopital: Sandbox, medecin: Acteur, chaine: Chaine, depot: Depot, mode: str, panne: str, operation: str
) -> None:
    trouves = jouer(mode, hopital, medecin, "rechercher", chaine.identite, ACCORD)
    (document,) = [d for d in trouves.documents if d.unique_id == depot.unique_id]
    args = (document,) if operation == "lire" else ()
    avant = len(hopital.journal.entrees)
    hopital.pannes.activer(panne, operation=f"dmp.{operation}", secondes=0.1)
    resultat = jouer(mode, hopital, medecin, operation, *args, chaine.identite, ACCORD)
    assert type(resultat) is (DocumentLu if operation == "lire" else DocumentsTrouves)
    entrees = hopital.journal.entrees[avant:]
    assert sum(e.operation == f"dmp.{operation}" for e in entrees) == DEMANDES[panne, operation]
    assert [e.panne for e in entrees].count(panne) == 1, "the fault was played"


@both
def test_a_fault_that_lasts_is_told(hopital: Sandbox, medecin: Acteur, chaine: Chaine, depot: Depot, mode: str) -> None:
    hopital.pannes.activer("503-then-ok", operation="dmp.lire", fois=VITE.attempts)
    with pytest.raises(TransportError):
        jouer(mode, hopital, medecin, "lire", depot.unique_id, chaine.identite, ACCORD)


@both
def test_an_altered_entry_is_told(hopital: Sandbox, medecin: Acteur, chaine: Chaine, depot: Depot, mode: str) -> None:
    trouves = jouer(mode, hopital, medecin, "rechercher", chaine.identite, ACCORD)
    (document,) = [d for d in trouves.documents if d.unique_id == depot.unique_id]
    autre = dataclasses.replace(document, hash="0" * 40)
    with pytest.raises(DocumentInvalideError) as caught:
        jouer(mode, hopital, medecin, "lire", autre, chaine.identite, ACCORD)
    assert [c.champ for c in caught.value.constats] == ["hash"]


@both
@pytest.mark.parametrize("moyen", [MoyenAuthentification.MOT_DE_PASSE, MoyenAuthentification.CERTIFICAT])
def test_without_a_strong_login_nothing_is_sent(
    hopital: Sandbox, chaine: Chaine, medecin: Acteur, mode: str, moyen: MoyenAuthentification
) -> None:
    """By password, the mode would be INDIRECTE: the same nurse feeds, and does not read."""
    avant = len(hopital.journal.entrees)
    for acteur in (chaine.dossier.acteur, medecin):
        faible = acteur.model_copy(update={"moyen": moyen})
        for operation, args in (("rechercher", ()), ("lire", ("1.2.3",))):
            with pytest.raises(AccesRefuseError) as caught:
                jouer(mode, hopital, faible, operation, *args, chaine.identite, ACCORD)
            (constat,) = caught.value.constats
            assert constat.champ == "acteur.moyen"
            assert "INDIRECTE" in constat.message
            assert "Pro Santé Connect" in constat.remede
    assert len(hopital.journal.entrees) == avant


@pytest.mark.parametrize("facade", [Segur, AsyncSegur])
@pytest.mark.parametrize("session", [{}, {"justification": " "}])
def test_an_emergency_without_its_reason_opens_no_session(
    hopital: Sandbox, medecin: Acteur, facade: type[Segur | AsyncSegur], session: dict[str, str]
) -> None:
    avant = len(hopital.journal.entrees)
    with pytest.raises(AccesRefuseError) as caught:
        facade(hopital.config).au_nom_de(medecin, motif=Motif.URGENCE, **session)
    assert "justification" in caught.value.message
    assert len(hopital.journal.entrees) == avant


def test_a_normal_reason_reads_with_the_authorisation_of_the_record(
    hopital: Sandbox, medecin: Acteur, chaine: Chaine, depot: Depot
) -> None:
    with Segur(hopital.config) as segur:
        session = segur.au_nom_de(medecin, motif=Motif.PRISE_EN_CHARGE)
        lu = session.dmp.lire(depot.unique_id, chaine.identite, ACCORD)
    assert isinstance(lu, DocumentLu)
    assert lu.octets == depot.octets
    assert hopital.dmp.acces_a(chaine.identite.matricule)[-1].usage == "normal"


def test_a_structure_without_certificates(medecin: Acteur, chaine: Chaine) -> None:
    """The login tells who acts and where; the keys of that structure are given apart."""
    with Sandbox() as autre, Segur(autre.config) as segur:
        session = segur.au_nom_de(medecin, motif=Motif.URGENCE, justification=JUSTIFICATION)
        with pytest.raises(CredentialError):
            session.dmp.rechercher(chaine.identite, ACCORD)


@both
def test_a_document_that_is_not_there(
    hopital: Sandbox, medecin: Acteur, chaine: Chaine, depot: Depot, mode: str
) -> None:
    with pytest.raises(DocumentInvalideError):
        jouer(mode, hopital, medecin, "lire", "1.2.250.1.999.404", chaine.identite, ACCORD)
    trouves = jouer(mode, hopital, medecin, "rechercher", chaine.identite, ACCORD)
    absent = dataclasses.replace(trouves.documents[0], unique_id=f"{depot.unique_id}.404")
    with pytest.raises(ServiceError) as caught:
        jouer(mode, hopital, medecin, "lire", absent, chaine.identite, ACCORD)
    assert caught.value.code == "XDSDocumentUniqueIdError"
