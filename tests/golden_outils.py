"""Golden captures: text files that a person can review, one act each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from segur_socles._core.flow import Request

GOLDEN: Final = Path(__file__).parent / "golden"


def golden(nom: str) -> str:
    return (GOLDEN / nom).read_text("utf-8")


def ecrire_requetes(requetes: Iterable[Request], masques: Mapping[str, str]) -> str:
    """Write requests as they leave; what this run alone made is written by name, so that its place still counts."""
    blocs = []
    for requete in requetes:
        tete = [f"{requete.method} {requete.url}", *(f"{nom}: {valeur}" for nom, valeur in requete.headers), ""]
        blocs.append("\n".join([*tete, b"".join(requete.body.chunks()).decode()]))
    return nommer("\n\n".join(bloc.rstrip("\n") for bloc in blocs) + "\n", masques)


def nommer(texte: str, masques: Mapping[str, str]) -> str:
    """Put a name in the place of each value of this run. Each must be there."""
    for valeur, nom in masques.items():
        assert valeur in texte, nom
        texte = texte.replace(valeur, nom)
    return texte
