"""Transfer sheet to the emergency department, from an establishment or from home (HAS; CI-SIS FLUDT and FT-SU)."""

from __future__ import annotations

from segur_socles._core.model import Instant, Valeur
from segur_socles._core.textes import TexteLibre
from segur_socles.documents.contenu.constantes import ReleveConstantes
from segur_socles.documents.contenu.objets import ObjetPersonnel
from segur_socles.documents.contenu.traitement import TraitementPris
from segur_socles.documents.contenu.urgences import Conscience, Destination, Douleur, InformesTransfert
from segur_socles.documents.renseigne import NonRenseigne, TroisEtats

__all__ = ["FicheTransfertUrgences"]


class FicheTransfertUrgences(Valeur):
    """Content of a transfer sheet. Only ``motif`` is required; what is not given is told as such, never assumed.

    - ``motif``: why the person is sent; ``evenement``: what was seen to happen, ``survenu_le`` when;
    - ``informes``, ``conscience``: yes, no or None; a state or None; ``observe_le``: when state and pains were seen;
    - ``derniere_prise``: when the usual treatment was last taken, ``dernier_repas`` the last meal; ``traitements``
      gives each medicine, with its own last intake when that one matters;
    - ``constantes``: sets of vital signs, each at its time; none means that nothing was measured, or nothing recorded.

    One content, two editions. All of it is told in both; what each has no coded place for is in its narrative only:

    ============================  =====================================  ===================================
    field                         FLUDT 2022.01                          FT-SU 2025.01
    ============================  =====================================  ===================================
    ``motif``                     coded (57277-6)                        section « Motif du transfert »
    ``evenement``                 told with the reason                   told with the reason
    ``survenu_le``                coded (time of the reason)             told with the reason
    ``informes``                  told with the reason                   coded, four answers
    ``evolutions_recentes``       told with the reason                   section « Évolutions récentes »
    ``conscience``, ``douleurs``  coded (DLU_002 to DLU_004, R52.9)      coded (MED-1301 to MED-1303, R52.9)
    ``derniere_prise``            coded (administration without product) coded (GEN-370)
    ``traitements``               coded                                  told beside the last intake
    ``destination``               coded (80413-8)                        told with the reason
    ``precision`` of a pain       told                                   told
    ============================  =====================================  ===================================
    """

    motif: TexteLibre
    evenement: TexteLibre | None = None
    survenu_le: Instant | None = None
    informes: InformesTransfert = InformesTransfert()
    evolutions_recentes: TexteLibre | None = None
    observe_le: Instant | None = None
    conscience: Conscience | None = None
    douleurs: TroisEtats[Douleur] = NonRenseigne()
    derniere_prise: Instant | None = None
    dernier_repas: Instant | None = None
    constantes: tuple[ReleveConstantes, ...] = ()
    traitements: TroisEtats[TraitementPris] = NonRenseigne()
    objets: TroisEtats[ObjetPersonnel] = NonRenseigne()
    destination: Destination | None = None
    commentaire: TexteLibre | None = None
