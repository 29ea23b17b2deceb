"""A received document as a whole: header, sections, and what a DUI files or shows of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from segur_socles._core.xml import DOCUMENT, parse
from segur_socles.documents.cda.lecture import EnteteLu, lire_entete
from segur_socles.documents.lecture.actes import ActeLu
from segur_socles.documents.lecture.allergies import AllergieLu, EffetIndesirableLu
from segur_socles.documents.lecture.dispositifs import DispositifLu
from segur_socles.documents.lecture.elements import Affirmation, ElementLu
from segur_socles.documents.lecture.modeles import ModeleLu, lire_modele
from segur_socles.documents.lecture.noeuds import enfant
from segur_socles.documents.lecture.observations import DirectiveLu, ObservationLu, SigneVitalLu
from segur_socles.documents.lecture.personnes import PersonneLue, RoleLu, lire_personnes
from segur_socles.documents.lecture.pieces import CorpsLu, PieceLue, lire_corps
from segur_socles.documents.lecture.problemes import ProblemeLu
from segur_socles.documents.lecture.resultats import ResultatLu
from segur_socles.documents.lecture.sections import SectionLue, lire_sections
from segur_socles.documents.lecture.traitements import ContexteTraitement, TraitementLu
from segur_socles.documents.lecture.vaccinations import VaccinationLu
from segur_socles.documents.rendu.lecture import medias_de

__all__ = ["CdaLu", "lire_document"]

_E = TypeVar("_E", bound=ElementLu)


@dataclass(frozen=True, slots=True, repr=False)
class CdaLu:
    """A received CDA R2. The views below hold what is said of the person and done or under way, in document order.

    What is denied is in ``nies``, what is only said to be unknown or absent in ``absences``, what is planned in
    ``prevus``, what is about someone else in ``sur_un_proche``: none of it can be taken for a fact about the person.
    Questions answered by no (``observations``, ``directives``, ``dispositifs``) stay in their view, with their answer.
    """

    entete: EnteteLu
    modele: ModeleLu | None
    personnes: tuple[PersonneLue, ...]
    sections: tuple[SectionLue, ...]
    corps: CorpsLu | None
    elements: tuple[ElementLu, ...] = field(default=())

    def parcourir(self) -> Iterator[SectionLue]:
        """Give every section, those inside others included, in reading order."""
        for section in self.sections:
            yield from section.parcourir()

    def dans_le_role(self, role: RoleLu) -> tuple[PersonneLue, ...]:
        """People and organisations the header names in one role."""
        return tuple(p for p in self.personnes if p.role is role)

    @property
    def traitements(self) -> tuple[TraitementLu, ...]:
        """Medicines, ``contexte`` telling on what occasion; those only planned are in ``prevus``."""
        return tuple(t for t in self._affirmes(TraitementLu) if t.contexte is not ContexteTraitement.PREVU)

    @property
    def problemes(self) -> tuple[ProblemeLu, ...]:
        """Diagnoses, history, symptoms of the person."""
        return self._affirmes(ProblemeLu)

    @property
    def allergies(self) -> tuple[AllergieLu, ...]:
        """Allergies and intolerances. Empty is not « none »: see ``absences`` and the state of the section."""
        return self._affirmes(AllergieLu)

    @property
    def effets_indesirables(self) -> tuple[EffetIndesirableLu, ...]:
        """Adverse effects of medicines."""
        return self._affirmes(EffetIndesirableLu)

    @property
    def resultats(self) -> tuple[ResultatLu, ...]:
        """Results of examinations, « negative » ones included."""
        return tuple(r for r in self._du_patient(ResultatLu) if not r.prevu)

    @property
    def vaccinations(self) -> tuple[VaccinationLu, ...]:
        """Vaccinations done; those not done are in ``nies``."""
        return tuple(v for v in self._affirmes(VaccinationLu) if not v.prevu)

    @property
    def signes_vitaux(self) -> tuple[SigneVitalLu, ...]:
        """Vital signs, the unmeasured ones included (see their ``absence``)."""
        return tuple(s for s in self._du_patient(SigneVitalLu) if s.affirmation is not Affirmation.NIE)

    @property
    def directives(self) -> tuple[DirectiveLu, ...]:
        """Advance directives, accepted, refused or unknown."""
        return self._du_patient(DirectiveLu)

    @property
    def observations(self) -> tuple[ObservationLu, ...]:
        """State of the person and other simple observations, each with its answer; results and signs apart."""
        lues = self._du_patient(ObservationLu)
        return tuple(o for o in lues if type(o) is ObservationLu and not o.prevu)

    @property
    def actes(self) -> tuple[ActeLu, ...]:
        """Procedures, encounters and transfers that were done."""
        return tuple(a for a in self._affirmes(ActeLu) if not a.prevu)

    @property
    def dispositifs(self) -> tuple[DispositifLu, ...]:
        """Devices and personal objects; ``present`` tells those that a transfer sheet says are not there."""
        return tuple(d for d in self._du_patient(DispositifLu) if not d.prevu)

    @property
    def pieces(self) -> tuple[PieceLue, ...]:
        """Files joined to the document."""
        return tuple(e for e in self.elements if isinstance(e, PieceLue))

    @property
    def prevus(self) -> tuple[ElementLu, ...]:
        """What is asked for or planned: acts, examinations, vaccines, devices, and medicines of a care plan."""
        return tuple(e for e in self._affirmes(ElementLu) if _est_prevu(e))

    @property
    def nies(self) -> tuple[ElementLu, ...]:
        """What is denied: a problem the person does not have, a vaccine not given, a question answered by no."""
        return tuple(e for e in self._du_patient(ElementLu) if e.affirmation is Affirmation.NIE)

    @property
    def absences(self) -> tuple[ElementLu, ...]:
        """Entries that only state « none known » or « not recorded »: ``affirmation`` tells which."""
        dites = (Affirmation.AUCUN_CONNU, Affirmation.NON_RENSEIGNE)
        return tuple(e for e in self._du_patient(ElementLu) if e.affirmation in dites)

    @property
    def contradictions(self) -> tuple[ElementLu, ...]:
        """Entries coded yes where the narrative reads no, or the reverse: a person decides."""
        return tuple(e for e in self.elements if e.contredit)

    @property
    def sur_un_proche(self) -> tuple[ElementLu, ...]:
        """What is about someone else, as a family history is."""
        return tuple(e for e in self.elements if e.sujet is not None)

    def _du_patient(self, genre: type[_E]) -> tuple[_E, ...]:
        return tuple(e for e in self.elements if isinstance(e, genre) and e.sujet is None)

    def _affirmes(self, genre: type[_E]) -> tuple[_E, ...]:
        return tuple(e for e in self._du_patient(genre) if e.affirmation is Affirmation.AFFIRME)


def _est_prevu(element: ElementLu) -> bool:
    if isinstance(element, TraitementLu):  # a treatment under way is written with the mood of an intent
        return element.contexte is ContexteTraitement.PREVU
    return element.prevu


def lire_document(octets: bytes) -> CdaLu:
    """Read a CDA R2 document, ours or foreign: known sections as values, everything as text.

    Raises ``DocumentInvalideError`` as :func:`lire_entete` does (no CDA, hostile XML, incomplete header, several
    patients); whatever the body is like, it is read as far as it can be.
    """
    entete = lire_entete(octets)
    racine = parse(octets, quota=DOCUMENT, what="Le document")
    composant = enfant(racine, "component")
    libre = enfant(composant, "nonXMLBody", "text")
    sections = () if composant is None else lire_sections(composant, dict(medias_de(racine)))
    return CdaLu(
        entete=entete,
        modele=lire_modele(racine),
        personnes=lire_personnes(racine),
        sections=sections,
        corps=None if libre is None else lire_corps(libre),
        elements=tuple(e for section in sections for s in section.parcourir() for e in s.elements),
    )
