"""The structure on whose behalf a service is called."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from pydantic import AfterValidator

from segur_socles._core.model import Valeur
from segur_socles._core.textes import Texte
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs
from segur_socles.personnes.coordonnees import Adresse, Telecom
from segur_socles.personnes.numeros.genres import LONGUEUR_SIREN, Genre
from segur_socles.personnes.numeros.idnat import STRUCT_IDNAT
from segur_socles.personnes.numeros.lecture import verifier

__all__ = ["Finess", "Siret", "Structure"]


Finess = Annotated[str, AfterValidator(partial(verifier, genre=Genre.FINESS))]
"""9 characters; letters occur in Corsica and in test numbers (``0B0127189``), so no digits-only rule."""

Siret = Annotated[str, AfterValidator(partial(verifier, genre=Genre.SIRET))]
"""14 digits, the last one a key."""


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
    secteur: Annotated[Code, JeuDeValeurs("JDV_J02")]
    cadre: Annotated[Code, JeuDeValeurs("JDV_J04")]
    adresse: Adresse | None = None
    telecoms: tuple[Telecom, ...] = ()

    _visible = ("nom", "finess_eg")

    @property
    def struct_idnat(self) -> str:
        """National structure identifier: ``1`` + geographic FINESS."""
        return STRUCT_IDNAT.ecrire(Genre.FINESS, self.finess_eg)

    @property
    def idnats_lies(self) -> frozenset[str]:
        """Every national identifier a certificate of this structure may bear in its OU."""
        siren = self.siret and self.siret[:LONGUEUR_SIREN]
        numeros = ((Genre.FINESS, self.finess_ej), (Genre.SIRET, self.siret), (Genre.SIREN, siren))
        return frozenset({self.struct_idnat, *(STRUCT_IDNAT.ecrire(genre, n) for genre, n in numeros if n)})
