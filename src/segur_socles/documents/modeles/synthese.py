"""Synthèse médicale (IPS-FR): the medical summary, and the form that a liaison document takes after the DLU."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import AfterValidator

from segur_socles._core.model import Booleen, Valeur
from segur_socles._core.textes import TexteLibre
from segur_socles.documents.contenu.acte import Acte
from segur_socles.documents.contenu.clinique import Allergie, Directive, Pathologie, Vaccination
from segur_socles.documents.contenu.constantes import ReleveConstantes
from segur_socles.documents.contenu.dispositif import DispositifMedical
from segur_socles.documents.contenu.domicile import Domicile
from segur_socles.documents.contenu.etat import Autonomie, EtatPersonne, PortageBmr
from segur_socles.documents.contenu.pieces import EtablissementPreference, PieceJointe, types_distincts
from segur_socles.documents.contenu.suites import Suite
from segur_socles.documents.contenu.synthese import AntecedentFamilial, EffetIndesirable, ElementSocial, ResultatExamen
from segur_socles.documents.contenu.traitement import Traitement
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.documents.renseigne import NonRenseigne, TroisEtats

__all__ = ["SyntheseMedicale"]


class SyntheseMedicale(Valeur):
    """Content of a medical summary. Everything is optional, nothing is assumed: what is not given is told as such.

    A home service without doctors reads such a summary and does not write one (CI-SIS; probable).
    """

    problemes: TroisEtats[Pathologie] = NonRenseigne()
    antecedents: TroisEtats[Pathologie] = NonRenseigne()
    actes: TroisEtats[Acte] = NonRenseigne()
    soins_palliatifs: Booleen | None = None
    allergies: TroisEtats[Allergie] = NonRenseigne()
    effets_indesirables: tuple[EffetIndesirable, ...] = ()
    traitements: TroisEtats[Traitement] = NonRenseigne()
    dispositifs: TroisEtats[DispositifMedical] = NonRenseigne()
    vigilance: TexteLibre | None = None
    domicile: Domicile | None = None
    etat: EtatPersonne = EtatPersonne()
    autonomie: Autonomie | None = None
    constantes: tuple[ReleveConstantes, ...] = ()
    mode_de_vie: tuple[ElementSocial, ...] = ()
    risques_professionnels: TexteLibre | None = None
    antecedents_familiaux: tuple[AntecedentFamilial, ...] = ()
    vaccinations: TroisEtats[Vaccination] = NonRenseigne()
    suites: tuple[Suite, ...] = ()
    directives: TroisEtats[Directive] = NonRenseigne()
    bmr: PortageBmr = PortageBmr()
    resultats: tuple[ResultatExamen, ...] = ()
    etablissement_preference: EtablissementPreference | None = None
    pieces: Annotated[tuple[PieceJointe, ...], AfterValidator(types_distincts)] = ()

    @classmethod
    def du_dlu(cls, dlu: Dlu) -> Self:
        """Take everything that a liaison document says: to write it in the form that follows the DLU.

        Its comment becomes the points of attention; what a DLU does not ask (procedures, devices…) stays not filled in.
        """
        repris = {nom: getattr(dlu, nom) for nom in cls.model_fields if nom in Dlu.model_fields}
        return cls.model_validate({**repris, "problemes": dlu.pathologies, "vigilance": dlu.commentaire})
