"""HL7 v2 values inside XDS metadata: XCN, XON, CX, coded authors and times.

Written as the CI-SIS shows them (certain for the forms used here); read tolerantly: a ``patientId`` with a
``^^yyyymmdd`` tail, blanks around names, missing components.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from segur_socles._core.model import RegleError
from segur_socles.nomenclatures.codes import Code

__all__ = ["OID_PERSONNES", "OID_STRUCTURES", "Cx", "Xcn", "Xon", "ecrire_code", "lire_code_texte", "vers_utc"]

OID_PERSONNES: Final = "1.2.250.1.71.4.2.1"
OID_STRUCTURES: Final = "1.2.250.1.71.4.2.2"

_TIME: Final = re.compile(r"(\d{4}(?:\d{2}(?:\d{2})?)?)(?:(\d{2})(\d{2})?(\d{2})?(?:\.\d+)?)?([+-]\d{4}|Z)?")


def _component(value: str) -> str:
    # XDS metadata have no escape for their own separators: they cannot be part of a name (IHE ITI TF-3 4.2.3.1.7).
    return re.sub(r"[\^&|~\\\s]+", " ", value).strip()


def _split(value: str, count: int) -> list[str]:
    parts = [part.strip() for part in value.split("^")]
    return parts + [""] * (count - len(parts))


def _authority(component: str) -> str:
    parts = component.split("&")
    return parts[1] if len(parts) > 1 else ""


@dataclass(frozen=True, slots=True)
class Xcn:
    """A person: ``id^NOM^Prenom^^^^^^&1.2.250.1.71.4.2.1&ISO^D^^^IDNPS``.

    ``type_id`` is ``IDNPS`` for a national identifier, ``EI`` for one internal to a structure, ``RI`` for a
    system; ``type_nom`` is ``D`` for a displayed name.
    """

    id: str
    nom: str = field(repr=False)
    prenom: str = field(default="", repr=False)
    autorite: str = OID_PERSONNES
    type_nom: str = "D"
    type_id: str = "IDNPS"

    @classmethod
    def professionnel(cls, id_nat: str, nom: str, prenom: str) -> Xcn:
        """Make the value of a professional; an internal identifier (``3<FINESS>/…``) is typed ``EI``."""
        return cls(id_nat, nom, prenom, type_id="EI" if "/" in id_nat else "IDNPS")

    @classmethod
    def lire(cls, value: str) -> Xcn:
        """Read; absent components are empty."""
        parts = _split(value, 13)
        return cls(parts[0], parts[1], parts[2], _authority(parts[8]), parts[9], parts[12])

    def __str__(self) -> str:
        nom, prenom = _component(self.nom), _component(self.prenom)
        return f"{self.id}^{nom}^{prenom}^^^^^^&{self.autorite}&ISO^{self.type_nom}^^^{self.type_id}"


@dataclass(frozen=True, slots=True)
class Xon:
    """A structure: ``NOM^^^^^&1.2.250.1.71.4.2.2&ISO^IDNST^^^1990000019``."""

    nom: str
    id: str
    autorite: str = OID_STRUCTURES
    type_id: str = "IDNST"

    @classmethod
    def lire(cls, value: str) -> Xon:
        """Read; absent components are empty."""
        parts = _split(value, 10)
        return cls(parts[0], parts[9], _authority(parts[5]), parts[6])

    def __str__(self) -> str:
        return f"{_component(self.nom)}^^^^^&{self.autorite}&ISO^{self.type_id}^^^{self.id}"


@dataclass(frozen=True, slots=True)
class Cx:
    """An identifier of a person: ``<id>^^^&<OID>&ISO^NH`` (``NH`` for an INS, ``PI`` for a local number)."""

    id: str = field(repr=False)
    autorite: str
    type_id: str

    @classmethod
    def lire(cls, value: str) -> Cx:
        """Read; what follows the type (``^^yyyymmdd`` in some samples) is dropped."""
        parts = _split(value, 5)
        return cls(parts[0], _authority(parts[3]), parts[4])

    def cx(self) -> str:
        """Write as a component. Not ``__str__``: the identifier may be a matricule, and must be asked for."""
        return f"{self.id}^^^&{self.autorite}&ISO^{self.type_id}"


def ecrire_code(code: Code) -> str:
    """Write a speciality: ``code^libellé^OID``."""
    return f"{code.code}^{_component(code.libelle)}^{code.systeme}"


def lire_code_texte(value: str) -> Code:
    """Read ``code^libellé^OID``."""
    parts = _split(value, 3)
    return Code(parts[0], parts[2], parts[1])


def vers_utc(value: str) -> str:
    """Convert an HL7 time to UTC without zone, as XDS wants it (``20200327153500+0100`` → ``20200327143500``).

    A date alone stays a date. A date-time without zone raises :class:`RegleError`: it is never guessed.
    """
    found = _TIME.fullmatch(value.strip())
    if found is None:
        message = "date ou heure HL7 illisible"
        raise RegleError(message, regle="HL7 TS", remede="écrire AAAAMMJJHHMMSS+ZZZZ")
    date, hour, minute, second, zone = found.groups()
    if hour is None:
        return date
    if zone is None:
        message = "heure sans fuseau horaire"
        raise RegleError(
            message, regle="IHE ITI TF-3 4.2.3.1.7, DTM en UTC", remede="ajouter le décalage, par exemple +0100"
        )
    try:
        local = datetime.strptime(f"{date}{hour}{minute or '00'}{second or '00'}{zone}", "%Y%m%d%H%M%S%z")
    except ValueError:
        message = "date ou heure qui n'existe pas"
        raise RegleError(message, regle="HL7 TS", remede="corriger la date") from None
    return f"{local.astimezone(UTC):%Y%m%d%H%M%S}"[: len(f"{date}{hour}{minute or ''}{second or ''}")]
