"""An activity as Pro Santé Connect tells it, and the actor made from it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from segur_socles.errors import AccesRefuseError, Constat
from segur_socles.nomenclatures.codes import nomenclature
from segur_socles.personnes.numeros.genres import Genre
from segur_socles.personnes.numeros.idnat import STRUCT_IDNAT
from segur_socles.personnes.professionnel import Acteur, MoyenAuthentification, Professionnel
from segur_socles.personnes.structure import Structure

__all__ = ["ActivitePsc", "acteur_de"]

_CADRES: Final = {
    **dict.fromkeys(("SA01", "SA02", "SA03", "SA04"), "ETABLISSEMENT"),
    **dict.fromkeys(("SA05", "SA07", "SA08", "SA09", "SA52"), "AMBULATOIRE"),
    **dict.fromkeys(("SA16", "SA17", "SA18", "SA20", "SA21", "SA41"), "ESSMS"),
}
"""Activity sector (JDV_J02) → practice setting (JDV_J04), which the service does not give (guessed from the labels)."""

_ETUDIANT: Final = "E"
"""Professional category (TRE_R09) of a person in training (probable)."""

_TITRES: Final = frozenset({"DR", "PR", "MC", "MG", "PC", "PG"})
_CIVILITES: Final = frozenset({"M", "MME"})


@dataclass(frozen=True, slots=True)
class ActivitePsc:
    """One activity of one exercise. Codes as received; ``None`` where the service sent nothing.

    ``profession``: TRE_G15 or another table; ``savoir_faire``: ``SM54``…; ``secteur``: ``SA17``…; ``struct_idnat``:
    national identifier of the structure (``1`` + FINESS, ``3`` + SIRET…).
    """

    profession: str | None
    categorie: str | None = None
    savoir_faire: str | None = None
    civilite_exercice: str | None = None
    nom_exercice: str | None = field(default=None, repr=False)
    prenom_exercice: str | None = field(default=None, repr=False)
    secteur: str | None = None
    mode_exercice: str | None = None
    role: str | None = None
    finess_eg: str | None = None
    finess_ej: str | None = None
    siret: str | None = None
    struct_idnat: str | None = None
    raison_sociale: str | None = None

    @property
    def libelle(self) -> str:
        """How to show it in a list: ``Infirmier – EHPAD LES TILLEULS``."""
        code = self.code_profession
        profession = nomenclature("JDV_J01").code(code).libelle if code else f"profession {self.profession or '?'}"
        return f"{profession} – {self.raison_sociale or self.struct_idnat or 'structure non précisée'}"

    @property
    def code_profession(self) -> str | None:
        """Its profession in JDV_J01 (``G15_10/SM54``, ``G16_…`` in training); ``None`` if it is not there."""
        if self.profession is None:
            return None
        prefixe = "G16_" if self.categorie == _ETUDIANT else "G15_"
        candidats = [f"{prefixe}{self.profession}/{self.savoir_faire}", f"{prefixe}{self.profession}"]
        if self.categorie != _ETUDIANT:
            candidats.append(self.profession)
        return next((code for code in candidats if code in nomenclature("JDV_J01")), None)

    @property
    def finess(self) -> str | None:
        """Geographic FINESS of the site, said as such or by the national identifier of the structure."""
        return self.finess_eg or STRUCT_IDNAT.extraire(self.struct_idnat, Genre.FINESS)

    @property
    def idnats(self) -> frozenset[str]:
        """National identifiers of the structure that it names."""
        numeros = ((Genre.FINESS, self.finess), (Genre.SIRET, self.siret))
        dits = (self.struct_idnat, *(n and STRUCT_IDNAT.ecrire(genre, n) for genre, n in numeros))
        return frozenset(idnat for idnat in dits if idnat)


def acteur_de(
    activite: ActivitePsc,
    *,
    id_nat: str,
    nom: str,
    prenom: str,
    civilite: str | None,
    structure: Structure | None,
    authentifie_le: datetime | None = None,
) -> Acteur:
    """Make the actor: who (names of the exercise before those of civil status), for which structure."""
    profession = activite.code_profession
    if profession is None:
        message = "La profession de cette activité n'est pas de celles que les services nationaux connaissent."
        constat = Constat("activite.profession", "code absent de la nomenclature JDV_J01", "JDV_J01")
        raise AccesRefuseError(message, constats=(constat,), remede="choisir une autre activité")
    if structure is not None and not structure.idnats_lies & activite.idnats:
        message = "Cette activité est celle d'une autre structure."
        remede = "choisir l'activité exercée dans la structure, ou compléter ses identifiants (FINESS EJ, SIRET)"
        raise AccesRefuseError(message, remede=remede)
    titre, dite = activite.civilite_exercice, civilite or activite.civilite_exercice
    professionnel = Professionnel.model_validate(
        {
            "id_nat": id_nat,
            "nom": activite.nom_exercice or nom,
            "prenom": activite.prenom_exercice or prenom,
            "profession": profession,
            "civilite": dite if dite in _CIVILITES else None,
            "titre": titre if titre in _TITRES else None,
        }
    )
    return Acteur(
        professionnel=professionnel,
        structure=structure or _structure(activite),
        moyen=MoyenAuthentification.PRO_SANTE_CONNECT,
        authentifie_le=authentifie_le,
    )


def _structure(activite: ActivitePsc) -> Structure:
    cadre = _CADRES.get(activite.secteur or "")
    manques = [
        Constat(f"activite.{champ}", quoi)
        for champ, quoi, present in (
            ("finess_eg", "FINESS géographique absent", activite.finess),
            ("raison_sociale", "nom de la structure absent", activite.raison_sociale),
            ("secteur", "secteur absent, ou sans cadre d'exercice connu", cadre),
        )
        if not present
    ]
    if manques:
        message = "Cette activité en dit trop peu sur sa structure."
        remede = "passer structure=… avec la structure telle que le logiciel la connaît"
        raise AccesRefuseError(message, constats=tuple(manques), remede=remede)
    return Structure.model_validate(
        {
            "nom": activite.raison_sociale,
            "finess_eg": activite.finess,
            "finess_ej": activite.finess_ej,
            "siret": activite.siret,
            "secteur": activite.secteur,
            "cadre": cadre,
        }
    )
