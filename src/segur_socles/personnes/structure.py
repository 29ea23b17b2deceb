"""The structure on whose behalf a service is called."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints

from segur_socles._core.model import RegleError, Valeur
from segur_socles._core.textes import Texte
from segur_socles.nomenclatures.codes import Code, lire_code
from segur_socles.personnes.coordonnees import Adresse, Telecom

__all__ = ["Finess", "Structure"]


def _secteur(valeur: object) -> object:
    return lire_code("JDV_J02", valeur)


def _cadre(valeur: object) -> object:
    return lire_code("JDV_J04", valeur)


def _siret(valeur: str) -> str:
    # La Poste's establishments are the known exception to Luhn; they are no health structures.
    doubles = [int(c) * (2 if i % 2 == 0 else 1) for i, c in enumerate(valeur)]
    if sum(d - 9 if d > 9 else d for d in doubles) % 10:  # noqa: PLR2004
        message = "clé de contrôle fausse"
        raise RegleError(message, regle="SIRET (clé de Luhn)", remede="vérifier les 14 chiffres")
    return valeur


Finess = Annotated[str, StringConstraints(pattern=r"^[0-9][0-9AB][0-9A-Z]{7}$")]
"""9 characters; letters occur in Corsica and in test numbers (``0B0127189``), so no digits-only rule."""

Siret = Annotated[str, StringConstraints(pattern=r"^[0-9]{14}$"), AfterValidator(_siret)]


class Structure(Valeur):
    """A health or medico-social structure.

    - ``finess_eg``: geographic FINESS, required by every socle call;
    - ``finess_ej``, ``siret``: the legal entity's FINESS and the SIRET, whose certificates may serve this
      structure too (since 2023 a certificate is that of the legal entity for all its sites; probable);
    - ``secteur``: activity sector, JDV_J02 (``SA17`` EHPAD, ``SA16`` handicap, ``SA18`` home help);
    - ``cadre``: practice setting, JDV_J04 (``ESSMS``).
    """

    nom: Texte
    finess_eg: Finess
    finess_ej: Finess | None = None
    siret: Siret | None = None
    secteur: Annotated[Code, BeforeValidator(_secteur)]
    cadre: Annotated[Code, BeforeValidator(_cadre)]
    adresse: Adresse | None = None
    telecoms: tuple[Telecom, ...] = ()

    _visible = ("nom", "finess_eg")

    @property
    def struct_idnat(self) -> str:
        """National structure identifier: ``1`` + geographic FINESS."""
        return f"1{self.finess_eg}"

    @property
    def idnats_lies(self) -> frozenset[str]:
        """Every national identifier a certificate of this structure may bear in its OU."""
        lies = {self.struct_idnat}
        if self.finess_ej:
            lies.add(f"1{self.finess_ej}")
        if self.siret:
            lies.update((f"3{self.siret}", f"2{self.siret[:9]}"))
        return frozenset(lies)
