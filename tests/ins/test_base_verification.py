"""A base from its file to its report: decided once, resumed after anything, and telling nobody's identity."""

from __future__ import annotations

import csv
import errno
import io
import logging
import os
import signal
import stat
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from segur_socles._core.clock import FrozenClock
from segur_socles.errors import CertificatRefuseError, ConfigurationError, TransportError
from segur_socles.ins.base import Champ, ReglagesBase, Verdict, verifier_base
from segur_socles.ins.base.rapport import neutraliser
from segur_socles.personnes.matricule import MatriculeIns, calculer_cle
from segur_socles.personnes.traits import TraitsIdentite

HORLOGE = FrozenClock(datetime(2026, 1, 15, 9, 30, tzinfo=UTC))
EN_TETE = "IPP;Nom de naissance;Prénoms;Sexe;DDN;COG;Matricule INS;OID;Statut"
NIR = "1.2.250.1.213.1.4.8"


def ligne(rang: int, *, nom: str = "ECETINSI", ins: bool = True) -> str:
    """A person of their own number; keys are computed, as the number is made up."""
    numero = f"1090763220{rang % 1000:03d}" if rang < 1000 else f"10907{rang:08d}"
    matricule = numero + calculer_cle(numero)
    suite = f"{matricule};{NIR};QUAL" if ins else ";;PROV"
    jour = f"{1900 + rang % 100}-{1 + rang // 100 % 12:02d}-{1 + rang // 1200 % 28:02d}"
    return f"D{rang};{nom};PIERRE;M;{jour};63220;{suite}"


@pytest.fixture
def base(tmp_path: Path) -> Callable[..., Path]:
    def ecrire(*lignes: str, encodage: str = "utf-8") -> Path:
        fichier = tmp_path / "base.csv"
        fichier.write_bytes("\r\n".join([EN_TETE, *lignes, ""]).encode(encodage))
        return fichier

    return ecrire


@pytest.fixture
def rapport(tmp_path: Path) -> Path:
    return tmp_path / "rapport.csv"


def rangees(rapport: Path) -> list[dict[str, str]]:
    with rapport.open(encoding="utf-8-sig", newline="") as flux:
        return list(csv.DictReader(flux, delimiter=";"))


def verdicts(rapport: Path) -> list[tuple[int, str]]:
    return [(int(r["ligne"]), r["verdict"]) for r in rangees(rapport)]


def test_each_line_has_its_verdict(base: Callable[..., Path], rapport: Path) -> None:
    fichier = base(ligne(1), ligne(2, ins=False), '"ouvert;X', "court;X", ligne(3, nom="X9"), "", ligne(4))
    bilan = verifier_base(fichier, rapport, clock=HORLOGE)
    assert verdicts(rapport) == [
        (2, "conforme"),
        (3, "à récupérer"),
        (4, "à corriger"),
        (5, "à corriger"),
        (6, "à corriger"),
        (8, "conforme"),
    ]
    assert bilan.verdicts == {Verdict.CONFORME: 2, Verdict.A_CORRIGER: 3, Verdict.A_RECUPERER: 1}
    assert bilan.champs == {"ligne": 2, "nom_naissance": 1}
    assert (bilan.lignes, bilan.a_revoir, bilan.deja_decidees) == (6, 3, 0)
    assert bilan.colonnes[Champ.MATRICULE] == 7
    assert rangees(rapport)[0] == {
        "ligne": "2",
        "identifiant": "D1",
        "verdict": "conforme",
        "champs": "",
        "constats": "La ligne se tient ; seul le service national peut dire si l'INS est toujours la bonne.",
        "remedes": "",
        "decide_le": "2026-01-15T09:30:00.000Z",
        "fichier": rangees(rapport)[5]["fichier"],
    }


@pytest.mark.parametrize("encodage", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_accents_are_read_whatever_the_encoding(base: Callable[..., Path], rapport: Path, encodage: str) -> None:
    bilan = verifier_base(base(ligne(1, nom="Bœuf-Éloïse"), encodage=encodage), rapport)
    assert bilan.verdicts == {Verdict.CONFORME: 1}


@pytest.mark.parametrize("annonce", ["sep=;", "\ufeffSEP=;", '"sep=;"'])
def test_a_line_that_announces_the_delimiter_is_not_the_header(tmp_path: Path, rapport: Path, annonce: str) -> None:
    fichier = tmp_path / "base.csv"
    fichier.write_text(f"{annonce}\n{EN_TETE}\n{ligne(1)}\n", "utf-8")
    verifier_base(fichier, rapport)
    assert verdicts(rapport) == [(3, "conforme")]


def test_a_line_of_another_encoding_spoils_itself_alone(tmp_path: Path, rapport: Path) -> None:
    fichier = tmp_path / "base.csv"
    lignes = [EN_TETE, ligne(1, nom="Éloïse"), ligne(2, nom="Bœuf"), ligne(3, nom="Zoé")]
    fichier.write_bytes(b"\n".join(t.encode("cp1252" if rang == 2 else "utf-8-sig") for rang, t in enumerate(lignes)))
    fichier.write_bytes(fichier.read_bytes().replace(b"\n\xef\xbb\xbf", b"\n"))
    verifier_base(fichier, rapport)
    assert verdicts(rapport) == [(2, "conforme"), (3, "à corriger"), (4, "conforme")]


def test_duplicates_are_told_with_the_first_line(base: Callable[..., Path], rapport: Path) -> None:
    verifier_base(base(ligne(1), ligne(2), ligne(1), ligne(2, ins=False)), rapport)
    _, _, meme_ins, memes_traits = rangees(rapport)
    assert (meme_ins["verdict"], meme_ins["constats"]) == ("à corriger", "matricule : même matricule que la ligne 2")
    assert memes_traits["verdict"] == "à récupérer"
    assert memes_traits["constats"] == "nom_naissance : mêmes traits que la ligne 3"


# ------------------------------------------------------------------------------------------------------ asking


class Service:
    """A verification service that answers from a list, and remembers what it was given."""

    def __init__(self, *reponses: bool | Exception) -> None:
        self.reponses = list(reponses)
        self.recus: list[tuple[TraitsIdentite, MatriculeIns]] = []

    def __call__(self, traits: TraitsIdentite, matricule: MatriculeIns) -> bool:
        self.recus.append((traits, matricule))
        reponse = self.reponses.pop(0)
        if isinstance(reponse, Exception):
            raise reponse
        return reponse


def panne() -> TransportError:
    return TransportError("ECETINSI injoignable", phase="connect", sent=False)


def test_only_lines_that_hold_are_asked_about(base: Callable[..., Path], rapport: Path) -> None:
    fichier = base(ligne(1), ligne(2, ins=False), ligne(3, nom="X9"), ligne(1), ligne(4))
    service = Service(True, False)
    bilan = verifier_base(fichier, rapport, verificateur=service)
    assert [matricule.numero for _, matricule in service.recus] == ["1090763220001", "1090763220004"]
    assert [v for _, v in verdicts(rapport)] == ["confirmée", "à récupérer", "à corriger", "à corriger", "infirmée"]
    assert bilan.a_revoir == 3


def test_a_line_decided_is_not_asked_again_and_one_that_failed_is(base: Callable[..., Path], rapport: Path) -> None:
    fichier = base(ligne(1), ligne(2), ligne(3))
    premier = verifier_base(fichier, rapport, verificateur=Service(True, panne(), True))
    assert premier.verdicts == {Verdict.CONFIRMEE: 2, Verdict.A_REPRENDRE: 1}
    assert premier.champs == {"service": 1}
    service = Service(True)
    second = verifier_base(fichier, rapport, verificateur=service)
    assert [matricule.numero for _, matricule in service.recus] == ["1090763220002"]
    assert (second.verdicts, second.champs, second.deja_decidees) == ({Verdict.CONFIRMEE: 3}, {}, 3)
    assert verdicts(rapport) == [(2, "confirmée"), (3, "à reprendre"), (4, "confirmée"), (3, "confirmée")]
    assert verifier_base(fichier, rapport, verificateur=Service()).verdicts == {Verdict.CONFIRMEE: 3}


def test_a_service_that_is_down_stops_the_run_which_goes_on_later(base: Callable[..., Path], rapport: Path) -> None:
    fichier = base(*(ligne(rang) for rang in range(1, 7)))
    with pytest.raises(TransportError):
        verifier_base(fichier, rapport, verificateur=Service(panne(), True, panne(), panne(), panne()))
    assert [v for _, v in verdicts(rapport)] == ["à reprendre", "confirmée", *["à reprendre"] * 3]
    bilan = verifier_base(fichier, rapport, verificateur=Service(*[True] * 5))
    assert bilan.verdicts == {Verdict.CONFIRMEE: 6}


def test_a_refused_certificate_stops_at_once(base: Callable[..., Path], rapport: Path) -> None:
    refus = CertificatRefuseError("refusé", service="insi", code="desir_560")
    service = Service(refus)
    with pytest.raises(CertificatRefuseError):
        verifier_base(base(ligne(1), ligne(2)), rapport, verificateur=service)
    assert len(service.recus) == 1


# -------------------------------------------------------------------------------------------------- going on


@pytest.mark.parametrize("garde", [0, 1, 2, 40, 107, 300, 700])
def test_a_report_cut_anywhere_ends_the_same(base: Callable[..., Path], rapport: Path, garde: int) -> None:
    fichier = base(*(ligne(rang, ins=rang % 2 == 0) for rang in range(1, 8)), "court;X", ligne(2))
    verifier_base(fichier, rapport, clock=HORLOGE)
    entier = rapport.read_bytes()
    assert garde < len(entier)
    rapport.write_bytes(entier[:garde])
    verifier_base(fichier, rapport, clock=HORLOGE)
    assert rapport.read_bytes() == entier


TRAVAIL = """
import sys, time
from pathlib import Path
from segur_socles.ins.base import verifier_base

def lent(traits, matricule):
    time.sleep(0.002)
    return True

verifier_base(Path(sys.argv[1]), Path(sys.argv[2]), verificateur=lent)
"""


@pytest.mark.parametrize("coup", [signal.SIGINT, signal.SIGKILL])
def test_killed_in_the_middle_it_goes_on(base: Callable[..., Path], rapport: Path, coup: signal.Signals) -> None:
    fichier = base(*(ligne(rang) for rang in range(1, 800)))
    processus = subprocess.Popen(
        [sys.executable, "-c", TRAVAIL, str(fichier), str(rapport)], stderr=subprocess.DEVNULL, env=os.environ
    )
    limite = time.monotonic() + 60
    while not (rapport.exists() and rapport.stat().st_size > 5000):
        assert time.monotonic() < limite
        time.sleep(0.01)
    processus.send_signal(coup)
    processus.wait(30)
    # A row may be cut by a kill; the decisions before it are kept.
    deja = rapport.read_bytes().count(b"\r\n") - 1
    assert 10 < deja < 799
    service = Service(*[True] * (799 - deja))
    bilan = verifier_base(fichier, rapport, verificateur=service)
    assert (bilan.deja_decidees, bilan.verdicts) == (deja, {Verdict.CONFIRMEE: 799})
    assert len(service.recus) == 799 - deja
    assert [numero for numero, _ in verdicts(rapport)] == list(range(2, 801))


def test_another_file_or_other_settings_need_another_report(base: Callable[..., Path], rapport: Path) -> None:
    fichier = base(ligne(1))
    verifier_base(fichier, rapport)
    avant = rapport.read_bytes()
    for autre, reglages in ((fichier, ReglagesBase(essai=True)), (base(ligne(1), ligne(2)), ReglagesBase())):
        with pytest.raises(ConfigurationError, match="pas celui de ce fichier"):
            verifier_base(autre, rapport, reglages)
    assert rapport.read_bytes() == avant


@pytest.mark.parametrize("contenu", [b"mon travail\r\n", b"x", b"\xff\xfe\r\n", b"a;b\r\n" * 9])
def test_a_file_that_is_no_report_is_left_as_it_is(base: Callable[..., Path], rapport: Path, contenu: bytes) -> None:
    rapport.write_bytes(contenu)
    with pytest.raises(ConfigurationError):
        verifier_base(base(ligne(1)), rapport)
    assert rapport.read_bytes() == contenu


@pytest.mark.parametrize(
    "rangee", [b"\xff;;;;;;;\r\n", b"2;a\r\n", b"x;;conforme;;;;;f\r\n", b"sans fin" * 20_000 + b"\r\n"]
)
def test_a_report_that_was_changed_is_left_as_it_is(base: Callable[..., Path], rapport: Path, rangee: bytes) -> None:
    fichier = base(ligne(1))
    verifier_base(fichier, rapport)
    change = rapport.read_bytes() + rangee
    rapport.write_bytes(change)
    with pytest.raises(ConfigurationError, match="modifié"):
        verifier_base(fichier, rapport)
    assert rapport.read_bytes() == change


def test_a_full_disk_is_a_typed_refusal_and_the_run_goes_on_later(
    base: Callable[..., Path], rapport: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fichier = base(ligne(1), ligne(2), ligne(3))
    ecrites: list[bytes] = []

    class Plein(io.FileIO):
        def write(self, octets: Any, /) -> int:
            ecrites.append(octets)
            if len(ecrites) == 3:
                super().write(octets[:10])
                raise OSError(28, "No space left on device")
            return super().write(octets)

    with monkeypatch.context() as disque:
        disque.setattr(io, "FileIO", Plein)
        with pytest.raises(ConfigurationError, match="No space left"):
            verifier_base(fichier, rapport)
    assert verifier_base(fichier, rapport).deja_decidees == 1
    assert verdicts(rapport) == [(2, "conforme"), (3, "conforme"), (4, "conforme")]


class Lent(io.FileIO):
    """A disk that takes a few bytes at a time, and none when nothing is left."""

    place = 10_000

    def write(self, octets: Any, /) -> int:
        ecrits = super().write(bytes(octets)[: min(7, Lent.place)]) if Lent.place else 0
        Lent.place -= ecrits
        return ecrits


@pytest.mark.parametrize("place", [0, 10, 250, 500])
def test_a_row_that_the_disk_took_in_part_is_never_told_as_written(
    base: Callable[..., Path], rapport: Path, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    fichier = base(ligne(1), ligne(2), ligne(3))
    with monkeypatch.context() as disque:
        disque.setattr(io, "FileIO", Lent)
        disque.setattr(Lent, "place", 10_000)
        verifier_base(fichier, rapport, clock=HORLOGE)
        entier = rapport.read_bytes()
        assert place < len(entier)
        rapport.unlink()
        disque.setattr(Lent, "place", place)
        with pytest.raises(ConfigurationError, match="No space left"):
            verifier_base(fichier, rapport, clock=HORLOGE)
    verifier_base(fichier, rapport, clock=HORLOGE)
    assert rapport.read_bytes() == entier


def test_a_report_that_cannot_be_kept_at_the_end_is_a_typed_refusal(
    base: Callable[..., Path], rapport: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def echec(_: int) -> None:
        raise OSError(5, "Input/output error")

    fichier = base(ligne(1))
    with monkeypatch.context() as disque:
        disque.setattr(os, "fsync", echec)
        with pytest.raises(ConfigurationError, match="Input/output error"):
            verifier_base(fichier, rapport)
        refus = CertificatRefuseError("refusé", service="insi", code="desir_560")
        with pytest.raises(CertificatRefuseError):
            verifier_base(fichier, rapport.with_name("autre.csv"), verificateur=Service(refus))


@pytest.mark.skipif(os.name == "nt", reason="tubes POSIX")
def test_a_pipe_is_neither_a_base_nor_a_report(base: Callable[..., Path], rapport: Path, tmp_path: Path) -> None:
    tube = tmp_path / "tube"
    os.mkfifo(tube)
    for fichier, vers, champ in ((tube, rapport, "FICHIER"), (base(ligne(1)), tube, "--rapport")):
        with pytest.raises(ConfigurationError, match="fichier ordinaire") as refus:
            verifier_base(fichier, vers)
        assert refus.value.champ == champ
    assert not rapport.exists()


def test_a_name_that_the_system_refuses_is_a_configuration_error(base: Callable[..., Path], tmp_path: Path) -> None:
    for fichier, vers in ((base(ligne(1)), tmp_path / ("x" * 300)), (tmp_path / ("x" * 300), tmp_path / "r.csv")):
        with pytest.raises(ConfigurationError):
            verifier_base(fichier, vers)


def test_the_report_is_never_the_file_itself(base: Callable[..., Path]) -> None:
    fichier = base(ligne(1))
    avant = fichier.read_bytes()
    with pytest.raises(ConfigurationError, match="même fichier"):
        verifier_base(fichier, fichier)
    assert fichier.read_bytes() == avant


@pytest.mark.parametrize(
    ("reglages", "champ"),
    [
        (ReglagesBase(separateur=";;"), "--separateur"),
        (ReglagesBase(separateur='"'), "--separateur"),
        (ReglagesBase(encodage="klingon"), "--encodage"),
    ],
)
def test_a_setting_that_cannot_be_is_refused(
    base: Callable[..., Path], rapport: Path, reglages: ReglagesBase, champ: str
) -> None:
    with pytest.raises(ConfigurationError) as refus:
        verifier_base(base(ligne(1)), rapport, reglages)
    assert refus.value.champ == champ
    assert not rapport.exists()


# ----------------------------------------------------------------------------------------- safe, small, silent


@pytest.mark.parametrize(
    ("texte", "ecrit"),
    [
        ("=HYPERLINK(A1)", "'=HYPERLINK(A1)"),
        ("@SUM", "'@SUM"),
        ("\t+1", "'+1"),
        ("\u200b-1", "'-1"),
        ("\uff1dA", "'\uff1dA"),
        ("A\r\nB\x00", "AB"),
        ("RES-142", "RES-142"),
        ("1090763220834", "[masqué]"),
        ("1\u200b090763220834", "[masqué]"),
        ("x" * 100, "x" * 64),
    ],
)
def test_a_foreign_text_is_safe_in_a_cell(texte: str, ecrit: str) -> None:
    assert neutraliser(texte) == ecrit


def test_nothing_written_or_said_tells_who(
    base: Callable[..., Path], rapport: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    fautive = ligne(3, nom="CANARI9").replace("PIERRE", "ZEPHYRIN8").replace("D3;", "=cmd;")
    nommee = ligne(5, nom="CANARI").replace("D5;", "canari-5;")
    numerotee = ligne(6, nom="CANARI").replace("D6;", "P1090763220006;")
    fichier = base(ligne(1, nom="CANARI"), fautive, nommee, numerotee, f'"{ligne(7, nom="CANARI")}', ligne(2))
    with pytest.raises(CertificatRefuseError) as refus:
        verifier_base(fichier, rapport, verificateur=Service(CertificatRefuseError("non", service="insi", code="x")))
    bilan = verifier_base(fichier, rapport)
    dit = rapport.read_text("utf-8") + caplog.text + "".join(capfd.readouterr()) + repr(bilan) + str(refus.value)
    for secret in ("CANARI", "canari", "ZEPHYRIN", "PIERRE", "1090763220", "63220", "1901-", "1903-"):
        assert secret not in dit
    assert "'=cmd" in dit
    assert [r["ligne"] for r in rangees(rapport)] == ["2", "2", "3", "4", "5", "6", "7"]


@pytest.mark.skipif(os.name == "nt", reason="permissions POSIX")
def test_the_report_is_its_owner_s(base: Callable[..., Path], rapport: Path) -> None:
    verifier_base(base(ligne(1)), rapport)
    assert stat.S_IMODE(rapport.stat().st_mode) == 0o600


def test_progress_goes_to_the_end(base: Callable[..., Path], rapport: Path) -> None:
    vus: list[tuple[int, int]] = []
    fichier = base(*(ligne(rang) for rang in range(1, 50)))
    verifier_base(fichier, rapport, progres=lambda lus, total: vus.append((lus, total)))
    assert vus == sorted(vus)
    assert vus[-1] == (fichier.stat().st_size, fichier.stat().st_size)


def test_memory_does_not_grow_with_the_file(base: Callable[..., Path], tmp_path: Path) -> None:
    def pic(nombre: int) -> int:
        fichier = base(*(ligne(rang) for rang in range(1, nombre)))
        tracemalloc.start()
        try:
            verifier_base(fichier, tmp_path / f"{nombre}.csv")
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    pic(50)
    assert pic(3000) < pic(1500) * 1.5 + 500_000


def test_one_run_at_a_time_writes_a_report(base: Callable[..., Path], rapport: Path) -> None:
    """Started again from within the first: it is refused, and the first one goes on as if nothing had happened."""
    fichier, refus = base(ligne(1), ligne(2)), list[ConfigurationError]()

    def service(*_: object) -> bool:
        with pytest.raises(ConfigurationError, match="Une autre vérification écrit déjà ce rapport") as caught:
            verifier_base(fichier, rapport, clock=HORLOGE, verificateur=lambda *_: False)
        refus.append(caught.value)
        return True

    bilan = verifier_base(fichier, rapport, clock=HORLOGE, verificateur=service)
    assert (bilan.verdicts, verdicts(rapport)) == ({Verdict.CONFIRMEE: 2}, [(2, "confirmée"), (3, "confirmée")])
    assert {(r.champ, bool(r.remede)) for r in refus} == {("--rapport", True)}
    assert verifier_base(fichier, rapport, clock=HORLOGE).deja_decidees == 2


def test_another_process_is_refused_too_and_one_that_was_killed_holds_nothing(
    base: Callable[..., Path], rapport: Path
) -> None:
    fichier = base(ligne(1), ligne(2))
    code = (
        "import sys, time; from pathlib import Path; from segur_socles.ins.base import verifier_base\n"
        "def service(traits, matricule):\n"
        "    print('dedans', flush=True); time.sleep(60)\n"
        "verifier_base(Path(sys.argv[1]), Path(sys.argv[2]), verificateur=service)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(fichier), str(rapport)], stdout=subprocess.PIPE) as autre:
        assert autre.stdout is not None
        assert autre.stdout.readline() == b"dedans\n"
        avant = rapport.read_bytes()
        with pytest.raises(ConfigurationError, match="écrit déjà"):
            verifier_base(fichier, rapport, clock=HORLOGE)
        assert rapport.read_bytes() == avant
        autre.kill()
    assert verifier_base(fichier, rapport, clock=HORLOGE).verdicts == {Verdict.CONFORME: 2}


def test_a_file_system_that_reserves_nothing_lets_in(
    base: Callable[..., Path], rapport: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuser(_: object) -> None:
        raise OSError(errno.ENOLCK, "no locks available")

    monkeypatch.setattr("segur_socles.ins.base.verrou._verrouiller", refuser)
    assert verifier_base(base(ligne(1)), rapport, clock=HORLOGE).lignes == 1
