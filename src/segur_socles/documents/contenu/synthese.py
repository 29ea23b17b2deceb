"""Parts that only a medical summary has: what medicines did, ways of living, the family, results of examinations."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from segur_socles._core.model import Valeur
from segur_socles._core.textes import Texte
from segur_socles.documents.contenu.clinique import Cim10
from segur_socles.documents.contenu.communs import Cis, DatePartielle
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs

__all__ = ["AntecedentFamilial", "CategorieResultat", "EffetIndesirable", "ElementSocial", "ResultatExamen"]


class EffetIndesirable(Valeur):
    """What a medicine did to the person; ``origine`` is how it came about (normal use, overdose, interaction…).

    ``origine``, ``gravite``, ``imputabilite`` and ``evolution`` are codes of the value set of that name. The model
    takes no effect whose origin or gravity is not known: it is then told among the points of attention.
    """

    medicament: Texte
    cis: Cis | None = None
    effet: Texte
    origine: Annotated[Code, JeuDeValeurs("JDV_OrigineEffetIndesirable")]
    gravite: Annotated[Code, JeuDeValeurs("JDV_Gravite")]
    debut: DatePartielle | None = None
    imputabilite: Annotated[Code, JeuDeValeurs("JDV_Imputabilite")] | None = None
    evolution: Annotated[Code, JeuDeValeurs("JDV_Evolution")] | None = None


class ElementSocial(Valeur):
    """One element of the way of living; ``type`` is a code of JDV_SocialHistoryCodes (tobacco, diet…)."""

    type: Annotated[Code, JeuDeValeurs("JDV_SocialHistoryCodes")]
    description: Texte
    releve_le: DatePartielle | None = None


class AntecedentFamilial(Valeur):
    """A disease of a relative; ``lien`` is a code of JDV_HL7_PersonalRelationshipRoleType (``MTH``, ``FTH``…)."""

    lien: Annotated[Code, JeuDeValeurs("JDV_HL7_PersonalRelationshipRoleType")]
    libelle: Texte
    cim10: Cim10 | None = None


class CategorieResultat(StrEnum):
    """Kind of an examination; the value is the LOINC code of its group (CI-SIS IPS-FR, certain)."""

    BIOLOGIE = "26436-6"
    IMAGERIE = "18748-4"
    CYTOLOGIE = "26438-2"
    ANATOMOPATHOLOGIE = "27898-6"
    GENETIQUE = "26435-8"


class ResultatExamen(Valeur):
    """One result worth telling, in words: « Créatinine : 92 µmol/L ». It is told, not coded."""

    categorie: CategorieResultat
    examen: Texte
    resultat: Texte
    fait_le: DatePartielle | None = None
