"""The host over real sockets: TLS on both sides, faults, journal, clean start and stop."""

from __future__ import annotations

import json
import os
import socket
import ssl
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest
from demandes_insi import Demande, client, envoyer, lire_faute, lire_resultat

from segur_socles._core.clock import FrozenClock, SystemClock
from segur_socles.errors import ConfigurationError
from segur_socles.sandbox.donnees import EHPAD, FOYER, PERSONNES
from segur_socles.sandbox.pannes import Pannes
from segur_socles.sandbox.pki import Defaut, Emis
from segur_socles.sandbox.sandbox import Sandbox

TLS = (httpx.ConnectError, httpx.ReadError, httpx.RemoteProtocolError, httpx.WriteError)
"""What a refused handshake looks like: at once in TLS 1.2, at the first read in TLS 1.3."""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


@pytest.fixture(autouse=True)
def sans_panne(sandbox: Sandbox) -> None:
    sandbox.pannes.effacer()


@pytest.fixture
def insi(sandbox: Sandbox, tmp_path: Path) -> Iterator[httpx.Client]:
    with client(sandbox, sandbox.certificats(EHPAD).insi_manu, tmp_path=tmp_path) as http:
        yield http


def test_certificate_accepted(sandbox: Sandbox, insi: httpx.Client) -> None:
    reponse = envoyer(insi, sandbox.environment.insi_certificat, Demande())
    assert lire_resultat(reponse)["actif"] == ("2751263220749", "74", "1.2.250.1.213.1.4.8")


@pytest.mark.parametrize("nom", ["insi_certificat", "dmp"])
def test_no_client_certificate_is_refused(sandbox: Sandbox, tmp_path: Path, nom: str) -> None:
    with client(sandbox, tmp_path=tmp_path) as http, pytest.raises(TLS):
        envoyer(http, getattr(sandbox.environment, nom), Demande())


def test_card_listener_asks_for_no_certificate(sandbox: Sandbox, tmp_path: Path) -> None:
    with client(sandbox, tmp_path=tmp_path) as http:
        faute = lire_faute(envoyer(http, sandbox.environment.insi_carte, Demande()))
    assert faute.code == "SANDBOX_ASSERTION_ABSENTE"


MAUVAIS: dict[str, Callable[[Sandbox], Emis]] = {
    defaut.value: lambda s, d=defaut: s.pki.auth_cli("1990000019", "EHPAD", "INSI-MANU", defaut=d) for defaut in Defaut
}


@pytest.mark.parametrize("nom", MAUVAIS)
def test_bad_client_certificate_is_refused_in_the_handshake(sandbox: Sandbox, tmp_path: Path, nom: str) -> None:
    with client(sandbox, MAUVAIS[nom](sandbox), tmp_path=tmp_path) as http, pytest.raises(TLS):
        envoyer(http, sandbox.environment.insi_certificat, Demande())


@pytest.mark.parametrize("service", ["insi_certificat", "dmp"])
def test_revoked_while_running(sandbox: Sandbox, tmp_path: Path, service: str) -> None:
    emis = sandbox.pki.auth_cli("1990000019", "EHPAD", "INSI-AUTO")
    url = getattr(sandbox.environment, service)
    with client(sandbox, emis, tmp_path=tmp_path) as http:
        assert envoyer(http, url, Demande()).status_code in (200, 404)
    sandbox.revoquer(emis.certificat)
    with client(sandbox, emis, tmp_path=tmp_path) as http, pytest.raises(TLS):
        envoyer(http, url, Demande())


def test_server_is_not_trusted_without_our_anchors(sandbox: Sandbox) -> None:
    contexte = ssl.create_default_context()
    with httpx.Client(verify=contexte, trust_env=False) as http, pytest.raises(httpx.ConnectError, match="CERTIFICATE"):
        http.get(str(sandbox.environment.insi_carte))


def test_server_name_is_checked(sandbox: Sandbox, tmp_path: Path) -> None:
    with client(sandbox, tmp_path=tmp_path) as http, pytest.raises(httpx.ConnectError, match="CERTIFICATE"):
        http.get(str(sandbox.environment.insi_carte), extensions={"sni_hostname": "ailleurs.invalid"})


def test_each_listener_has_its_certificate_and_the_dmp_speaks_tls_1_2_only(sandbox: Sandbox, tmp_path: Path) -> None:
    contexte = ssl.create_default_context(cadata=sandbox.pki.ancres_pem)
    contexte.load_cert_chain(*sandbox.certificats(EHPAD).dmp.ecrire(tmp_path, "dmp"))
    vus = {}
    for nom in ("insi_certificat", "insi_carte", "dmp"):
        parts = httpx.URL(getattr(sandbox.environment, nom))
        with (
            socket.create_connection((parts.host, parts.port or 0)) as prise,
            contexte.wrap_socket(prise, server_hostname="127.0.0.1") as liaison,
        ):
            vus[nom] = (liaison.version(), liaison.getpeercert(binary_form=True))
    assert {nom: version for nom, (version, _) in vus.items()} == {
        "insi_certificat": "TLSv1.3",
        "insi_carte": "TLSv1.3",
        "dmp": "TLSv1.2",
    }
    assert len({der for _, der in vus.values()}) == 3


def test_answers_do_not_wait_for_a_delayed_acknowledgement(sandbox: Sandbox, insi: httpx.Client) -> None:
    durees = []
    for _ in range(20):
        debut = time.perf_counter()
        envoyer(insi, sandbox.environment.insi_certificat, Demande())
        durees.append(time.perf_counter() - debut)
    assert statistics.median(durees) < 0.035  # a delayed acknowledgement lasts 40 ms


# --- faults ---


def test_503_then_ok(sandbox: Sandbox, insi: httpx.Client) -> None:
    sandbox.pannes.activer("503-then-ok", service="insi", fois=2)
    statuts = [envoyer(insi, sandbox.environment.insi_certificat, Demande()).status_code for _ in range(3)]
    assert statuts == [503, 503, 200]
    assert [e.panne for e in sandbox.journal.entrees[-3:]] == ["503-then-ok", "503-then-ok", None]


def test_latency(sandbox: Sandbox, insi: httpx.Client) -> None:
    sandbox.pannes.activer("latency", secondes=0.3)
    debut = time.perf_counter()
    assert envoyer(insi, sandbox.environment.insi_certificat, Demande()).status_code == 200
    assert time.perf_counter() - debut >= 0.3
    assert sandbox.journal.entrees[-1].panne == "latency"


def test_reply_lost_after_the_work_was_done(sandbox: Sandbox, insi: httpx.Client) -> None:
    sandbox.pannes.activer("accept-then-lose-reply", operation="insi.rechercher")
    demande = Demande()
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        envoyer(insi, sandbox.environment.insi_certificat, demande)
    entree = sandbox.journal.entrees[-1]
    assert (entree.code, entree.statut, entree.message_id) == ("00", None, demande.message_id)
    assert entree.panne == "accept-then-lose-reply"
    assert envoyer(insi, sandbox.environment.insi_certificat, Demande()).status_code == 200


@pytest.mark.parametrize("filtre", [{"service": "dmp"}, {"operation": "insi.rechercher_vitale"}])
def test_fault_set_for_something_else_waits(sandbox: Sandbox, insi: httpx.Client, filtre: dict[str, str]) -> None:
    sandbox.pannes.activer("503-then-ok", **filtre)
    assert envoyer(insi, sandbox.environment.insi_certificat, Demande()).status_code == 200
    assert len(sandbox.pannes.actives) == 1


@pytest.mark.parametrize(
    "arguments", [{"nom": "incendie"}, {"nom": "latency", "fois": 0}, {"nom": "latency", "secondes": -1}]
)
def test_senseless_fault_is_refused(arguments: dict[str, object]) -> None:
    with pytest.raises(ConfigurationError, match="panne"):
        Pannes().activer(**arguments)  # type: ignore[arg-type]


# --- requests that are not INSi's ---


def test_other_path_and_method(sandbox: Sandbox, insi: httpx.Client) -> None:
    url = str(sandbox.environment.insi_certificat)
    assert insi.post(f"{url}/autre").status_code == 404
    assert insi.get(url).status_code == 405


def test_too_large_a_request(sandbox: Sandbox, insi: httpx.Client) -> None:
    assert insi.post(str(sandbox.environment.insi_certificat), content=b" " * (1 << 20) + b"x").status_code == 413


def test_defect_of_a_service_says_nothing_of_the_request(
    sandbox: Sandbox, insi: httpx.Client, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def casser(*_: object, **__: object) -> None:
        message = "ADRUN ZOE"
        raise RuntimeError(message)

    monkeypatch.setattr("segur_socles.sandbox.insi.service.chercher", casser)
    reponse = envoyer(insi, sandbox.environment.insi_certificat, Demande())
    assert reponse.status_code == 500
    assert "ADRUN" not in reponse.text + caplog.text
    assert "RuntimeError" in caplog.text


# --- journal ---


def test_journal_holds_no_identity(tmp_path: Path) -> None:
    with Sandbox(dossier=tmp_path / "sortie") as sandbox:
        with client(sandbox, sandbox.certificats(EHPAD).insi_manu, tmp_path=tmp_path) as http:
            url = sandbox.environment.insi_certificat
            for p in PERSONNES:
                demande = Demande(p.nom, p.prenoms.split()[0], p.sexe, p.naissance, p.lieu)
                assert envoyer(http, url, demande).status_code in (200, 500)
            for fautive in ("emetteur", "message_id", "nom", "prenom", "lieu", "naissance", "action", "idam"):
                envoyer(http, url, Demande().avec(**{fautive: "CANARI 2751263220749 74"}))
            envoyer(http, url, Demande(corps="<CANARI/>"))
            http.post(str(url), content=b"<CANARI", headers=Demande().entetes())
            http.post(f"{url}/CANARI", content=b"CANARI", headers={"content-type": "CANARI"})
        ecrit = (tmp_path / "sortie" / "journal.jsonl").read_text("utf-8") + repr(sandbox.journal.entrees)
    for p in PERSONNES:
        for trait in (p.nom, p.prenoms, p.naissance, p.numero, *(a.numero for a in p.historique)):
            assert not trait or trait not in ecrit
    assert "CANARI" not in ecrit
    assert "2751263220749" not in ecrit


def test_journal_file(tmp_path: Path) -> None:
    demande = Demande()
    with (
        Sandbox(dossier=tmp_path) as sandbox,
        client(sandbox, sandbox.certificats(EHPAD).insi_manu, tmp_path=tmp_path) as http,
    ):
        envoyer(http, sandbox.environment.insi_certificat, demande)
        envoyer(http, sandbox.environment.insi_certificat, Demande(idam='<IDAM R="4">AUTRE</IDAM>'))
    lignes = [json.loads(ligne) for ligne in (tmp_path / "journal.jsonl").read_text("utf-8").splitlines()]
    bonne, refusee = lignes
    assert bonne["service"] == "insi"
    assert bonne["operation"] == "insi.rechercher"
    assert bonne["message_id"] == demande.message_id
    assert bonne["structure"] == "1990000019"
    assert (bonne["statut"], bonne["code"]) == (200, "00")
    assert all(v["ok"] for v in bonne["verdicts"])
    assert (refusee["statut"], refusee["code"]) == (500, "desir_550")
    assert [v["controle"] for v in refusee["verdicts"] if not v["ok"]] == ["numéro d'autorisation du logiciel"]


@pytest.mark.skipif(os.name == "nt", reason="les droits POSIX n'existent pas")
def test_unwritable_folder(tmp_path: Path) -> None:
    (tmp_path / "fichier").write_text("")
    with pytest.raises(ConfigurationError, match="journal"):
        Sandbox(dossier=tmp_path / "fichier").start()


# --- start and stop ---


def test_twenty_starts_leave_nothing() -> None:
    def descripteurs() -> int:
        dossier = Path("/proc/self/fd")
        return len(list(dossier.iterdir())) if dossier.is_dir() else 0

    sandbox = Sandbox()
    sandbox.start()
    sandbox.stop()
    fils, ouverts = threading.active_count(), descripteurs()
    for _ in range(20):
        sandbox.start()
        sandbox.start()
        port = httpx.URL(str(sandbox.environment.insi_carte)).port or 0
        socket.create_connection(("127.0.0.1", port)).close()
        sandbox.stop()
        sandbox.stop()
        with pytest.raises(OSError, match="refus"):
            socket.create_connection(("127.0.0.1", port))
    assert threading.active_count() == fils
    assert descripteurs() == ouverts


def test_stop_does_not_wait_for_idle_connections(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.start()
    with client(sandbox, sandbox.certificats(EHPAD).insi_manu, tmp_path=tmp_path) as http:
        envoyer(http, sandbox.environment.insi_certificat, Demande())
        debut = time.perf_counter()
        sandbox.stop()
        assert time.perf_counter() - debut < 1


def test_stop_interrupts_a_request_that_lasts(tmp_path: Path) -> None:
    sandbox = Sandbox()
    sandbox.start()
    sandbox.pannes.activer("latency", secondes=60)
    url = sandbox.environment.insi_certificat
    echecs: list[Exception] = []

    def appeler() -> None:
        with client(sandbox, sandbox.certificats(EHPAD).insi_manu, tmp_path=tmp_path) as http:
            try:
                envoyer(http, url, Demande())
            except httpx.TransportError as error:
                echecs.append(error)

    fil = threading.Thread(target=appeler)
    fil.start()
    while sandbox.pannes.actives:
        time.sleep(0.01)
    debut = time.perf_counter()
    sandbox.stop()
    fil.join(10)
    assert time.perf_counter() - debut < 5
    assert len(echecs) == 1


def test_port_in_use() -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupee:
        port = occupee.getsockname()[1]
        sandbox = Sandbox(port=port)
        fils = threading.active_count()
        with pytest.raises(ConfigurationError, match=f"port {port}") as refus:
            sandbox.start()
        assert refus.value.champ == "port"
        assert refus.value.remede
        assert threading.active_count() == fils
    with pytest.raises(ConfigurationError, match="démarré"):
        _ = sandbox.environment


def suite_de_ports(nombre: int) -> int:
    """First of as many ports in a row that nobody uses."""
    while True:
        with socket.create_server(("127.0.0.1", 0)) as prise, ExitStack() as prises:
            port = prise.getsockname()[1]
            with suppress(OSError, OverflowError):
                for suivant in range(port + 1, port + nombre):
                    prises.enter_context(socket.create_server(("127.0.0.1", suivant)))
                return port


def test_fixed_ports() -> None:
    port = suite_de_ports(7)
    with Sandbox(port=port) as sandbox:
        assert [httpx.URL(url).port for url in sandbox.environment.urls] == [
            port,
            port + 1,
            port + 2,
            port + 3,  # Pro Santé Connect, and its login page
            port + 3,
            port + 4,
        ]
        assert sandbox.environment.serveurs_mss == {("127.0.0.1", port + 5), ("127.0.0.1", port + 6)}


def test_frozen_clock_still_talks_tls(tmp_path: Path) -> None:
    with Sandbox(clock=FrozenClock(SystemClock().now().replace(year=2031))) as sandbox:
        emis = sandbox.certificats(EHPAD).insi_manu
        with client(sandbox, emis, tmp_path=tmp_path) as http:
            assert lire_resultat(envoyer(http, sandbox.environment.insi_certificat, Demande()))["code"] == "00"
    assert sandbox.journal.entrees[-1].le.year == 2031


# --- structures ---


def test_second_structure(sandbox: Sandbox, tmp_path: Path) -> None:
    emis = sandbox.ajouter_structure(FOYER)
    with client(sandbox, emis.insi_manu, tmp_path=tmp_path) as http:
        url = sandbox.environment.insi_certificat
        assert lire_faute(envoyer(http, url, Demande())).code == "SANDBOX_EMETTEUR"
        assert envoyer(http, url, Demande(emetteur=FOYER.struct_idnat)).status_code == 200
    assert sandbox.journal.entrees[-1].structure == FOYER.struct_idnat


def test_unknown_structure(sandbox: Sandbox, tmp_path: Path) -> None:
    emis = sandbox.pki.auth_cli("1990000099", "AUTRE", "INSI-MANU")
    with client(sandbox, emis, tmp_path=tmp_path) as http:
        faute = lire_faute(envoyer(http, sandbox.environment.insi_certificat, Demande(emetteur="1990000099")))
    assert faute.code == "SANDBOX_STRUCTURE"


def test_certificate_of_the_legal_entity(sandbox: Sandbox, tmp_path: Path) -> None:
    emis = sandbox.pki.auth_cli(f"1{EHPAD.finess_ej}", "GESTIONNAIRE", "INSI-MANU")
    with client(sandbox, emis, tmp_path=tmp_path) as http:
        reponse = envoyer(http, sandbox.environment.insi_certificat, Demande(emetteur=EHPAD.struct_idnat))
    assert lire_resultat(reponse)["code"] == "00"
