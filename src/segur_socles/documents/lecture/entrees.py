"""Which reader an entry goes to: by its templates, else by its section, else by what it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from lxml import etree

from segur_socles.documents.lecture.actes import lire_acte, lire_acte_ou_groupe
from segur_socles.documents.lecture.allergies import lire_allergie, lire_effet_indesirable
from segur_socles.documents.lecture.dispositifs import lire_fourniture, lire_objet
from segur_socles.documents.lecture.elements import COMMENTAIRE, Contexte, ElementLu, Lecteur
from segur_socles.documents.lecture.noeuds import attribut, enfant, modeles_de, nom_de
from segur_socles.documents.lecture.observations import lire_directive, lire_observation, lire_signe_vital
from segur_socles.documents.lecture.pieces import lire_piece, lire_pieces
from segur_socles.documents.lecture.problemes import lire_liste, lire_probleme
from segur_socles.documents.lecture.resultats import lire_groupe, lire_groupe_de_resultats, lire_resultat
from segur_socles.documents.lecture.traitements import lire_traitement
from segur_socles.documents.lecture.vaccinations import lire_vaccination

__all__ = ["PAR_SECTION", "lire_entree"]

_PCC: Final = "1.3.6.1.4.1.19376.1.5.3.1.4"
_ANS: Final = "1.2.250.1.213.1.1.3"

PAR_MODELE: Final[Mapping[str, tuple[str, Lecteur]]] = {
    f"{_ANS}.18": ("organizer", lire_pieces),
    f"{_ANS}.208": ("organizer", lire_groupe_de_resultats),
    f"{_PCC}.5.1": ("act", lire_liste),
    f"{_PCC}.5.2": ("act", lire_liste),
    f"{_PCC}.5.3": ("act", lire_liste),
    f"{_ANS}.28": ("act", lire_acte),
    f"{_ANS}.97": ("act", lire_acte),
    f"{_ANS}.210": ("observation", lire_effet_indesirable),
    f"{_PCC}.6": ("observation", lire_allergie),
    f"{_ANS}.41": ("observation", lire_allergie),
    f"{_PCC}.5": ("observation", lire_probleme),
    f"{_ANS}.37": ("observation", lire_probleme),
    f"{_PCC}.13.3": ("observation", lire_probleme),
    f"{_PCC}.13.2": ("observation", lire_signe_vital),
    f"{_ANS}.50": ("observation", lire_signe_vital),
    f"{_PCC}.13.7": ("observation", lire_directive),
    f"{_ANS}.54": ("observation", lire_directive),
    f"{_ANS}.12": ("observation", lire_objet),
    f"{_ANS}.209": ("observation", lire_resultat),
    "1.3.6.1.4.1.19376.1.3.1.6": ("observation", lire_resultat),
    f"{_PCC}.12": ("substanceAdministration", lire_vaccination),
    f"{_ANS}.45": ("substanceAdministration", lire_vaccination),
    f"{_ANS}.47": ("substanceAdministration", lire_vaccination),
    f"{_PCC}.7": ("substanceAdministration", lire_traitement),
    f"{_ANS}.42": ("substanceAdministration", lire_traitement),
}
"""Root of a template → element it is for, reader; the most telling first, since an entry bears several."""

_BIOLOGIE: Final[dict[str, Lecteur]] = {"observation": lire_resultat}

PAR_SECTION: Final[Mapping[str, dict[str, Lecteur]]] = {
    "48765-2": {"observation": lire_allergie},
    "11450-4": {"observation": lire_probleme},
    "11348-0": {"observation": lire_probleme},
    "11535-2": {"observation": lire_probleme},
    "10157-6": {"observation": lire_probleme},
    "8716-3": {"observation": lire_signe_vital},
    "42348-3": {"observation": lire_directive},
    "46264-8": {"observation": lire_objet},
    "44939-7": {"observation": lire_effet_indesirable},
    "11369-6": {"substanceAdministration": lire_vaccination},
    "1.3.6.1.4.1.19376.1.3.3.2.1": _BIOLOGIE,
    "1.3.6.1.4.1.19376.1.3.3.2.2": _BIOLOGIE,
    "1.2.250.1.213.1.1.2.70": _BIOLOGIE,
    "1.2.250.1.213.1.1.2.71": _BIOLOGIE,
}
"""LOINC code or template of a section → readers of its entries that bear no template of :data:`PAR_MODELE`."""

PAR_NATURE: Final[Mapping[str, Lecteur]] = {
    "act": lire_acte_ou_groupe,
    "encounter": lire_acte,
    "observation": lire_observation,
    "observationMedia": lire_piece,
    "organizer": lire_groupe,
    "procedure": lire_acte,
    "substanceAdministration": lire_traitement,
    "supply": lire_fourniture,
}

_VACCINS: Final = frozenset({"IMMUNIZ", "INITIMMUNIZ", "BOOSTER", "no-immunization-info", "no-known-immunizations"})
"""JDV_HL7_ActSubstanceAdministrationImmunizationCode and its absences: with one, a product is a vaccine."""


def lire_entree(noeud: etree._Element, contexte: Contexte) -> Iterator[ElementLu]:
    """Read one statement and what it holds."""
    nom, code = nom_de(noeud), attribut(enfant(noeud, "code"), "code")
    if code == COMMENTAIRE:
        return  # read with what it comments
    yield from _lecteur(noeud, nom, code, contexte)(noeud, contexte)


def _lecteur(noeud: etree._Element, nom: str, code: str | None, contexte: Contexte) -> Lecteur:
    if nom == "substanceAdministration" and code in _VACCINS:
        return lire_vaccination
    modeles = modeles_de(noeud)
    for oid, (pour, lecteur) in PAR_MODELE.items():
        if pour == nom and oid in modeles:
            return lecteur
    return (contexte.par_defaut or {}).get(nom) or PAR_NATURE[nom]
