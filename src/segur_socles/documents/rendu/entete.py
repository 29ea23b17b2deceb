"""The header of a CDA as people read it: the person, those to call, those who wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from segur_socles.documents.cda.coordonnees import DOMAINE_CITOYEN
from segur_socles.documents.cda.lecture import EnteteLu
from segur_socles.documents.entete import Entete
from segur_socles.documents.rendu.chemins import premier, tous
from segur_socles.documents.rendu.ins import ins_a_montrer
from segur_socles.documents.rendu.modele import Intervenant, Patient
from segur_socles.personnes.traits import Sexe

__all__ = ["en_clair", "lire_patient", "lire_proches", "lire_professionnels"]

_SEXES: Final = {Sexe.FEMININ: "Féminin", Sexe.MASCULIN: "Masculin"}
_USAGES: Final = {
    "H": "domicile",
    "HP": "domicile",
    "HV": "vacances",
    "WP": "travail",
    "DIR": "ligne directe",
    "PUB": "accueil",
    "EC": "urgence",
    "MC": "mobile",
    "PG": "bipeur",
}
_LIENS_PROCHES: Final = {
    "ECON": "Personne à prévenir en cas d'urgence",
    "NOK": "Personne de confiance",
    "CAREGIVER": "Aidant",
    "GUARD": "Représentant légal",
    "CON": "Contact",
}
_PROTECTEURS: Final = frozenset({"TUTEUR", "CURATEUR", "MSVG"})
"""Codes of JDV_J11 that say more than the class "contact": who exercises a protection measure."""

_CIVILITES: Final = {"M": "M.", "MME": "Mme"}
_TITRES: Final = {"DR": "Dr", "PR": "Pr"}
"""Codes of JDV_J245 and JDV_J246 as they are read; who has one of these titles is called by it alone."""
_PARTIES_ADRESSE: Final = ("houseNumber", "streetNameType", "streetName")


def en_clair(hl7: str | None) -> str | None:
    """Write an HL7 time as a French reader expects it, at the precision it has: ``27/03/2020 à 15:35``.

    It stays on the clock of who wrote it; UTC hangs on no wall, and is named.
    """
    lu = re.fullmatch(r"(\d{4})(\d\d)?(\d\d)?(?:(\d\d)(\d\d))?[\d.]*([+-]\d{4})?", hl7 or "")
    if lu is None:
        return hl7
    jour = "/".join(part for part in (lu[3], lu[2], lu[1]) if part)
    heure = f" à {lu[4]}:{lu[5]}" if lu[4] else ""
    return jour + heure + (" (UTC)" if heure and lu[6] in ("+0000", "-0000") else "")


# --- the person ------------------------------------------------------------------------------------------


def lire_patient(racine: etree._Element, lu: EnteteLu, entete: Entete | None) -> Patient:
    """Read the person. ``entete`` is the header that the document was written from, if it is ours."""
    recue = lu.patient
    role = premier(racine, "recordTarget/patientRole")
    assert role is not None  # noqa: S101 - the header was read: it has one
    ins, mention = ins_a_montrer(recue, entete)
    prenom, nom = (
        recue.prenom_utilise or recue.premier_prenom or recue.prenoms,
        recue.nom_utilise or recue.nom_naissance,
    )
    lieu = " ".join(filter(None, (recue.lieu_naissance, _texte(role, "patient/birthplace/place/addr/city"))))
    lignes = {
        "Nom de naissance": recue.nom_naissance,
        "Premier prénom de naissance": recue.premier_prenom,
        "Prénoms de naissance": recue.prenoms,
        "Nom utilisé": recue.nom_utilise,
        "Prénom utilisé": recue.prenom_utilise,
        "Date de naissance": en_clair(recue.date_naissance),
        "Sexe": _SEXES.get(recue.sexe) if recue.sexe else None,
        "Lieu de naissance (code officiel)": lieu,
    }
    absents = {"Nom utilisé", "Prénom utilisé"}  # optional: their absence says nothing
    return Patient(
        nom=" ".join(filter(None, (prenom, nom))) or "Nom non renseigné",
        traits=tuple((k, v or "Non renseigné") for k, v in lignes.items() if v or k not in absents),
        coordonnees=_joindre(role, citoyenne=ins is not None),
        ins=ins,
        mention=mention,
    )


# --- those around ----------------------------------------------------------------------------------------


def lire_proches(racine: etree._Element) -> tuple[Intervenant, ...]:
    """Read whom to call: relatives and guardians, then the médecin traitant."""
    lus = [_personne(_LIENS_PROCHES["GUARD"], g) for g in tous(racine, "recordTarget/patientRole/patient/guardian")]
    for informant in tous(racine, "informant"):
        lus += [_personne(_role_proche(qui), qui) for qui in tous(informant, "relatedEntity")]
        for qui in tous(informant, "assignedEntity"):
            code = premier(qui, "code")  # a curator, say: the code is the role
            lus.append(_personne(("" if code is None else code.get("displayName", "")) or "Informateur", qui))
    for participant in tous(racine, "participant"):
        role = premier(participant, "functionCode")
        nom = "Participant" if role is None else role.get("displayName") or role.get("code") or "Participant"
        lus += [_personne(nom, qui) for qui in tous(participant, "associatedEntity")]
    return _une_fois(lus)


def _role_proche(noeud: etree._Element) -> str:
    code = premier(noeud, "code")
    if code is not None and code.get("code") in _PROTECTEURS and code.get("displayName"):
        return code.get("displayName", "")
    return _LIENS_PROCHES.get(noeud.get("classCode", ""), "Informateur")


def lire_professionnels(racine: etree._Element) -> tuple[Intervenant, ...]:
    """Read who wrote, who answers for the document, who keeps it, whom it was sent to."""
    places = {
        "Auteur": "author/assignedAuthor",
        "Responsable du document": "legalAuthenticator/assignedEntity",
        "Conservation du document": "custodian/assignedCustodian/representedCustodianOrganization",
        "Destinataire": "informationRecipient/intendedRecipient",
    }
    lus = [_personne(role, qui) for role, chemin in places.items() for qui in tous(racine, chemin)]
    return _une_fois(lus)


def _une_fois(lus: Iterable[Intervenant]) -> tuple[Intervenant, ...]:
    """Name each person once: who is trusted and who is called in an emergency are often one, written twice."""
    uns: dict[tuple[str, tuple[str, ...]], Intervenant] = {}
    for lu in lus:
        cle = (lu.nom, lu.lignes)
        deja = uns.get(cle)
        uns[cle] = Intervenant((*deja.roles, *lu.roles), *cle) if deja else lu
    return tuple(uns.values())


_NOMS: Final = (
    "assignedPerson/name",
    "relatedPerson/name",
    "associatedPerson/name",
    "guardianPerson/name",
    "informationRecipient/name",
    "assignedAuthoringDevice/softwareName",
    "guardianOrganization/name",
    "name",
)
_ORGANISATIONS: Final = ("representedOrganization", "scopingOrganization", "receivedOrganization")


def _personne(role: str, noeud: etree._Element) -> Intervenant:
    nom = next((lu for chemin in _NOMS if (lu := _nom(premier(noeud, chemin)))), None)
    lignes: list[str] = []
    code = premier(noeud, "code")
    if code is not None and code.get("displayName", "") not in ("", role):
        lignes.append(code.get("displayName", ""))
    lignes += _joindre(noeud)
    for chemin in _ORGANISATIONS:
        for organisation in tous(noeud, chemin):
            raison = _texte(organisation, "name")
            if raison and nom is None:
                nom = raison
            elif raison:
                lignes.append(raison)
            lignes += _joindre(organisation)
    return Intervenant((role,), nom or "Non renseigné", tuple(dict.fromkeys(lignes)))


def _nom(noeud: etree._Element | None) -> str | None:
    if noeud is None:
        return None
    civilite, titre, prenom, nom = (_texte(noeud, partie) for partie in ("prefix", "suffix", "given", "family"))
    appel = _TITRES.get(titre or "") or " ".join(filter(None, (_CIVILITES.get(civilite or "", civilite), titre)))
    return " ".join(filter(None, (appel, prenom, nom))) or _propre(noeud)


def _joindre(noeud: etree._Element, *, citoyenne: bool = False) -> tuple[str, ...]:
    lignes = [_adresse(a) for a in tous(noeud, "addr")]
    lignes += [t for t in _telecoms(noeud) if citoyenne or DOMAINE_CITOYEN not in t.casefold()]
    return tuple(filter(None, lignes))


def _adresse(noeud: etree._Element) -> str:
    def lire(*noms: str) -> str:
        return " ".join(filter(None, (_texte(noeud, nom) for nom in noms)))

    libres = [_propre(ligne) for ligne in tous(noeud, "streetAddressLine")]
    parties = (
        lire(*_PARTIES_ADRESSE),
        *libres,
        lire("additionalLocator", "unitID"),
        lire("postalCode", "city"),
        lire("country"),
    )
    return ", ".join(filter(None, parties)) or (_propre(noeud) or "")


def _telecoms(noeud: etree._Element) -> Iterator[str]:
    for telecom in tous(noeud, "telecom"):
        genre, _, valeur = telecom.get("value", "").strip().rpartition(":")
        if not valeur:
            continue
        if re.fullmatch(r"0[0-9]{9}", valeur):
            valeur = " ".join(re.findall("..", valeur))
        usage = _USAGES.get(telecom.get("use", ""))
        titre = {"mailto": "Courriel", "fax": "Télécopie"}.get(genre, "Tél.")
        yield f"{titre} {valeur}" + (f" ({usage})" if usage else "")


def _texte(noeud: etree._Element, chemin: str) -> str | None:
    trouve = premier(noeud, chemin)
    return None if trouve is None else _propre(trouve)


def _propre(noeud: etree._Element) -> str | None:
    texte = "".join(map(str, noeud.itertext())) if len(noeud) else noeud.text or ""
    return " ".join(texte.split()) or None
