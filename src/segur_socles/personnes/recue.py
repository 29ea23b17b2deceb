"""An identity as someone else sent it: never trusted before it is matched to one of ours."""

from __future__ import annotations

from segur_socles._core.model import Valeur
from segur_socles._core.textes import Texte
from segur_socles.personnes.identite import Attribut, StatutIdentite
from segur_socles.personnes.traits import Sexe

__all__ = ["IdentiteRecue"]


class IdentiteRecue(Valeur):
    """What a received document or message says about its patient, as written, nothing checked.

    ``identifiants`` are pairs (OID of the authority, value); dates are written as HL7 does (``AAAAMMJJ``).
    ``statut_annonce`` and ``attributs_annonces`` are the sender's claim, None and empty where the format has no
    place for one (CDA): a claim proves nothing here. No method turns this into an ``Identite``: it is compared
    with the candidates this software holds.
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
    statut_annonce: StatutIdentite | None = None
    attributs_annonces: tuple[Attribut, ...] = ()

    _visible = ("source", "statut_annonce", "attributs_annonces")
