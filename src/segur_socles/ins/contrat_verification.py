"""The unit verification of an INS (WS_INS3), as the editor's official package describes it. **Not verified**.

Public: the tree of the request, from notes of one integrator (probable), and that one address serves every operation.
Not public: the WSDL, the action, the namespaces and the codes; nothing of them is written here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from lxml import etree

from segur_socles._core.xml import parse, q
from segur_socles.errors import ConfigurationError, ReponseInvalideError
from segur_socles.ins.contract import RECHERCHE_TRAITS, Contrat, contrat_de, marque
from segur_socles.ins.messages import WHAT
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.traits import TraitsIdentite

__all__ = ["ContratVerification", "DemandeVerification", "contrat_unitaire", "lire_verification"]

_CHAMP: Final = "paquet_insi.verification"
_REMEDE: Final = "le recopier du paquet officiel du GIE SESAM-Vitale (ContratVerification)"


@dataclass(frozen=True, slots=True, kw_only=True)
class ContratVerification:
    """What the official package says of the unit verification. None of it is public, hence no default.

    - ``wsdl``: its contract, schemas beside it; ``operation``: name there;
    - ``action``: SOAP action, None for the one of the WSDL;
    - ``namespace``, ``namespace_reponse``: of the body sent, and of the body answered;
    - ``element_code``, ``element_libelle``: local names of the elements of the answer that hold the code and its label;
    - ``confirmes``, ``infirmes``: codes that say that matricule and traits go together, and that they do not. Any
      other code gives ``VerificationInconnue``.

    Raises :class:`ConfigurationError` naming what is missing or contradicts itself; nothing is sent.
    """

    wsdl: Path
    operation: str
    namespace: str
    namespace_reponse: str
    element_code: str
    confirmes: frozenset[str]
    infirmes: frozenset[str]
    action: str | None = None
    element_libelle: str | None = None

    def __post_init__(self) -> None:
        if not _est_un_chemin(self.wsdl):
            raise _mal_regle("wsdl", "n'est pas un chemin (Path)")
        for champ in ("operation", "namespace", "namespace_reponse", "element_code"):
            if not _est_un_mot(getattr(self, champ)):
                raise _mal_regle(champ, "est vide, ou entouré de blancs")
        for champ in ("action", "element_libelle"):
            if (valeur := getattr(self, champ)) is not None and not _est_un_mot(valeur):
                raise _mal_regle(champ, "est vide, ou entouré de blancs")
        for champ in ("confirmes", "infirmes"):
            codes: Collection[object] = getattr(self, champ)
            # A text is made of texts too: taken as a set, "00" would class the code "0".
            if not isinstance(codes, frozenset | set | list | tuple) or not all(map(_est_un_mot, codes)):
                raise _mal_regle(champ, "n'est pas un ensemble de codes sans blancs autour")
            # Frozen: a set handed over as such would make the settings unhashable, hence read anew at each call.
            object.__setattr__(self, champ, frozenset(codes))
        if not self.confirmes or not self.infirmes or self.confirmes & self.infirmes:
            raise _mal_regle("confirmes", "et infirmes : codes absents, ou classés des deux côtés")


def _est_un_chemin(valeur: object) -> bool:
    return isinstance(valeur, Path)


def _est_un_mot(valeur: object) -> bool:
    return isinstance(valeur, str) and bool(valeur) and valeur == valeur.strip()


def _mal_regle(champ: str, probleme: str) -> ConfigurationError:
    message = f"La vérification unitaire d'INSi est mal réglée : {champ} {probleme}."
    return ConfigurationError(message, champ=f"{_CHAMP}.{champ}", remede=_REMEDE)


@dataclass(frozen=True, slots=True, repr=False)
class DemandeVerification:
    """The matricule and the traits that one call asks about."""

    traits: TraitsIdentite
    matricule: MatriculeIns
    operation: str

    @property
    def valeurs(self) -> Mapping[str, str | None]:
        """Values by place of the template; None leaves an element out."""
        traits, matricule = self.traits, self.matricule
        return {
            "numero": matricule.numero,
            "cle": matricule.cle,
            "oid": matricule.oid.value,
            "nom": traits.nom_naissance,
            "prenom": traits.premier_prenom,
            "prenoms": traits.liste_prenoms,
            "sexe": traits.sexe.value,
            "date": traits.date_naissance,
            "lieu": traits.lieu_naissance,
        }

    @property
    def cites(self) -> tuple[str, ...]:
        """What would betray the person, were it quoted: matricule, name, each first name, date."""
        traits = self.traits
        prenoms = traits.liste_prenoms.split()
        return (self.matricule.numero, traits.nom_naissance, *prenoms, traits.date_naissance)


def _corps() -> dict[str, Any]:
    identifiant = {"NumIdentifiant": marque("numero"), "Cle": marque("cle")}
    traits = {
        "NomNaissance": marque("nom"),
        "Prenom": marque("prenom"),
        "ListePrenom": marque("prenoms"),
        "Sexe": marque("sexe"),
        "DateNaissance": marque("date"),
        "LieuNaissance": marque("lieu"),
    }
    ins = {"IdIndividu": identifiant, "OID": marque("oid")}
    return {"IndividuVerifie": {"INSFourni": ins, "TraitsIdentiteIndividu": traits}}


class _Unitaire(Contrat):
    """The editor's contract of the verification. Its headers are those of the public operations."""

    _champ = f"{_CHAMP}.wsdl"
    _remede = "donner le WSDL de vérification du paquet officiel, avec ses schémas à côté"

    def __init__(self, reglages: ContratVerification) -> None:
        super().__init__(reglages.wsdl, prefixes={"verification": reglages.namespace})
        self._reglages = reglages

    def action(self, operation: str) -> str:
        return self._reglages.action or super().action(operation)

    def _ecrire(self, operation: str) -> str:
        corps = self._remplir(operation, _corps()).find(q("soap:Body"))
        racine = None if corps is None else next(corps.iterchildren("{*}*"), None)
        if racine is None or etree.QName(racine).namespace != self._reglages.namespace:
            raise self._refus("le corps qu'il décrit n'est pas dans l'espace de noms réglé")
        # How that WSDL names its header parts is unknown; what they hold is the same for every operation.
        modele = contrat_de().gabarit(RECHERCHE_TRAITS).texte
        enveloppe = parse(modele.encode(), what="Le gabarit")
        for action in enveloppe.iter(q("wsa:Action")):
            action.text = self.action(operation)
        for ancien in enveloppe.iter(q("soap:Body")):
            ancien[:] = [racine]
        etree.cleanup_namespaces(enveloppe)
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{etree.tostring(enveloppe, encoding="unicode")}'


@cache
def contrat_unitaire(reglages: ContratVerification) -> Contrat:
    """Return the contract of these settings, read once a process."""
    return _Unitaire(reglages)


def lire_verification(corps: etree._Element, reglages: ContratVerification) -> tuple[str, str]:
    """Read the code and the label of an answer, as written; ``""`` for a label that is not there.

    Raises :class:`ReponseInvalideError` for another body, or without one code and one only.
    """
    espace = reglages.namespace_reponse
    if etree.QName(corps).namespace != espace:
        message = f"{WHAT} n'est pas une réponse de vérification : autre espace de noms."
        raise ReponseInvalideError(message, phase="read", sent=True)

    def textes(nom: str) -> list[str]:
        return [str(element.xpath("string()")).strip() for element in corps.iter(f"{{{espace}}}{nom}")]

    codes = textes(reglages.element_code)
    if len(codes) != 1 or not codes[0]:
        message = f"{WHAT} n'a pas un code de vérification et un seul ({reglages.element_code})."
        raise ReponseInvalideError(message, phase="read", sent=True)
    libelles = textes(reglages.element_libelle) if reglages.element_libelle else []
    return codes[0], " ".join(libelles)
