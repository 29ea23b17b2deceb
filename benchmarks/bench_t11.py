"""T11: the first INSi call of a process, imports included ÷ a process that imports what any such client needs.

The call is that of a user: a profile read from its file, then the facade, to a sandbox in another process.
"""

from __future__ import annotations

import atexit
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ID = "T11"
TITLE = "premier appel INSi d'un processus ÷ import de ses bibliothèques"
TARGET = 2.0
STRETCH: float | None = 1.5
CLOCK = "wall"
ROUNDS = 15

CALL = """
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
LIBRARIES = "import httpx, pydantic, lxml.etree, cryptography.x509"


def python(*arguments: str) -> None:
    """Run a Python process to its end."""
    subprocess.run([sys.executable, "-c", *arguments], check=True, stdout=subprocess.DEVNULL)


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
    profile = str(Path(folder.name) / "profil.toml")
    return lambda: python(CALL, profile), lambda: python(LIBRARIES)
