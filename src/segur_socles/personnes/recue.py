"""An identity as someone else sent it: never trusted before it is matched to one of ours."""

from __future__ import annotations

from segur_socles._core.model import Valeur
from segur_socles._core.textes import Texte
from segur_socles.personnes.traits import Sexe

__all__ = ["IdentiteRecue"]


class IdentiteRecue(Valeur):
    """What a received document or message says about its patient, as written, nothing checked.

    ``identifiants`` are pairs (OID of the authority, value). No method turns this into an ``Identite``:
    it is compared with the candidates this software holds.
    """

    source: Texte
    identifiants: tuple[tuple[str, str], ...] = ()
    nom_naissance: str | None = None
    prenoms: str | None = None
    premier_prenom: str | None = None
    nom_utilise: str | None = None
    prenom_utilise: str | None = None
    sexe: Sexe | None = None
    date_naissance: str | None = None
    lieu_naissance: str | None = None

    _visible = ("source",)
