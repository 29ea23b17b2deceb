"""The output folder of a run: the files of that run and of no other, or as it was before."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Collection, Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from segur_socles._core.run import Exchange
from segur_socles.errors import ConfigurationError

__all__ = ["Echanges", "dossier_de_sortie", "ecrire_protege"]

_ECHANGE: Final = re.compile(r"\d{2,}-[a-z0-9_.-]+-(?:requete|reponse)\.http")


@contextmanager
def dossier_de_sortie(dossier: Path, produits: Collection[str]) -> Generator[Path]:
    """Give a working folder whose content is moved into ``dossier`` at the end, unless an error comes out of it.

    ``produits`` are the names that a run may leave: those of a former run go away, so that two people's files never
    stand side by side. Files of other programs stay, in ``dossier`` and in the folder of exchanges.
    Raises :class:`ConfigurationError` if nothing can be written there.
    """
    nouveau = not dossier.exists()
    travail = _dossier_de_travail(dossier)
    try:
        yield travail
        for nom in produits:
            _retirer(dossier / nom)
        for source in sorted(travail.iterdir()):
            cible = dossier / source.name
            if source.is_dir() and cible.is_dir():
                for fichier in source.iterdir():
                    fichier.replace(cible / fichier.name)
            else:
                source.replace(cible)
    finally:
        shutil.rmtree(travail, ignore_errors=True)
        if nouveau:
            with suppress(OSError):  # not empty: the run succeeded
                dossier.rmdir()


def _retirer(produit: Path) -> None:
    """Remove what a former run left: a file, or in a folder the exchanges that it wrote there."""
    if produit.is_dir():
        for fichier in produit.iterdir():
            if _ECHANGE.fullmatch(fichier.name):
                fichier.unlink()
        with suppress(OSError):  # not empty: somebody else's files are there
            produit.rmdir()
    else:
        produit.unlink(missing_ok=True)


def _dossier_de_travail(dossier: Path) -> Path:
    try:
        dossier.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=".en-cours-", dir=dossier))
    except OSError as error:
        probleme = error.strerror or "erreur du système"
    message = f"Le dossier de sortie ne peut pas être écrit ({probleme}) ; rien n'a été envoyé."
    raise ConfigurationError(message, champ="--out", remede="choisir un dossier où vous pouvez écrire")


def ecrire_protege(path: Path, octets: bytes) -> None:
    """Write a file that only its owner can read: it holds a person's data."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
        stream.write(octets)


class Echanges:
    """Writes each exchange to two files, head and body exactly as sent and received.

    They hold identity data: the folder is readable by its owner only.
    """

    def __init__(self, dossier: Path) -> None:
        self._dossier = dossier
        self._numero = 0
        dossier.mkdir(mode=0o700)

    def __call__(self, exchange: Exchange) -> None:
        """Keep one exchange."""
        self._numero += 1
        nom = f"{self._numero:02d}-{re.sub(r'[^a-z0-9_.]+', '-', exchange.label)}"
        request, response = exchange.request, exchange.response
        with (self._dossier / f"{nom}-requete.http").open("wb") as stream:
            stream.write(_tete(f"{request.method} {request.url} HTTP/1.1", request.headers))
            for chunk in request.body.chunks():
                stream.write(chunk)
        if response is not None:
            tete = _tete(f"HTTP/1.1 {response.status}", tuple(response.headers.items()))
            (self._dossier / f"{nom}-reponse.http").write_bytes(tete + response.content)


def _tete(ligne: str, headers: tuple[tuple[str, str], ...]) -> bytes:
    return "".join(f"{texte}\r\n" for texte in (ligne, *(f"{k}: {v}" for k, v in headers), "")).encode()
