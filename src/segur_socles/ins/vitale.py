"""What a carte Vitale says, and the seam of the reader that holds it.

A carte Vitale is a key to query INSi, never an identity: nothing here becomes the trait or the matricule of anyone.
The number on the card may be that of the person whose insurance it is, a parent most often.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Protocol, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from segur_socles._core.model import Entier, RegleError, Valeur
from segur_socles._core.xml import NS, q
from segur_socles.errors import CredentialError
from segur_socles.ins.contract import RECHERCHE_VITALE
from segur_socles.ins.fragments import lire_fragment
from segur_socles.personnes.lexique import Nom
from segur_socles.personnes.numeros import nir
from segur_socles.personnes.preuves import ReponseIns
from segur_socles.personnes.traits import Difference, Trait, egaux

__all__ = ["DemandeVitale", "LecteurVitale", "LectureVitale", "MatriculeVitale", "exiger_assertion_vitale"]


def _numero(valeur: str) -> str:
    if not nir.FORME.fullmatch(valeur):
        regle = "13 chiffres, ou A ou B en 7e position pour la Corse"
        raise RegleError("numéro mal formé", regle=regle, remede="donner les 13 caractères du numéro, sans la clé")
    return valeur


class MatriculeVitale(Valeur):
    """A social security number as the card holds it; never printed, and never an INS.

    ``numero``: 13 characters. ``cle`` (2 digits) is checked when given; ``nature`` is what the card says of the number
    (``TypeMatricule``: ``NIR``…). Both are sent only if given: one working software sends neither (probable).
    """

    numero: Annotated[str, AfterValidator(_numero)]
    cle: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")] | None = None
    nature: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{1,10}$")] | None = None

    @model_validator(mode="after")
    def _cle_juste(self) -> Self:
        if self.cle is not None and not nir.cle_juste(self.numero, self.cle):
            message = "la clé ne correspond pas au numéro"
            raise RegleError(message, champ="cle", regle="clé = 97 - (numéro mod 97)", remede="relire la carte Vitale")
        return self


def _blanc(valeur: object) -> object:
    """Take for absent a field that the card leaves blank."""
    return None if isinstance(valeur, str) and not valeur.strip() else valeur


class LectureVitale(Valeur):
    """What the editor's own reader read about one beneficiary of a card; never printed.

    - ``ouvrant_droit``: number of the person whose insurance it is (``MatriculeOD``);
    - ``individu``: the beneficiary's own number (``MatriculeIndividu``), if the card holds one;
    - ``date_naissance``: ``YYYY-MM-DD`` as on the card, even when it is no date of the calendar (month or day 00…);
    - ``rang_naissance``: from 1 to 9, tells twins apart; demanded when there is no ``individu``;
    - ``nom_naissance``: normalised as traits are; cards often hold a used name there, which is then told as different.

    Source: schema INSiRecVit (certain); which fields to fill, one working software (probable); the range of
    the rank is guessed.
    """

    ouvrant_droit: MatriculeVitale
    individu: MatriculeVitale | None = None
    date_naissance: Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")]
    rang_naissance: Annotated[Entier, Field(ge=1, le=9)] | None = None
    nom_naissance: Annotated[Nom | None, BeforeValidator(_blanc)] = None

    @model_validator(mode="after")
    def _designe_une_personne(self) -> Self:
        if self.individu is None and self.rang_naissance is None:
            message = "sans numéro propre au bénéficiaire, son rang de naissance est nécessaire"
            remede = "donner le rang lu sur la carte, ou individu s'il y figure"
            raise RegleError(message, champ="rang_naissance", regle="choix de la bibliothèque", remede=remede)
        return self

    def ecarts(self, reponse: ReponseIns) -> tuple[Difference, ...]:
        """Name each trait of the card that INSi answers otherwise: the name if the card has one, the birth date."""
        recus = reponse.traits.par_trait
        lus = {Trait.NOM_NAISSANCE: self.nom_naissance, Trait.DATE_NAISSANCE: self.date_naissance}
        return tuple(
            Difference(trait=trait, local=lu, recu=recus[trait])
            for trait, lu in lus.items()
            if lu is not None and not egaux(trait, lu, recus[trait])
        )

    def alertes(self, reponse: ReponseIns) -> tuple[str, ...]:
        """Say in French, without any value, what is odd between the beneficiary's own number and INSi's answer."""
        if self.individu is None or self.individu.numero == reponse.matricule.numero:
            return ()
        if self.individu.numero in {ancien.matricule.numero for ancien in reponse.historique}:
            return ("le numéro lu sur la carte Vitale est un ancien matricule de cette personne",)
        return ("le numéro lu sur la carte Vitale n'est pas le matricule reçu",)


class LecteurVitale(Protocol):
    """The editor's own Vitale reader, which alone can make the second assertion of card mode.

    Reading a carte Vitale, or having it sign, takes the reading interface of SESAM-Vitale: out of reach of pure Python.
    """

    def assertion(self, emetteur: str) -> bytes:
        """Give the Vitale assertion, signed already, as one ``saml:Assertion`` element in UTF-8.

        ``emetteur`` is the national identifier of the professional, which its Issuer must hold. Asked again at each
        attempt; may wait for the device. Its bytes go into the message untouched, after the professional's assertion.
        """
        ...


_QUOI: Final = "assertion Vitale"


def exiger_assertion_vitale(octets: object, emetteur: str) -> tuple[bytes, str]:
    """Give back ``octets`` unchanged if they are one Vitale assertion that bears ``emetteur``, and the card's number.

    The signature is not verified: its algorithms are those of the card. Raises :class:`CredentialError`.
    """
    elements = lire_fragment(octets) if isinstance(octets, bytes) else None
    if (
        not isinstance(octets, bytes)
        or elements is None
        or [element.tag for element in elements] != [f"{{{NS['saml']}}}Assertion"]
    ):
        raise _refus("n'est pas un élément saml:Assertion et un seul, en UTF-8, sans déclaration XML")
    (assertion,) = elements
    nom = assertion.find(f"{q('saml:Subject')}/{q('saml:NameID')}")
    if nom is None or nom.get("NameQualifier") != "VITALE":
        raise _refus("ne désigne pas une carte Vitale (NameID, NameQualifier=VITALE)")
    if (assertion.findtext(q("saml:Issuer")) or "").strip() != emetteur:
        raise _refus("est émise pour un autre professionnel (Issuer)")
    return octets, (nom.text or "").strip()


def _refus(raison: str) -> CredentialError:
    message = f"L'assertion rendue par le lecteur de carte Vitale {raison} ; rien n'a été envoyé."
    return CredentialError(message, credential=_QUOI, remede="corriger le LecteurVitale donné à la recherche")


@dataclass(frozen=True, slots=True, repr=False)
class DemandeVitale:
    """The reading that one call sends."""

    lecture: LectureVitale
    operation = RECHERCHE_VITALE

    @property
    def valeurs(self) -> Mapping[str, str | None]:
        """Values by place of the template; None leaves an element out."""
        lecture = self.lecture
        valeurs: dict[str, str | None] = {
            "nom": lecture.nom_naissance,
            "date": lecture.date_naissance,
            "rang": None if lecture.rang_naissance is None else str(lecture.rang_naissance),
        }
        for qui, matricule in (("ouvrant_droit", lecture.ouvrant_droit), ("individu", lecture.individu)):
            valeurs[qui] = None if matricule is None else matricule.numero
            valeurs[f"{qui}_cle"] = None if matricule is None else matricule.cle
            valeurs[f"{qui}_type"] = None if matricule is None else matricule.nature
        return valeurs

    @property
    def cites(self) -> tuple[str, ...]:
        """What would betray the person, were it quoted: numbers, name, date."""
        valeurs = self.valeurs
        return tuple(cite for champ in ("individu", "ouvrant_droit", "nom", "date") if (cite := valeurs[champ]))
