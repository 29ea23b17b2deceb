"""The person accompanied, as the header of a document needs him or her."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from segur_socles._core.model import RegleError, Valeur
from segur_socles._core.textes import Oid, Texte
from segur_socles.personnes.coordonnees import Adresse, Telecom
from segur_socles.personnes.entourage import Contact, MesureProtection
from segur_socles.personnes.identite import Identite
from segur_socles.personnes.professionnel import Professionnel

__all__ = ["IdentifiantLocal", "Usager"]


class IdentifiantLocal(Valeur):
    """The software's own identifier of the person (IPP), under the structure's OID."""

    valeur: Texte
    oid: Oid


class Usager(Valeur):
    """Identity, contacts and care relations of one person. ``ville_naissance`` is only a label for the COG."""

    identite: Identite
    ipp: IdentifiantLocal
    ville_naissance: Texte | None = None
    adresse: Adresse | None = None
    telecoms: tuple[Telecom, ...] = ()
    entourage: tuple[Contact, ...] = ()
    protection: MesureProtection | None = None
    medecin_traitant: Professionnel | None = None

    @model_validator(mode="after")
    def _telecoms_distincts(self) -> Self:
        if len({(t.type, t.valeur, t.usage) for t in self.telecoms}) < len(self.telecoms):
            message = "la même coordonnée figure deux fois"
            raise RegleError(
                message, champ="telecoms", regle="CI-SIS, éléments identiques", remede="supprimer le doublon"
            )
        return self
