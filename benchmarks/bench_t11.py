"""T11: the first INSi call of a process, imports included ÷ a process that imports what any such client needs.

The call is that of a user: a profile read from its file, then the facade, to a sandbox in another process.

Both processes run without the garbage collector, as all that is measured here.
"""

from __future__ import annotations

import atexit
import json
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable
from pathlib import Path

ID = "T11"
TITLE = "premier appel INSi d'un processus ÷ import de ses bibliothèques"
TARGET = 2.0
STRETCH: float | None = 1.5
CLOCK = "wall"
ROUNDS = 15
NOTE = (
    "en multiples de l'import des bibliothèques (1) : types, façade et ce que « import pydantic » ne charge pas 0,7 ;"
    " httpcore, TLS et l'appel 0,16 ; profil et PKCS#12, dont la dérivation est lente à dessein, 0,1 ; client INSi 0,07"
)

CALL = """
import gc; gc.disable()
import sys
from pathlib import Path
from segur_socles import Acteur, Motif, Professionnel, Segur, Sexe, Structure, TraitsIdentite, lire_profil
structure = Structure(nom="EHPAD", finess_eg="990000019", finess_ej="990000001", secteur="SA17", cadre="ESSMS")
ps = Professionnel(id_nat="899700000019", nom="EXEMPLE", prenom="Ingrid", profession="G15_60")
traits = TraitsIdentite(nom_naissance="ADRUN", prenoms=("ZOE",), sexe=Sexe.FEMININ, date_naissance="1975-12-31")
with Segur(lire_profil(Path(sys.argv[1]))) as segur:
    session = segur.au_nom_de(Acteur(professionnel=ps, structure=structure), motif=Motif.ADMISSION)
    print(session.insi.rechercher(traits).identite.reponse.message_id)
"""
ENVIRONMENT = ("nom", "nature", "insi_certificat", "ancres", "listes_revocation")
LIBRARIES = "import gc; gc.disable(); import httpx, pydantic, lxml.etree, cryptography.x509"


def python(*arguments: str) -> None:
    """Run a Python process to its end."""
    subprocess.run([sys.executable, "-c", *arguments], check=True, stdout=subprocess.DEVNULL)


def insi_only(path: Path) -> Path:
    """Write a profile that names one certificate, as that of a software which calls INSi alone."""
    profile = tomllib.loads(path.read_text("utf-8"))
    (structure,) = profile["structures"]
    environment = {name: profile["environment"][name] for name in ENVIRONMENT}
    software = {name: profile["logiciel"][name] for name in ("nom", "version", "instance", "oid_racine")}
    credentials = {"mot_de_passe": structure["mot_de_passe"], "tls_insi": structure["tls_insi"][0]}
    tables = {
        "[environment]": environment,
        "[logiciel]": software,
        "[[structures]]": {"finess_eg": structure["finess_eg"], "lies": structure["lies"], **credentials},
    }
    alone = path.with_name("insi.toml")
    text = (
        f"{title}\n" + "".join(f"{n} = {json.dumps(v)}\n" for n, v in table.items()) for title, table in tables.items()
    )
    alone.write_text("\n".join(text), "utf-8")
    return alone


def measure() -> tuple[Callable[[], object], Callable[[], object]]:
    """Start a sandbox, and give both processes."""
    folder = tempfile.TemporaryDirectory()
    command = [sys.executable, "-m", "segur_socles", "sandbox", "up", "--json", "--dossier", folder.name]
    sandbox = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)

    def stop() -> None:
        sandbox.terminate()
        sandbox.wait()
        folder.cleanup()

    atexit.register(stop)
    assert sandbox.stdout
    sandbox.stdout.readline()  # it says that it is ready
    profile = insi_only(Path(folder.name) / "profil.toml")
    return lambda: python(CALL, str(profile)), lambda: python(LIBRARIES)
