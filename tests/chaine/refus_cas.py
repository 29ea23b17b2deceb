"""Bad input at each step of the story, as a table: how it comes about, what it must give."""

from __future__ import annotations

import io
import zipfile
from base64 import encodebytes
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from canari_courrier import courrier, deposer, inbox
from canari_histoire import CONSULTER, ENVOYER, PDF
from chaine_outils import VITE, Recit
from refus_outils import INCONNUE, INFIRMERIE, URGENCES_BAL, Etat, Lieu, Refus

from segur_socles.credentials.secret import Secret
from segur_socles.dmp.lecture_types import ConsultationRefusee
from segur_socles.dmp.types import DmpFerme
from segur_socles.errors import (
    AccesRefuseError,
    ChampInvalideError,
    ConnexionRefuseeError,
    DocumentInvalideError,
    JetonRefuseError,
    ServiceError,
    TransportError,
)
from segur_socles.mss.annuaire.types import BoiteInconnue
from segur_socles.mss.types import EnvoiNonAutorise, EnvoiRefuse, MessageEnvoye
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.professionnel import Motif, MoyenAuthentification
from segur_socles.personnes.rapprochement import UsagerInconnu, rapprocher
from segur_socles.psc.types import ConnexionNonAboutie, SessionPsc
from segur_socles.sandbox.donnees import URGENTISTE
from segur_socles.trace.record import Resultat
from segur_socles.xds.xdm_lecture import ArchiveLue, ArchiveRefusee

OPPOSITION = "la personne s'y est opposée le 01/06/2026"
ALIMENTER = Autorisation.accorder(ActeSocle.ALIMENTER_DMP, "information délivrée")


# --- login ---


def _mauvais_state(lieu: Lieu, segur: Any) -> Recit[object]:
    demande, autre = (yield segur.psc.preparer()), (yield segur.psc.preparer())
    return (yield segur.psc.terminer(demande, lieu.bac.naviguer(autre.url, acteur=URGENTISTE)))


def _mauvais_nonce(lieu: Lieu, segur: Any) -> Recit[object]:
    demande = yield segur.psc.preparer()
    retour = lieu.bac.naviguer(demande.url, acteur=URGENTISTE)
    return (yield segur.psc.terminer(replace(demande, nonce=Secret("0" * 64)), retour))


def _code_presente_deux_fois(lieu: Lieu, segur: Any) -> Recit[object]:
    demande = yield segur.psc.preparer()
    retour = lieu.bac.naviguer(demande.url, acteur=URGENTISTE)
    assert isinstance((yield segur.psc.terminer(demande, retour)), SessionPsc)
    return (yield segur.psc.terminer(demande, retour))


def _abandon(_: Lieu, segur: Any) -> Recit[object]:
    demande = yield segur.psc.preparer()
    return (yield segur.psc.terminer(demande, f"error=access_denied&state={demande.state.reveler()}"))


# --- DMP ---


def _alimenter_un_dmp_ferme(lieu: Lieu, segur: Any) -> Recit[object]:
    dmp = lieu.session(segur).dmp
    return (yield dmp.alimenter(dmp.preparer(lieu.document(segur, lieu.fermee), lieu.fermee), ALIMENTER))


def _document_d_une_autre(lieu: Lieu, segur: Any) -> Recit[object]:
    dmp = lieu.session(segur).dmp
    return (yield dmp.alimenter(dmp.preparer(lieu.document(segur), lieu.fermee), ALIMENTER))


def _urgentiste(segur: Any, **options: Any) -> Any:
    acteur = URGENTISTE.model_copy(update={"moyen": MoyenAuthentification.PRO_SANTE_CONNECT})
    return segur.au_nom_de(acteur, motif=Motif.URGENCE, **options)


def _rechercher_un_dmp_ferme(lieu: Lieu, segur: Any) -> Recit[object]:
    return (yield _urgentiste(segur, justification="malaise").dmp.rechercher(lieu.fermee, CONSULTER))


def _lire_en_indirecte(lieu: Lieu, segur: Any) -> Recit[object]:
    return (yield lieu.session(segur).dmp.rechercher(lieu.identite, CONSULTER))


def _lire_malgre_l_opposition(lieu: Lieu, segur: Any) -> Recit[object]:
    refus = Autorisation.refuser(ActeSocle.CONSULTER_DMP, OPPOSITION)
    return (yield _urgentiste(segur, justification="malaise").dmp.rechercher(lieu.identite, refus))


def _urgence_sans_justification(lieu: Lieu, segur: Any) -> Recit[object]:
    return (yield _urgentiste(segur, justification=" ").dmp.rechercher(lieu.identite, CONSULTER))


# --- mail: to whom, what ---


def _verifier(lieu: Lieu, segur: Any) -> Recit[object]:
    return (yield lieu.session(segur).annuaire.verifier_boite(INCONNUE))


def envoyer(*a: str, autorisation: Autorisation = ENVOYER) -> Callable[[Lieu, Any], Recit[object]]:
    def recit(lieu: Lieu, segur: Any) -> Recit[object]:
        return (yield lieu.session(segur).mss.envoyer(lieu.message(segur, *a), autorisation))

    return recit


def _deux_personnes(lieu: Lieu, segur: Any) -> Recit[object]:
    yield from ()
    documents = lieu.document(segur), lieu.document(segur, lieu.fermee)
    return lieu.session(segur).mss.preparer(documents, a=URGENCES_BAL, pdf=(PDF, PDF))


def _citoyen(lieu: Lieu, segur: Any) -> Recit[object]:
    yield from ()
    return lieu.message(segur, f"{lieu.fermee.matricule.valeur}@patient.mssante.fr")


def _boite_d_une_autre_structure(lieu: Lieu, segur: Any) -> Recit[object]:
    return (yield lieu.hopital(segur).mss.envoyer(lieu.message(segur), ENVOYER))


def _sous_panne(nom: str, fois: int = 1) -> Callable[[Lieu, Any], Recit[object]]:
    def recit(lieu: Lieu, segur: Any) -> Recit[object]:
        lieu.bac.pannes.activer(nom, operation="mss.envoyer", fois=fois)
        return (yield lieu.session(segur).mss.envoyer(lieu.message(segur), ENVOYER))

    return recit


# --- mail: what is received ---


def _archive_alteree(lieu: Lieu, segur: Any) -> Recit[object]:
    lieu.bac.pannes.activer("alter-archive", operation="mss.envoyer")
    yield from lieu.livrer(segur)
    lieu.photographier()
    (recu,) = yield lieu.hopital(segur).mss.relever()
    return recu.archive


def _archive_de_deux_personnes(lieu: Lieu, segur: Any) -> Recit[object]:
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        for rang, identite in enumerate((lieu.identite, lieu.fermee), 1):
            archive.writestr(f"IHE_XDM/SUBSET01/DOC{rang:04d}.XML", lieu.document(segur, identite).octets)
    piece = (
        "Content-Type: application/zip\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment; filename=IHE_XDM.ZIP\r\n\r\n{encodebytes(tampon.getvalue()).decode()}"
    )
    entetes = {"From": INFIRMERIE, "To": URGENCES_BAL, "Message-ID": "<1@ehpad.bac-a-sable.mssante.fr>"}
    deposer(lieu.bac, URGENCES_BAL, courrier("multipart/mixed", entetes, piece))
    lieu.photographier()
    (recu,) = yield lieu.hopital(segur).mss.relever()
    return recu.archive


def _inconnue_de_l_hopital(lieu: Lieu, segur: Any) -> Recit[object]:
    yield from lieu.livrer(segur)
    lieu.photographier()
    (recu,) = yield lieu.hopital(segur).mss.relever()
    assert isinstance(recu.archive, ArchiveLue)
    return rapprocher(recu.archive.identite, [lieu.fermee])


def _message_retire_entre_temps(lieu: Lieu, segur: Any) -> Recit[object]:
    yield from lieu.livrer(segur)
    yield from lieu.livrer(segur)
    _, second = yield lieu.hopital(segur).mss.relever()
    inbox(lieu.bac, URGENCES_BAL).retirer([second.uid])
    lieu.photographier()
    return (yield lieu.hopital(segur).mss.marquer_lu(second))


def _accuse_sans_demande(lieu: Lieu, segur: Any) -> Recit[object]:
    sans = lieu.session(segur).mss.preparer(lieu.document(segur), a=URGENCES_BAL, pdf=PDF, accuse=False)
    yield lieu.session(segur).mss.envoyer(sans, ENVOYER)
    lieu.photographier()
    (recu,) = yield lieu.hopital(segur).mss.relever()
    return (yield lieu.hopital(segur).mss.accuser(recu))


def _livre(adresse: str) -> Callable[[Etat], Etat]:
    """One message there, unread."""
    return lambda etat: etat | {adresse: [[]]}


REFUS: dict[str, Refus] = {
    "mauvais state": Refus(
        _mauvais_state, ConnexionRefuseeError, "state", ("psc.connecter", Resultat.REFUS_DROITS)
    ),
    "mauvais nonce": Refus(
        _mauvais_nonce, ConnexionRefuseeError, "nonce", ("psc.connecter", Resultat.REFUS_DROITS)
    ),
    "code présenté deux fois": Refus(
        _code_presente_deux_fois, JetonRefuseError, "recommencer", ("psc.connecter", Resultat.REFUS_DROITS)
    ),
    "connexion abandonnée": Refus(
        _abandon, ConnexionNonAboutie, "abandonné", ("psc.connecter", Resultat.SANS_RESULTAT)
    ),
    "alimenter un DMP fermé": Refus(
        _alimenter_un_dmp_ferme, ServiceError, "fermé", ("dmp.alimenter", Resultat.ERREUR_METIER)
    ),
    "rechercher dans un DMP fermé": Refus(
        _rechercher_un_dmp_ferme, DmpFerme, "fermé", ("dmp.rechercher", Resultat.SANS_RESULTAT)
    ),
    "document d'une autre personne": Refus(
        _document_d_une_autre, DocumentInvalideError, "identite", ("dmp.alimenter", Resultat.ERREUR_TECHNIQUE)
    ),
    "lecture en mode INDIRECTE": Refus(
        _lire_en_indirecte, AccesRefuseError, "INDIRECTE", ("dmp.rechercher", Resultat.REFUS_DROITS)
    ),
    "lecture malgré l'opposition": Refus(
        _lire_malgre_l_opposition, ConsultationRefusee, OPPOSITION, ("dmp.rechercher", Resultat.REFUS_DROITS)
    ),
    "urgence sans justification": Refus(_urgence_sans_justification, AccesRefuseError, "justification", None),
    "boîte absente de l'annuaire": Refus(
        _verifier, BoiteInconnue, "liste rouge", ("annuaire.verifier_boite", Resultat.SANS_RESULTAT)
    ),
    "une boîte inconnue sur deux": Refus(
        envoyer(URGENCES_BAL, INCONNUE),
        MessageEnvoye,
        "pour 1 destinataire, refusé pour 1 destinataire",
        ("mss.envoyer", Resultat.SUCCES),
        _livre(URGENCES_BAL),
    ),
    "aucune boîte connue": Refus(
        envoyer(INCONNUE), EnvoiRefuse, "adresse inconnue", ("mss.envoyer", Resultat.ERREUR_METIER)
    ),
    "envoi malgré l'opposition": Refus(
        envoyer(URGENCES_BAL, autorisation=Autorisation.refuser(ActeSocle.ENVOYER_MSS, OPPOSITION)),
        EnvoiNonAutorise,
        OPPOSITION,
        ("mss.envoyer", Resultat.REFUS_DROITS),
    ),
    "autorisation d'un autre acte": Refus(
        envoyer(URGENCES_BAL, autorisation=ALIMENTER),
        EnvoiNonAutorise,
        "aucune autorisation",
        ("mss.envoyer", Resultat.REFUS_DROITS),
    ),
    "documents de deux personnes": Refus(_deux_personnes, DocumentInvalideError, "un seul usager", None),
    "boîte d'un autre citoyen": Refus(_citoyen, ChampInvalideError, "citoyen", None),
    "message d'une autre structure": Refus(
        _boite_d_une_autre_structure,
        ChampInvalideError,
        "une autre boîte",
        ("mss.envoyer", Resultat.ERREUR_TECHNIQUE),
    ),
    "opérateur indisponible pour de bon": Refus(
        _sous_panne("503-then-ok", VITE.attempts), ServiceError, "plus tard", ("mss.envoyer", Resultat.ERREUR_METIER)
    ),
    "réponse perdue après le point": Refus(
        _sous_panne("accept-then-lose-reply"),
        TransportError,
        "ne pas le renvoyer",
        ("mss.envoyer", Resultat.ISSUE_INCONNUE),
        _livre(URGENCES_BAL),
    ),
    "archive altérée en route": Refus(
        _archive_alteree, ArchiveRefusee, "empreinte", ("mss.relever", Resultat.SUCCES)
    ),
    "archive de deux personnes": Refus(
        _archive_de_deux_personnes, ArchiveRefusee, "plusieurs usagers", ("mss.relever", Resultat.SUCCES)
    ),
    "personne inconnue du destinataire": Refus(
        _inconnue_de_l_hopital, UsagerInconnu, "à la main", ("mss.relever", Resultat.SUCCES)
    ),
    "message retiré entre-temps": Refus(
        _message_retire_entre_temps, ServiceError, "relever de nouveau", ("mss.marquer_lu", Resultat.ERREUR_METIER)
    ),
    "accusé que personne ne demande": Refus(
        _accuse_sans_demande, ChampInvalideError, "message ordinaire", ("mss.relever", Resultat.SUCCES)
    ),
}  # fmt: skip
