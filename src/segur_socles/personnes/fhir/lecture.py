"""Reading the identity in a FHIR ``Patient`` that someone else wrote, without trusting it.

Only what an identity needs is modelled, at a fixed depth: other fields are not looked at, and one of ours with
another shape is refused with its path, never dropped in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final, Literal, Self, TypeVar

from pydantic import BeforeValidator, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel

from segur_socles._core.model import RegleError, Valeur, invalide
from segur_socles._core.textes import Texte
from segur_socles.errors import ChampInvalideError, Constat
from segur_socles.personnes.fhir.edition import (
    ATTRIBUTS,
    COMMUNE,
    FIABILITE,
    FR_CORE_2_1,
    FR_CORE_2_2,
    LIEU_NAISSANCE,
    LISTE_PRENOMS,
    TYPES_INS,
    URN_OID,
)
from segur_socles.personnes.identite import Attribut, StatutIdentite
from segur_socles.personnes.matricule import OidIns
from segur_socles.personnes.recue import IdentiteRecue
from segur_socles.personnes.traits import Sexe

__all__ = ["lire_patient_fhir"]

TAILLE_MAX: Final = 8 * 1024 * 1024
"""A ``Patient`` may hold photographs, but no more."""

_LISTE_MAX: Final = 100
_DATE: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_GENRES: Final = {"male": Sexe.MASCULIN, "female": Sexe.FEMININ}
_ATTRIBUTS: Final = {code: attribut for attribut, code in ATTRIBUTS.items()}
_STATUTS: Final[Mapping[tuple[str | None, str | None], StatutIdentite]] = {
    (FR_CORE_2_1.systeme, "VALI"): StatutIdentite.VALIDEE,
    **{(FR_CORE_2_2.systeme, code): statut for statut, code in FR_CORE_2_2.statuts.items()},
}


# --- the part of the resource that is read -----------------------------------------------------------------

_T = TypeVar("_T")
_Court = Annotated[Texte | None, BeforeValidator(lambda v: None if isinstance(v, str) and not v.strip() else v)]
_Liste = Annotated[tuple[_T, ...], Field(max_length=_LISTE_MAX), BeforeValidator(lambda v: () if v is None else v)]


class _Lu(Valeur):
    model_config = ConfigDict(extra="ignore", alias_generator=to_camel, loc_by_alias=False)


class _Coding(_Lu):
    system: _Court = None
    code: _Court = None


class _Concept(_Lu):
    coding: _Liste[_Coding] = ()


class _ExtensionAdresse(_Lu):
    url: _Court = None
    value_coding: _Coding | None = None


class _Adresse(_Lu):
    extension: _Liste[_ExtensionAdresse] = ()


class _SousExtension(_Lu):
    url: _Court = None
    value_string: _Court = None
    value_coding: _Coding | None = None
    value_codeable_concept: _Concept | None = None


class _Extension(_Lu):
    url: _Court = None
    value_address: _Adresse | None = None
    extension: _Liste[_SousExtension] = ()


class _Identifiant(_Lu):
    use: _Court = None
    type: _Concept | None = None
    system: _Court = None
    value: _Court = None


class _Nom(_Lu):
    use: _Court = None
    family: _Court = None
    given: _Liste[_Court] = ()
    extension: _Liste[_SousExtension] = ()


class _Patient(_Lu):
    resource_type: Literal["Patient"]
    implicit_rules: _Court = None
    modifier_extension: _Liste[_SousExtension] = ()
    extension: _Liste[_Extension] = ()
    identifier: _Liste[_Identifiant] = ()
    name: _Liste[_Nom] = ()
    gender: _Court = None
    birth_date: _Court = None

    @model_validator(mode="after")
    def _sens_connu(self) -> Self:
        if self.implicit_rules or self.modifier_extension:
            message = "une règle que nous ne connaissons pas change le sens de la ressource"
            remede = "demander à l'émetteur un Patient sans implicitRules ni modifierExtension"
            raise RegleError(message, regle="FHIR R4, éléments modificateurs", remede=remede)
        return self


# --- from the resource to the identity ---------------------------------------------------------------------


def lire_patient_fhir(patient: bytes | dict[str, Any]) -> IdentiteRecue:
    """Read a ``Patient``: JSON in UTF-8, or the same as plain data.

    The status is only what the sender claims: it is kept apart, proves nothing, and a code that we do not know
    claims the least. Former identifiers (``old``) are passed over, and so is a number under the OID of an INS of
    which the type says something else: FR Core puts the billing number (``NH``) under the OID of the INS.
    Raises ``ChampInvalideError``: not JSON, not a ``Patient``, a field of another shape, too long or too large.
    """
    lu = _lire(patient)
    identifiants = tuple(_identifiants(lu))
    officiel = next((nom for nom in lu.name if nom.use == "official"), _Nom())
    # A name without use does not claim to be the birth name.
    utilise = next((nom for nom in lu.name if nom.use in ("usual", None)), _Nom())
    return IdentiteRecue(
        source="FHIR",
        identifiants=identifiants,
        nom_naissance=officiel.family,
        prenoms=next((e.value_string for e in officiel.extension if e.url == LISTE_PRENOMS), None),
        premier_prenom=_premier(officiel),
        nom_utilise=utilise.family,
        prenom_utilise=_premier(utilise),
        sexe=_GENRES.get(lu.gender or ""),
        date_naissance=_date_hl7(lu.birth_date),
        lieu_naissance=next(_lieux(lu), None),
        statut_annonce=_statut(lu, ins=any(oid in TYPES_INS for oid, _ in identifiants)),
        attributs_annonces=tuple(sorted(_attributs(lu))),
    )


def _lire(patient: bytes | dict[str, Any]) -> _Patient:
    if isinstance(patient, bytes) and len(patient) > TAILLE_MAX:
        remede = "demander à l'émetteur un Patient sans pièce jointe"
        raise invalide("Patient", (Constat("", f"plus de {TAILLE_MAX} octets", "limite de lecture", remede),))
    try:
        if isinstance(patient, bytes):
            return _Patient.model_validate_json(patient)
        return _Patient.model_validate(patient)
    except ChampInvalideError as refus:
        constats = refus.constats
    # The path is told in the words of FHIR, not in those of our model.
    raise invalide("Patient", tuple(replace(constat, champ=_chemin(constat.champ)) for constat in constats))


def _chemin(champ: str) -> str:
    return ".".join(to_camel(partie) for partie in champ.split("."))


def _identifiants(patient: _Patient) -> Iterator[tuple[str, str]]:
    """Give each current identifier with its authority: an OID, or the URI that FHIR has in its place."""
    for identifiant in patient.identifier:
        autorite = (identifiant.system or "").removeprefix(URN_OID)
        types = {codage.code for codage in identifiant.type.coding if codage.code} if identifiant.type else set()
        contredit = autorite in TYPES_INS and types and TYPES_INS[OidIns(autorite)] not in types
        if identifiant.value and identifiant.use != "old" and not contredit:
            yield autorite, identifiant.value


def _premier(nom: _Nom) -> str | None:
    return next(filter(None, nom.given), None)


def _date_hl7(fhir: str | None) -> str | None:
    """Write a FHIR date as HL7 does; what is not one stays as it came, and will not match."""
    lue = _DATE.fullmatch(fhir or "")
    return "".join(filter(None, lue.groups())) if lue else fhir


def _lieux(patient: _Patient) -> Iterator[str]:
    for extension in patient.extension:
        if extension.url == LIEU_NAISSANCE and extension.value_address:
            for precision in extension.value_address.extension:
                if precision.url == COMMUNE and precision.value_coding and precision.value_coding.code:
                    yield precision.value_coding.code


def _annonces(patient: _Patient, url: str) -> Iterator[_Coding]:
    """Give the codes of one part of the reliability extension: a coding in one edition, a concept in another."""
    for extension in patient.extension:
        for partie in extension.extension if extension.url == FIABILITE else ():
            if partie.url == url:
                yield from (partie.value_coding,) if partie.value_coding else ()
                yield from partie.value_codeable_concept.coding if partie.value_codeable_concept else ()


def _statut(patient: _Patient, *, ins: bool) -> StatutIdentite | None:
    valide = (FR_CORE_2_1.systeme, "VALI")
    connus = {**_STATUTS, valide: StatutIdentite.QUALIFIEE} if ins else _STATUTS
    codes = {(codage.system, codage.code) for codage in _annonces(patient, "identityStatus")}
    statuts = {connus.get(code, StatutIdentite.PROVISOIRE) for code in codes}
    # Statuses that contradict each other claim no more than the least of them.
    return StatutIdentite.PROVISOIRE if len(statuts) > 1 else next(iter(statuts), None)


def _attributs(patient: _Patient) -> set[Attribut]:
    """Give the attributes: comments in one edition, in the place of the status in the other."""
    codes = (codage.code for url in ("identityStatus", "comment") for codage in _annonces(patient, url))
    return {_ATTRIBUTS[code] for code in codes if code in _ATTRIBUTS}
