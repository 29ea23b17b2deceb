"""The facade: what it refuses, which credentials each kind of session presents, and what no setting can change."""

from __future__ import annotations

import asyncio
import dataclasses
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from segur_socles._core.run import Exchange
from segur_socles._core.soap import read_request
from segur_socles.config.environment import Nature
from segur_socles.config.logiciel import Logiciel
from segur_socles.credentials.configuration import Configuration
from segur_socles.credentials.trousseau import Trousseau
from segur_socles.dmp.types import DmpOuvert
from segur_socles.dmp.vihf import lire_vihf
from segur_socles.errors import (
    AccesRefuseError,
    ChampInvalideError,
    ConfigurationError,
    CredentialExpiredError,
    TransportError,
)
from segur_socles.ins.types import InsTrouvee
from segur_socles.personnes.identite import ControleIdentite, IdentiteQualifiee
from segur_socles.personnes.professionnel import Motif
from segur_socles.personnes.traits import Sexe, TraitsIdentite
from segur_socles.sandbox.profil import ecrire_profil
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.acces import ModeInsi
from segur_socles.segur.facade import AsyncSegur, Segur
from segur_socles.trace.sinks import MemorySink, NullSink

TRAITS = TraitsIdentite(nom_naissance="ADRUN", prenoms=("ZOE",), sexe=Sexe.FEMININ, date_naissance="1975-12-31")
both = pytest.mark.parametrize("mode", ["sync", "async"])


def rechercher(mode: str, config: Configuration, acteur: Any, **options: Any) -> Any:
    if mode == "sync":
        with Segur(config) as segur:
            return segur.au_nom_de(acteur, motif=Motif.PRISE_EN_CHARGE, **options).insi.rechercher(TRAITS)

    async def asynchrone() -> Any:
        async with AsyncSegur(config) as segur:
            session = segur.au_nom_de(acteur, motif=Motif.PRISE_EN_CHARGE, **options)
            return await session.insi.rechercher(TRAITS)

    return asyncio.run(asynchrone())


@both
def test_card_mode_goes_through_the_door_of_cards(segur_sandbox: Sandbox, mode: str) -> None:
    config = segur_sandbox.config
    avant = len(segur_sandbox.journal.entrees)
    assert isinstance(rechercher(mode, config, segur_sandbox.acteur, insi=ModeInsi.CARTE), InsTrouvee)
    (entree,) = segur_sandbox.journal.entrees[avant:]
    assert all(verdict.ok for verdict in entree.verdicts)
    assert any("assertion" in v.controle.lower() and "pas d'assertion" not in v.controle for v in entree.verdicts)


@both
def test_an_expired_card_sends_nothing(segur_sandbox: Sandbox, mode: str) -> None:
    class PlusTard:
        def now(self) -> Any:
            return segur_sandbox.config.clock.now() + timedelta(days=4000)

        def monotonic(self) -> float:
            return segur_sandbox.config.clock.monotonic()

    config = dataclasses.replace(segur_sandbox.config, clock=PlusTard())
    avant = len(segur_sandbox.journal.entrees)
    with pytest.raises(CredentialExpiredError, match="carte"):
        rechercher(mode, config, segur_sandbox.acteur, insi=ModeInsi.CARTE)
    assert len(segur_sandbox.journal.entrees) == avant


def qualifiee(segur: Segur, sandbox: Sandbox) -> IdentiteQualifiee:
    session = segur.au_nom_de(sandbox.acteur, motif=Motif.PRISE_EN_CHARGE)
    trouvee = session.insi.rechercher(TRAITS)
    assert isinstance(trouvee, InsTrouvee)
    return trouvee.identite.qualifier(ControleIdentite.PASSEPORT, par=sandbox.acteur)


def test_a_machine_presents_its_own_certificate_and_role(segur_sandbox: Sandbox) -> None:
    vus: list[Exchange] = []
    acteur = segur_sandbox.acteur
    with Segur(segur_sandbox.config, observer=vus.append) as segur:
        identite = qualifiee(segur, segur_sandbox)
        vus.clear()
        avant = len(segur_sandbox.journal.entrees)
        automate = segur.automate(acteur.structure, responsable=acteur.professionnel, motif=Motif.TECHNIQUE)
        assert isinstance(automate.insi.rechercher(TRAITS), InsTrouvee)
        assert isinstance(automate.dmp.tester_existence(identite), DmpOuvert)
    for entree in segur_sandbox.journal.entrees[avant:]:
        assert all(verdict.ok for verdict in entree.verdicts)
    assert automate.acteur.est_automate
    requete = read_request(b"".join(vus[1].request.body.chunks()))
    vihf = lire_vihf(requete.assertions[0])
    assert [role.code for role in vihf.roles] == ["AUTOMATE"]
    assert vihf.contexte.endswith(":unspecified")


def test_a_machine_is_known_by_the_automatic_certificate(segur_sandbox: Sandbox) -> None:
    acteur = segur_sandbox.acteur
    manuel = segur_sandbox.trousseau
    seul = Trousseau()
    seul.ajouter(
        acteur.structure.finess_eg,
        *(c for c in manuel._structures[acteur.structure.finess_eg].tls if c.certificat.sujet.cn != "INSI-AUTO"),
    )
    config = dataclasses.replace(segur_sandbox.config, trousseau=seul)
    with Segur(config) as segur, pytest.raises(Exception, match="INSI-AUTO"):
        segur.automate(acteur.structure, responsable=acteur.professionnel, motif=Motif.TECHNIQUE).insi.rechercher(
            TRAITS
        )


def test_no_host_outside_the_environment_even_through_the_facade(
    segur_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    from segur_socles.segur import session as room

    real = room.acces_insi

    def detourne(*arguments: Any) -> Any:
        return dataclasses.replace(real(*arguments), url="https://ailleurs.invalid/lps")

    monkeypatch.setattr(room, "acces_insi", detourne)
    for mode in ("sync", "async"):
        with pytest.raises(ConfigurationError, match="n'appartient pas à l'environnement"):
            rechercher(mode, segur_sandbox.config, segur_sandbox.acteur)


@both
def test_the_process_environment_changes_nothing(
    segur_sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, mode: str
) -> None:
    (tmp_path / "vide.pem").write_text("")
    for nom in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(nom, "http://127.0.0.1:9")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "vide.pem"))
    assert isinstance(rechercher(mode, segur_sandbox.config, segur_sandbox.acteur), InsTrouvee)


def test_the_sandbox_of_another_is_not_trusted(segur_sandbox: Sandbox) -> None:
    with Sandbox() as autre:
        confiance = {champ: getattr(autre.environment, champ) for champ in ("ancres", "listes_revocation")}
        environment = segur_sandbox.environment.model_copy(update=confiance)
        config = dataclasses.replace(segur_sandbox.config, environment=environment)
        with pytest.raises(TransportError) as caught:
            rechercher("sync", config, segur_sandbox.acteur)
    assert (caught.value.phase, caught.value.sent) == ("tls", False)


def test_outside_the_sandbox_traces_are_required(segur_sandbox: Sandbox) -> None:
    environment = segur_sandbox.environment.model_copy(update={"nature": Nature.QUALIFICATION})
    numeros = {"numero_autorisation_insi": "1", "id_homologation_dmp": "2", "nil_mss": "3"}
    logiciel = Logiciel.model_validate(segur_sandbox.logiciel.model_dump() | numeros)
    config = dataclasses.replace(segur_sandbox.config, environment=environment, logiciel=logiciel)
    with pytest.raises(ConfigurationError, match="traces"):
        Segur(config)
    Segur(config, traces=NullSink()).close()


def test_placeholders_are_for_the_sandbox_only(segur_sandbox: Sandbox) -> None:
    environment = segur_sandbox.environment.model_copy(update={"nature": Nature.QUALIFICATION})
    with pytest.raises(ConfigurationError, match="numero_autorisation_insi"):
        dataclasses.replace(segur_sandbox.config, environment=environment)


def test_urgency_demands_a_justification(segur_sandbox: Sandbox) -> None:
    with Segur(segur_sandbox.config) as segur:
        for justification in (None, "", "  "):
            with pytest.raises(AccesRefuseError, match="justification"):
                segur.au_nom_de(segur_sandbox.acteur, motif=Motif.URGENCE, justification=justification)
        segur.au_nom_de(segur_sandbox.acteur, motif=Motif.URGENCE, justification="chute")


def test_texts_in_place_of_choices_mean_what_they_say_or_are_refused(segur_sandbox: Sandbox) -> None:
    texte: Any = "urgence"
    with Segur(segur_sandbox.config) as segur:
        with pytest.raises(AccesRefuseError, match="justification"):
            segur.au_nom_de(segur_sandbox.acteur, motif=texte)
        for champ, options in (("motif", {"motif": "curiosité"}), ("insi", {"motif": Motif.SORTIE, "insi": "badge"})):
            mauvaises: Any = options
            with pytest.raises(ChampInvalideError) as caught:
                segur.au_nom_de(segur_sandbox.acteur, **mauvaises)
            assert caught.value.champs == (champ,)


def test_records_name_the_versions(segur_sandbox: Sandbox) -> None:
    sink = MemorySink()
    with Segur(segur_sandbox.config, traces=sink) as segur:
        qualifiee(segur, segur_sandbox)
    assert sink.records[0].version.startswith("segur-socles ")
    assert segur_sandbox.logiciel.nom in sink.records[0].version


UN_APPEL = """
import sys
from pathlib import Path
from segur_socles import Acteur, Motif, Professionnel, Segur, Sexe, Structure, TraitsIdentite, lire_profil
structure = Structure(nom="EHPAD", finess_eg="990000019", finess_ej="990000001", secteur="SA17", cadre="ESSMS")
ps = Professionnel(id_nat="899700000019", nom="EXEMPLE", prenom="Ingrid", profession="G15_60")
traits = TraitsIdentite(nom_naissance="ADRUN", prenoms=("ZOE",), sexe=Sexe.FEMININ, date_naissance="1975-12-31")
with Segur(lire_profil(Path(sys.argv[1]))) as segur:
    session = segur.au_nom_de(Acteur(professionnel=ps, structure=structure), motif=Motif.ADMISSION)
    assert type(session.insi.rechercher(traits)).__name__ == "InsTrouvee"
    if len(sys.argv) > 2:
        session.dmp, session.annuaire, session.mss, segur.psc
print(*sys.modules)
"""

# The packages themselves only list names, which annotations need: nothing below them may be there.
AUTRES = ("segur_socles.dmp.", "segur_socles.psc.", "segur_socles.mss.annuaire.")
NON_DEMANDES = {
    *("segur_socles.xds", "segur_socles.documents"),
    *("segur_socles.mss.client", "segur_socles.mss.releve", "segur_socles.mss.soumission"),
    *("imaplib", "smtplib", "joserfc", "pkcs11", "signxml", "tenacity", "zeep"),
}


def modules_d_un_appel(profil: Path, *arguments: str) -> set[str]:
    command = [sys.executable, "-c", UN_APPEL, str(profil), *arguments]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def test_a_call_of_insi_imports_nothing_that_serves_other_calls(segur_sandbox: Sandbox, tmp_path: Path) -> None:
    profil = ecrire_profil(segur_sandbox, tmp_path).profil
    charges = modules_d_un_appel(profil)
    assert NON_DEMANDES & charges == set()
    assert [module for module in charges if module.startswith(AUTRES)] == []
    # What is looked for has its true name: the other clients do import it.
    services = {f"{paquet}client" for paquet in (*AUTRES, "segur_socles.mss.")}
    assert services <= modules_d_un_appel(profil, "les autres")
