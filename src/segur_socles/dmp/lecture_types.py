"""What reading the DMP takes and gives: criteria, entries found, a document read; values to match on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final, TypeAlias

from pydantic import model_validator

from segur_socles._core.model import Booleen, Instant, RegleError, Valeur
from segur_socles.dmp.types import DmpFerme
from segur_socles.errors import Constat
from segur_socles.nomenclatures.codes import Code, JeuDeValeurs
from segur_socles.personnes.rapprochement import Rapprochement, UsagerReconnu
from segur_socles.xds.entry import Auteur
from segur_socles.xds.formats import Cx

__all__ = [
    "ConsultationRefusee",
    "CriteresDmp",
    "DocumentDmp",
    "DocumentLu",
    "DocumentsTrouves",
    "ResultatLecture",
    "ResultatRecherche",
]

APPROUVE: Final = "urn:oasis:names:tc:ebxml-regrep:StatusType:Approved"
ARCHIVE: Final = "urn:asip:ci-sis:2010:StatusType:Archived"

_CLASSE_PATIENT: Final = "90"
_TYPE_PATIENT: Final = "DOCPAT"
_MASQUE_PS: Final = "MASQUE_PS"


class CriteresDmp(Valeur):
    """Which documents to look for; without criterion, every active one.

    - ``types``: codes of JDV_J07 (``74207-2``…); ``classes``: codes of the DMP's classes (``11``…);
    - ``acte_depuis``, ``acte_jusqu_a``: when the documented act began; ``cree_depuis``, ``cree_jusqu_a``: when the
      document was made. Instants bear a time zone. A first automatic search covers two years of acts at most
      (SEL-MP-037, probable);
    - ``archives``: archived documents too. Replaced ones are never asked for.
    """

    types: tuple[Annotated[Code, JeuDeValeurs("JDV_J07")], ...] = ()
    classes: tuple[Annotated[Code, JeuDeValeurs("CLASSES_DMP")], ...] = ()
    acte_depuis: Instant | None = None
    acte_jusqu_a: Instant | None = None
    cree_depuis: Instant | None = None
    cree_jusqu_a: Instant | None = None
    archives: Booleen = False

    _visible = ("types", "classes", "archives")

    @model_validator(mode="after")
    def _periodes(self) -> CriteresDmp:
        bornes = ((self.acte_depuis, self.acte_jusqu_a), (self.cree_depuis, self.cree_jusqu_a))
        if any(debut and fin and debut > fin for debut, fin in bornes):
            message = "une période commence après sa fin"
            raise RegleError(message, remede="échanger les deux bornes")
        return self


@dataclass(frozen=True, slots=True)
class DocumentDmp:
    """One entry of the registry: what is known of a document before it is read.

    Read tolerantly: only what reading demands is certain to be there (``unique_id``, ``depot``). Times are HL7, UTC,
    without zone, to be shown in local time. ``hash`` (SHA-1, hexadecimal) and ``taille`` (bytes) are None when the
    registry does not give them. ``logical_id`` stays the same when metadata change, ``entry_uuid`` does not.
    ``patient`` is whom the entry is about (patientId), None when it does not say.
    """

    unique_id: str
    depot: str
    entry_uuid: str = ""
    logical_id: str = ""
    statut: str = ""
    version: str = ""
    type_mime: str = ""
    titre: str = field(default="", repr=False)
    type: Code | None = None
    classe: Code | None = None
    format: Code | None = None
    confidentialites: tuple[Code, ...] = ()
    auteurs: tuple[Auteur, ...] = field(default=(), repr=False)
    creation: str = ""
    debut: str = ""
    fin: str = ""
    hash: str | None = None
    taille: int | None = None
    patient: Cx | None = field(default=None, repr=False)

    @property
    def actif(self) -> bool:
        """Whether this is the version in force: neither replaced nor archived."""
        return self.statut == APPROUVE

    @property
    def du_patient(self) -> bool:
        """Whether the person made it: the software must show that (SEL-MP-037, probable)."""
        return (self.classe is not None and self.classe.code == _CLASSE_PATIENT) or (
            self.type is not None and self.type.code.startswith(_TYPE_PATIENT)
        )

    @property
    def masque(self) -> bool:
        """Whether it is hidden from other professionals."""
        return any(code.code == _MASQUE_PS for code in self.confidentialites)


@dataclass(frozen=True, slots=True)
class DocumentsTrouves:
    """The documents found, in the registry's order, signatures of submission sets left out.

    ``complet`` is False when the registry said that more exist, answered in part only, or gave ``illisibles``
    entries without the identifiers that reading demands, or ``etrangers``, entries about another INS than the one
    asked, which are left out: then absence from the list proves nothing.
    """

    message_id: str
    documents: tuple[DocumentDmp, ...]
    complet: bool = True
    illisibles: int = 0
    etrangers: int = 0
    avertissements: tuple[Constat, ...] = ()

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        nombre = len(self.documents)
        quoi = ("Aucun document trouvé", "Un document trouvé")[nombre] if nombre < 2 else f"{nombre} documents trouvés"  # noqa: PLR2004 - French plural
        suite = "" if self.complet else " ; la liste est incomplète"
        return f"{quoi} dans le DMP{suite}."


@dataclass(frozen=True, slots=True)
class DocumentLu:
    """A document as the DMP holds it, byte for byte.

    ``octets`` is empty when it was written to ``chemin``. ``verifie`` says that size and digest were both given by
    the registry, and are those of the bytes received; when one is given and differs, nothing is returned at all.

    ``personne`` is what comes of comparing the header of a CDA with the identity asked for; None when the document
    has no header that can be read. One about another INS is not returned at all.
    """

    document: DocumentDmp
    message_id: str
    taille: int
    type_mime: str
    verifie: bool
    octets: bytes = field(default=b"", repr=False)
    chemin: Path | None = None
    personne: Rapprochement | None = None

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        if self.verifie:
            integrite = "il est bien celui que décrit sa fiche."
        else:
            integrite = "sa fiche ne permet pas d'en vérifier l'intégrité."
        match self.personne:
            case UsagerReconnu():
                identite = ""
            case None:
                identite = " L'identité qu'il porte n'a pas pu être comparée à celle de l'usager."
            case ecart:
                identite = f" Identité à vérifier. {ecart.explication}"
        return f"Document lu dans le DMP ; {integrite}{identite}"


@dataclass(frozen=True, slots=True)
class ConsultationRefusee:
    """The person's rights or wishes forbid reading; nothing was sent."""

    raisons: tuple[str, ...]

    @property
    def explication(self) -> str:
        """Sentence for the screen."""
        return f"Le DMP n'a pas été consulté : {' ; '.join(self.raisons)}."


ResultatRecherche: TypeAlias = DocumentsTrouves | ConsultationRefusee | DmpFerme
ResultatLecture: TypeAlias = DocumentLu | ConsultationRefusee | DmpFerme
