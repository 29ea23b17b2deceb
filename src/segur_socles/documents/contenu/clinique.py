"""Problems, allergies, vaccinations and advance directives, as a liaison document tells them."""

from __future__ import annotations

from typing import Annotated, Final, Self

from pydantic import AfterValidator, StringConstraints, model_validator

from segur_socles._core.model import Booleen, Jour, Valeur
from segur_socles._core.textes import Texte
from segur_socles.documents.contenu.communs import Cis, DatePartielle, Lateralite, dans_l_ordre
from segur_socles.nomenclatures.cim10 import verifier_cim10
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs, nomenclature

__all__ = ["Allergie", "Cim10", "Directive", "Pathologie", "Reaction", "Vaccination"]

Cim10 = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{2}(\.[0-9+]{1,3})?$"), AfterValidator(verifier_cim10)]
"""ICD-10 code, French edition, with its dot: ``I48``, ``J44.9``."""


_SANS_PRECISION: Final = nomenclature("JDV_HL7_ActSubstanceAdministrationImmunizationCode").code("IMMUNIZ")


class Pathologie(Valeur):
    """A disease or a past event. ``cim10`` is optional: a label without a code is better than a wrong code."""

    libelle: Texte
    cim10: Cim10 | None = None
    lateralite: Lateralite | None = None
    debut: DatePartielle | None = None
    fin: DatePartielle | None = None
    precision: Texte | None = None

    @model_validator(mode="after")
    def _periode(self) -> Self:
        dans_l_ordre(self.debut, self.fin)
        return self


class Reaction(Valeur):
    """What the person had; ``severite`` is a code of JDV_SeveriteObservation."""

    libelle: Texte
    severite: Annotated[Code, JeuDeValeurs("JDV_SeveriteObservation")] | None = None


class Allergie(Valeur):
    """An allergy or an intolerance; ``type`` is a code of JDV_TypeEvenementIndesirablePrevisible."""

    agent: Texte
    type: Annotated[Code, JeuDeValeurs("JDV_TypeEvenementIndesirablePrevisible")]
    reactions: tuple[Reaction, ...] = ()
    debut: DatePartielle | None = None


class Vaccination(Valeur):
    """A vaccination done, or (``effectuee`` false) known not to be done.

    ``acte`` is a code of JDV_HL7_ActSubstanceAdministrationImmunizationCode: ``IMMUNIZ``, ``BOOSTER``…
    """

    vaccin: Texte
    effectuee: Booleen = True
    acte: Annotated[Code, JeuDeValeurs("JDV_HL7_ActSubstanceAdministrationImmunizationCode")] = _SANS_PRECISION
    faite_le: DatePartielle | None = None
    cis: Cis | None = None
    lot: Texte | None = None
    voie: Annotated[Code, JeuDeValeurs("JDV_ImmunizationRouteCodes")] | None = None


class Directive(Valeur):
    """A choice written or told in advance; ``type`` is a code of JDV_TypeDirectiveAnticipee.

    ``accepte`` false is a refusal (« pas de réanimation »), which is not the same as no directive.
    """

    type: Annotated[Code, JeuDeValeurs("JDV_TypeDirectiveAnticipee")]
    accepte: Booleen
    exprimee_le: Jour | None = None
    precision: Texte | None = None
