"""TD3.2: give the bytes of a document (ITI-43), in AIR mode, as an MTOM answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from segur_socles.sandbox.dmp.acces import Appel
from segur_socles.sandbox.dmp.consultations import Consultations
from segur_socles.sandbox.dmp.dossiers import Dossier
from segur_socles.sandbox.dmp.droits import exiger_consultation, visibles
from segur_socles.sandbox.dmp.fiches import ENTREPOT
from segur_socles.sandbox.dmp.refus import CodeDmp, CodeXds, ErreurRegistre, RefusError, RefusRegistreError
from segur_socles.sandbox.dmp.registre import DocumentEnregistre, Registre

__all__ = ["ACTION", "lire"]

ACTION: Final = "urn:ihe:iti:2007:RetrieveDocumentSet"

_XDS: Final = "{urn:ihe:iti:xds-b:2007}"


def lire(
    appel: Appel, registre: Registre, dossiers: Mapping[str, Dossier], consultations: Consultations
) -> tuple[DocumentEnregistre, ...]:
    """Check the request and give the documents it asks for, in its order.

    Raises :class:`RefusError` for the rights, :class:`RefusRegistreError` when one is not there for this caller.
    """
    demandes = [
        (
            (demande.findtext(f"{_XDS}RepositoryUniqueId") or "").strip(),
            (demande.findtext(f"{_XDS}DocumentUniqueId") or "").strip(),
        )
        for demande in appel.message.body.iterfind(f"{_XDS}DocumentRequest")
    ]
    texte = "au moins un DocumentRequest, avec RepositoryUniqueId et DocumentUniqueId, est attendu"
    if not appel.requete.verifier("ITI-43 : demande complète", bool(demandes) and all(map(all, demandes)), texte):
        raise RefusError(CodeDmp.MESSAGE, texte)
    exiger_consultation(appel, dossiers)
    texte = "cet entrepôt n'est pas celui du DMP"
    connus = all(entrepot == ENTREPOT for entrepot, _ in demandes)
    if not appel.requete.verifier("ITI-43 : entrepôt connu", connus, texte):
        raise RefusRegistreError([ErreurRegistre(CodeXds.ENTREPOT_INCONNU, texte)])
    voulus = [unique_id for _, unique_id in demandes]
    trouves = {d.unique_id: d for d in visibles(appel, registre.chercher(appel.matricule, unique_ids=voulus))}
    texte = "aucun document sous cet identifiant (uniqueId, et non entryUUID) pour ce professionnel"
    if not appel.requete.verifier("ITI-43 : documents présents", trouves.keys() >= set(voulus), texte):
        raise RefusRegistreError([ErreurRegistre(CodeXds.DOCUMENT_INCONNU, texte)])
    consultations.noter(appel, "dmp.lire", tuple(voulus))
    return tuple(trouves[unique_id] for unique_id in voulus)
