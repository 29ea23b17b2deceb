"""Who may read a record, and which documents: the rights the sandbox plays for TD3.1 and TD3.2.

Sources: rights matrices of the GIE SESAM-Vitale (AIR consults, INDIRECTE does not; only health professionals
consult; certain). What a masked document or a missing authorisation does exactly is not published (probable).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from segur_socles.sandbox.dmp.acces import Appel
from segur_socles.sandbox.dmp.dossiers import AUTORISATION_VALIDE, Dossier
from segur_socles.sandbox.dmp.refus import CodeDmp, CodeXds, ErreurRegistre, RefusRegistreError, exiger
from segur_socles.sandbox.dmp.registre import DocumentEnregistre
from segur_socles.sandbox.dmp.vihf_regles import RENFORCEE
from segur_socles.xds.schemes import DOCUMENT

__all__ = ["exiger_consultation", "visibles"]

_G15: Final = "1.2.250.1.71.1.2.7"
_CLASSES: Final = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
_FAIBLES: Final = frozenset({f"{_CLASSES}Password", f"{_CLASSES}unspecified", f"{_CLASSES}TLSClient"})
_URGENCES: Final = frozenset({"bris_de_glace", "centre_15"})
_MASQUE_PS: Final = "MASQUE_PS"


def exiger_consultation(appel: Appel, dossiers: Mapping[str, Dossier]) -> None:
    """Check that this professional may read this record, now.

    Raises :class:`RefusError` for the rights or a closed record, :class:`RefusRegistreError` when there is none.
    """
    vihf = appel.vihf
    role = vihf.roles[0].systeme if vihf.roles else ""
    controles = (
        ("Droits : seul AIR consulte", vihf.mode == RENFORCEE, "le mode INDIRECTE alimente et ne consulte pas"),
        (
            "Droits : authentification forte",
            vihf.contexte not in _FAIBLES,
            "AIR demande une authentification par CPS, e-CPS ou Pro Santé Connect (AuthnContextClassRef)",
        ),
        ("Droits : professionnel de santé", role == _G15, "seul un professionnel de santé consulte les documents"),
    )
    for controle, ok, texte in controles:
        exiger(appel.requete, controle, ok, CodeDmp.DROITS, texte)
    dossier = dossiers.get(appel.matricule)
    texte = "cette personne n'a pas de DMP"
    if not appel.requete.verifier("Dossier : existe", dossier is not None, texte) or dossier is None:
        raise RefusRegistreError([ErreurRegistre(CodeXds.PATIENT_INCONNU, texte)])
    exiger(appel.requete, "Dossier : ouvert", dossier.ouvert, CodeDmp.FERME, "ce DMP est fermé")
    urgence = vihf.usage is not None and vihf.usage.code in _URGENCES
    exiger(
        appel.requete,
        "Droits : autorisation d'accès valide, ou urgence",
        urgence or dossier.autorisation == AUTORISATION_VALIDE,
        CodeDmp.DROITS,
        "aucune autorisation d'accès valide sur ce DMP ; seule l'urgence (bris de glace, centre 15) s'en passe",
    )


def visibles(appel: Appel, documents: Iterable[DocumentEnregistre]) -> tuple[DocumentEnregistre, ...]:
    """Keep the documents this professional may see: a masked one is only seen by its authors, emergency or not."""
    return tuple(document for document in documents if not _masque(document) or _auteur(document, appel))


def _masque(document: DocumentEnregistre) -> bool:
    codes = document.metadonnees.codes(DOCUMENT["confidentialityCode"])
    return not document.est_signature and any(code.code == _MASQUE_PS for code in codes)


def _auteur(document: DocumentEnregistre, appel: Appel) -> bool:
    return appel.vihf.utilisateur in {a.personne.id for a in document.metadonnees.auteurs(DOCUMENT["author"])}
