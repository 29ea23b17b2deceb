"""People who hold an e-CPS in the sandbox, and what the service says of them.

The shape of UserInfo is that of public samples (certain), names of claims included; "no value" is an empty text.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from segur_socles.personnes.professionnel import Acteur, Professionnel
from segur_socles.personnes.structure import Structure

__all__ = ["ComptePsc", "claims_userinfo"]

_FOURNISSEUR: Final = "f:550dc1c8-d97b-4b1e-ac8c-8eb4471cf9dd:"
_ROLE: Final = "^1.2.250.1.213.1.1.5.5"
_SECTEUR: Final = "^1.2.250.1.71.4.2.4"
_VIDES: Final = (
    "codeSectionPharmacien",
    "codeRole",
    "numeroSirenSite",
    "enseigneCommercialeSite",
    "complementDestinataire",
    "complementPointGeographique",
    "numeroVoie",
    "indiceRepetitionVoie",
    "codeTypeDeVoie",
    "libelleVoie",
    "mentionDistribution",
    "bureauCedex",
    "codePostal",
    "codeCommune",
    "telephone",
    "telephone2",
    "telecopie",
    "adresseEMail",
    "codeDepartement",
    "autoriteDenregistrement",
)


@dataclass(frozen=True, slots=True)
class ComptePsc:
    """A person and the structures he or she works for, first the main one."""

    professionnel: Professionnel
    structures: tuple[Structure, ...] = ()

    @property
    def id_nat(self) -> str:
        """National identifier."""
        return self.professionnel.id_nat

    @property
    def sub(self) -> str:
        """Stable key of the person at the service."""
        return f"{_FOURNISSEUR}{self.id_nat}"

    def avec(self, acteur: Acteur) -> ComptePsc:
        """Add the structure of ``acteur``, unless it is there."""
        if acteur.structure in self.structures:
            return self
        return ComptePsc(acteur.professionnel, (*self.structures, acteur.structure))


def claims_userinfo(compte: ComptePsc) -> dict[str, Any]:
    """Write UserInfo. A person without activity has no sectoral claim at all."""
    ps = compte.professionnel
    claims: dict[str, Any] = {
        "sub": compte.sub,
        "SubjectNameID": compte.id_nat,
        "preferred_username": compte.id_nat,
        "given_name": ps.prenom,
        "family_name": ps.nom,
        "codeCivilite": ps.civilite or "",
        "authMode": "MOBILE",
        "otherIds": [{"identifiant": compte.id_nat, "origine": "RPPS", "qualite": 1}],
    }
    if not compte.structures:
        return claims
    profession, _, savoir_faire = ps.profession.code.removeprefix("G15_").partition("/")
    principale = compte.structures[0]
    exercice = {
        "codeProfession": profession,
        "codeCategorieProfessionnelle": "C",
        "codeCiviliteDexercice": ps.titre or "",
        "nomDexercice": ps.nom,
        "prenomDexercice": ps.prenom,
        "codeTypeSavoirFaire": "S" if savoir_faire else "",
        "codeSavoirFaire": savoir_faire,
        "activities": [_activite(structure) for structure in compte.structures],
    }
    return claims | {
        "codeGenreActivite": "GENR01",
        "Secteur_Activite": f"{principale.secteur.code}{_SECTEUR}",
        "SubjectOrganization": principale.nom,
        "SubjectOrganizationID": f"F{principale.finess_eg}",
        "SubjectRole": [f"{profession}{_ROLE}"],
        "PSI_Locale": "1.2.250.1.213.1.3.1.1",
        "UITVersion": "1.0",
        "Mode_Acces_Raison": "",
        "Acces_Regulation_Medicale": "FAUX",
        "Palier_Authentification": "APPPRIP3^1.2.250.1.213.1.5.1.1.1",
        "SubjectRefPro": {"exercices": [exercice]},
    }


def _activite(structure: Structure) -> dict[str, str]:
    return {
        **dict.fromkeys(_VIDES, ""),
        "codeModeExercice": "S",
        "codeSecteurDactivite": structure.secteur.code,
        "codeGenreActivite": "GENR01",
        "numeroSiretSite": structure.siret or "",
        "numeroFinessSite": structure.finess_eg,
        "numeroFinessetablissementJuridique": structure.finess_ej or "",
        "identifiantTechniqueDeLaStructure": f"F{structure.finess_eg}",
        "raisonSocialeSite": structure.nom,
        "codePays": "99000",
        "ancienIdentifiantDeLaStructure": structure.struct_idnat,
    }
