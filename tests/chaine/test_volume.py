"""A document of 50 MiB leaves over TLS without being copied: at most a tenth of its size is added to the memory."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from chaine_outils import RESIDENTE

from segur_socles.credentials.configuration import Configuration
from segur_socles.credentials.profil import lire_profil
from segur_socles.dmp.types import Accuse
from segur_socles.documents.document import DocumentCda
from segur_socles.dui.dossier import Dossier
from segur_socles.dui.parcours import qualifier, rediger
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.professionnel import Motif
from segur_socles.segur.facade import AsyncSegur, Segur

TAILLE = 50 * 1024 * 1024
ACCORD = Autorisation.accorder(ActeSocle.ALIMENTER_DMP, "essai de volume")


@pytest.fixture(scope="module")
def ailleurs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Configuration]:
    """A sandbox in a process of its own, so that its memory does not count as ours."""
    dossier = tmp_path_factory.mktemp("bac")
    command = [sys.executable, "-c", "from segur_socles.cli.main import main; main()", "sandbox", "up", "--json"]
    with subprocess.Popen([*command, "--dossier", dossier], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pret = json.loads(process.stdout.readline())
        yield lire_profil(Path(pret["profil"]))
        process.terminate()


def enfler(document: DocumentCda) -> DocumentCda:
    """The same document, as heavy as one with large annexes: still in canonical form."""
    fin = b"</ClinicalDocument>"
    assert document.canonique
    octets = b"".join((document.octets[: -len(fin)], b"<!--", b"x" * TAILLE, b"-->", fin))
    return dataclasses.replace(document, octets=octets)


@pytest.mark.long
@pytest.mark.parametrize("mode", ["sync", "async"])
def test_fifty_mebibytes(ailleurs: Configuration, mode: str) -> None:
    dossier = Dossier.lire(RESIDENTE)
    with Segur(ailleurs) as segur:
        session = segur.au_nom_de(dossier.acteur, motif=Motif.PRISE_EN_CHARGE)
        identite = qualifier(session, dossier).identite
        document = enfler(rediger(session, dossier, identite))

        async def asynchrone() -> Any:
            async with AsyncSegur(ailleurs) as asegur:
                asession = asegur.au_nom_de(dossier.acteur, motif=Motif.PRISE_EN_CHARGE)
                return await asession.dmp.alimenter(asession.dmp.preparer(document, identite), ACCORD)

        tracemalloc.start()
        try:
            avant, _ = tracemalloc.get_traced_memory()
            if mode == "sync":
                accuse = session.dmp.alimenter(session.dmp.preparer(document, identite), ACCORD)
            else:
                accuse = asyncio.run(asynchrone())
            _, pic = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert isinstance(accuse, Accuse)
    assert (accuse.tentatives, accuse.regle) == (1, False)
    assert len(document.octets) > TAILLE
    assert pic - avant <= len(document.octets) / 10
