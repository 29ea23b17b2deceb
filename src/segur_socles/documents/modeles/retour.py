"""Return sheet from the emergency department, to the establishment or home (HAS; CI-SIS FLUDR and FR-SU)."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from segur_socles._core.model import Booleen, Instant, Valeur
from segur_socles._core.textes import TexteLibre
from segur_socles.documents.contenu.clinique import Pathologie
from segur_socles.documents.contenu.objets import ObjetPersonnel
from segur_socles.documents.contenu.pieces import PieceRetour, types_distincts
from segur_socles.documents.contenu.traitement import Traitement
from segur_socles.documents.contenu.urgences import Destination, InformesRetour, RetourVers
from segur_socles.documents.renseigne import NonRenseigne, TroisEtats

__all__ = ["FicheRetourUrgences"]


class FicheRetourUrgences(Valeur):
    """Content of a return sheet, written by an emergency department. Nothing is required, nothing is assumed.

    - ``motif``: why the person had come, ``admis_le`` when; ``synthese``: what was found and done;
    - ``retour``: where the person is sent; ``destination``: the place itself;
    - ``diagnostics``: discharge diagnoses; ``traitements``: medicines to be taken from now on; ``suites``: examinations
      and consultations planned;
    - ``ordonnances_remises``, ``liste_objets_remise``: yes, no, or None for not known.

    One content, two editions. All of it is told in both; what each has no coded place for is in its narrative only:

    ==========================  ====================================  =====================================
    field                       FLUDR 2022.01                         FR-SU 2025.01
    ==========================  ====================================  =====================================
    ``motif``                   coded (15515-0)                       told with the return
    ``synthese``                told with the return                  told with the return
    ``retour``                  told with the return                  coded (ORG-216, 160849004, 19712007)
    ``destination``             coded (80413-8)                       coded (80413-8)
    ``informes``                told with the return                  coded, three answers
    ``suites``                  told with the return                  section « Examens ou consultations »
    ``traitements``             coded                                 told beside what is planned
    ``ordonnances_remises``     told with the documents               coded (GEN-415)
    ``liste_objets_remise``     told with the documents               coded (GEN-414)
    ``documents``               coded checklist                       coded when the PDF is joined, else told
    ==========================  ====================================  =====================================
    """

    motif: TexteLibre | None = None
    admis_le: Instant | None = None
    synthese: TexteLibre | None = None
    retour: RetourVers | None = None
    destination: Destination | None = None
    informes: InformesRetour = InformesRetour()
    diagnostics: TroisEtats[Pathologie] = NonRenseigne()
    traitements: TroisEtats[Traitement] = NonRenseigne()
    suites: TexteLibre | None = None
    objets: TroisEtats[ObjetPersonnel] = NonRenseigne()
    ordonnances_remises: Booleen | None = None
    liste_objets_remise: Booleen | None = None
    documents: Annotated[tuple[PieceRetour, ...], AfterValidator(types_distincts)] = ()
    commentaire: TexteLibre | None = None
