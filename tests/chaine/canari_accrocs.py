"""What may go wrong on the way, played with a person's own name, number and addresses wherever one can be given."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote

from canari_courrier import DOMAINE, accuse_hostile, deposer, hostile
from canari_histoire import ENVOYER, PDF, Deroule, Scene, bac_pour
from chaine_outils import Recit, derouler

from segur_socles.credentials.configuration import Configuration
from segur_socles.credentials.secret import Secret
from segur_socles.errors import (
    CertificatRefuseError,
    ChampInvalideError,
    ConnexionRefuseeError,
    DocumentInvalideError,
    JetonRefuseError,
    ServiceError,
    TransportError,
)
from segur_socles.mss.codes import ErreurIntegration
from segur_socles.mss.types import EnvoiNonAutorise, EnvoiRefuse, MessageEnvoye, MessageRecu
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.identite import ControleIdentite
from segur_socles.personnes.rapprochement import InsDiscordante, UsagerInconnu, rapprocher
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.psc.types import ConnexionNonAboutie
from segur_socles.sandbox.donnees import URGENTISTE
from segur_socles.xds.xdm_lecture import ArchiveRefusee

AUTRE = "297022A02077878@patient.mssante.fr"
URGENCES_BAL = "urgences@ch-essai.bac-a-sable.mssante.fr"
AUTRE_TRAITS = {"nom_naissance": "ADRTROIS", "prenoms": ["DOMINIQUE"], "sexe": "F", "date_naissance": "1997-02-26"}


@dataclass(frozen=True)
class Accroc:
    """A thing that goes wrong: the error it raises or the outcome it gives, and how it is brought about."""

    attendu: type[object]
    jouer: Callable[[Scene, Deroule, str], object]


Appel = Callable[[Scene, Deroule, Any], Any]


def appel(faire: Appel, *, config: Callable[[Configuration], Configuration] | None = None) -> Any:
    """Make one call; ``config`` changes what the client is given."""

    def jouer(scene: Scene, deroule: Deroule, mode: str) -> object:
        def recit(segur: Any) -> Recit[object]:
            return (yield faire(scene, deroule, segur))

        reglages = config(scene.bac.config) if config else scene.bac.config
        return derouler(mode, reglages, recit, traces=scene.traces)

    return jouer


def local(faire: Appel) -> Any:
    """Do what no facade has to be awaited for."""
    return suite(lambda scene, deroule, segur: _local(faire, scene, deroule, segur))


def _local(faire: Appel, scene: Scene, deroule: Deroule, segur: Any) -> Recit[object]:
    yield from ()
    return faire(scene, deroule, segur)


def suite(recit: Callable[[Scene, Deroule, Any], Recit[object]]) -> Any:
    """Make several calls."""

    def jouer(scene: Scene, deroule: Deroule, mode: str) -> object:
        return derouler(mode, scene.bac.config, lambda segur: recit(scene, deroule, segur), traces=scene.traces)

    return jouer


def sous_panne(nom: str, service: str, jouer: Any) -> Any:
    """Have a fault last."""

    def rater(scene: Scene, deroule: Deroule, mode: str) -> object:
        scene.bac.pannes.activer(nom, service=service, fois=9)
        return jouer(scene, deroule, mode)

    return rater


def _message(scene: Scene, deroule: Deroule, segur: Any, *a: str) -> Any:
    destinataires = [adresse.format(nom=scene.fiche.nom, matricule=scene.fiche.matricule) for adresse in a]
    scene.filet.secret(*destinataires)
    message = scene.mss(segur).preparer(deroule.document, a=destinataires, pdf=PDF)
    scene.vu(message)
    return message


def _preparer(*a: str) -> Any:
    return local(lambda scene, deroule, segur: _message(scene, deroule, segur, *a))


def _envoyer(*a: str, autorisation: Autorisation = ENVOYER) -> Appel:
    return lambda scene, deroule, segur: scene.mss(segur).envoyer(_message(scene, deroule, segur, *a), autorisation)


def _sans_operateur(config: Configuration) -> Configuration:
    """Nobody listens where the operator should be."""
    with socket.socket() as libre:
        libre.bind(("127.0.0.1", 0))
        adresse = f"localhost:{libre.getsockname()[1]}"
    environment = config.environment
    absents = tuple(o.model_copy(update={"smtp": adresse, "imap": adresse}) for o in environment.operateurs_mss)
    return replace(config, environment=environment.model_copy(update={"operateurs_mss": absents}))


def _certificat_revoque(operation: Appel) -> Any:
    def jouer(scene: Scene, deroule: Deroule, mode: str) -> object:
        with bac_pour(scene.dossier) as autre:
            autre.revoquer(autre.certificats(scene.dossier.structure).mss.certificat)
            return appel(operation, config=lambda _: autre.config)(scene, deroule, mode)

    return jouer


def _alteree(scene: Scene, deroule: Deroule, segur: Any) -> Recit[object]:
    scene.bac.pannes.activer("alter-archive")
    envoi = yield _envoyer(URGENCES_BAL)(scene, deroule, segur)
    assert isinstance(envoi, MessageEnvoye)
    recu = (yield scene.hopital(segur).mss.relever())[-1]
    accuse = yield scene.hopital(segur).mss.accuser(recu, ErreurIntegration.AUTRE)
    retours = yield scene.mss(segur).relever()
    scene.vu(recu, accuse, retours)
    return recu.archive


def _deux_personnes(scene: Scene, deroule: Deroule, segur: Any) -> object:
    usager = deroule.document.entete.usager
    autre = usager.model_copy(update={"ipp": usager.ipp.model_copy(update={"valeur": scene.fiche.matricule})})
    entete = deroule.document.entete.model_copy(update={"usager": autre})
    documents = (deroule.document, replace(deroule.document, entete=entete))
    return scene.mss(segur).preparer(documents, a=URGENCES_BAL, pdf=(PDF, PDF))


def _autre_identite(scene: Scene, deroule: Deroule, segur: Any) -> Recit[object]:
    """The document of one person under the identity of another."""
    trouvee = yield scene.session(segur).insi.rechercher(TraitsIdentite.model_validate(AUTRE_TRAITS))
    autre = trouvee.identite.qualifier(ControleIdentite.CARTE_IDENTITE, par=URGENTISTE)
    dmp = scene.session(segur).dmp
    accord = Autorisation.accorder(ActeSocle.ALIMENTER_DMP, "information délivrée")
    return (yield dmp.alimenter(dmp.preparer(deroule.document, autre), accord))


def _recue(deroule: Deroule, **champs: str) -> Any:
    archive = deroule.archive
    return archive.identite.model_copy(update=champs)


def _cle_refusee(scene: Scene, deroule: Deroule, mode: str) -> object:
    trousseau, cle = scene.bac.trousseau, scene.bac.trousseau.cle_annuaire()
    scene.filet.secret(fausse := "cle-d-api-canari")
    trousseau.definir_cle_annuaire(Secret(fausse))
    try:
        return appel(_verifier)(scene, deroule, mode)
    finally:
        trousseau.definir_cle_annuaire(cle)


def _verifier(scene: Scene, _: Deroule, segur: Any) -> Any:
    return scene.session(segur).annuaire.verifier_boite(f"{scene.fiche.nom}@{DOMAINE}")


def _retour(scene: Scene, segur: Any, **changes: Secret) -> Recit[Any]:
    """A login of which what was kept is not what was sent."""
    demande = yield segur.psc.preparer()
    retour = scene.bac.naviguer(demande.url, acteur=URGENTISTE)
    scene.filet.secret(demande.url, retour, *(s.reveler() for s in (demande.state, demande.nonce)))
    connexion = yield segur.psc.terminer(replace(demande, **changes), retour)
    scene.vu(connexion)
    return (yield segur.psc.terminer(demande, retour))


def _abandon(erreur: str) -> Any:
    """The browser comes back with an error that quotes the person."""

    def recit(scene: Scene, _: Deroule, segur: Any) -> Recit[object]:
        demande = yield segur.psc.preparer()
        texte = quote(f"{scene.fiche.adresse_citoyenne} {scene.fiche.matricule}")
        retour = f"error={erreur}&error_description={texte}&state={demande.state.reveler()}"
        return (yield segur.psc.terminer(demande, retour))

    return suite(recit)


def _courrier_hostile(accuse_a: str, *, accuser: bool) -> Any:
    def recit(scene: Scene, _: Deroule, segur: Any) -> Recit[object]:
        deposer(scene.bac, URGENCES_BAL, hostile(scene.fiche, accuse_a=accuse_a))
        hopital = scene.hopital(segur).mss
        recu = (yield hopital.relever())[-1]
        scene.filet.secret(recu.expediteur, *(piece.nom for piece in recu.pieces if piece.nom != "IHE_XDM.ZIP"))
        assert isinstance(recu.archive, ArchiveRefusee)
        scene.vu(recu)
        yield hopital.marquer_lu(recu)
        return (yield hopital.accuser(recu)) if accuser else recu

    return suite(recit)


def _accuse(disposition: str) -> Any:
    def recit(scene: Scene, deroule: Deroule, segur: Any) -> Recit[object]:
        octets = accuse_hostile(scene.fiche, disposition.format(nom=scene.fiche.nom), deroule.message.message_id)
        deposer(scene.bac, scene.boite, octets)
        recu = (yield scene.mss(segur).relever())[-1]
        assert recu.accuse.concerne(deroule.message)
        assert not recu.accuse.reussi
        yield scene.mss(segur).marquer_lu(recu)
        return recu

    return suite(recit)


INCONNUE = f"{{nom}}.{{matricule}}@{DOMAINE}"
OPPOSITION = Autorisation.refuser(ActeSocle.ENVOYER_MSS, "la personne s'y est opposée")

ACCROCS: dict[str, Accroc] = {
    "destinataire hors de l'espace": Accroc(ChampInvalideError, _preparer("{nom}.{matricule}@exemple.fr")),
    "destinataire qui n'est pas une adresse": Accroc(ChampInvalideError, _preparer("{nom} {matricule}")),
    "adresse d'un autre citoyen": Accroc(ChampInvalideError, _preparer(AUTRE)),
    "pièce trop lourde": Accroc(
        ChampInvalideError,
        local(lambda scene, d, s: scene.mss(s).preparer(d.document, a=URGENCES_BAL, pdf=PDF + bytes(20 << 20))),
    ),
    "deux personnes": Accroc(DocumentInvalideError, local(_deux_personnes)),
    "identité d'une autre personne": Accroc(DocumentInvalideError, suite(_autre_identite)),
    "boîte inconnue": Accroc(MessageEnvoye, appel(_envoyer(URGENCES_BAL, INCONNUE))),
    "boîtes toutes inconnues": Accroc(EnvoiRefuse, appel(_envoyer(INCONNUE, f"{{nom}}@{DOMAINE}"))),
    "message d'une autre boîte": Accroc(
        ChampInvalideError, appel(lambda sc, d, s: sc.hopital(s).mss.envoyer(d.message, ENVOYER))
    ),
    "envoi refusé par la personne": Accroc(EnvoiNonAutorise, appel(_envoyer(URGENCES_BAL, autorisation=OPPOSITION))),
    "opérateur absent, envoi": Accroc(TransportError, appel(_envoyer(URGENCES_BAL), config=_sans_operateur)),
    "opérateur absent, relève": Accroc(
        TransportError, appel(lambda sc, _, s: sc.mss(s).relever(), config=_sans_operateur)
    ),
    "opérateur en panne": Accroc(ServiceError, sous_panne("503-then-ok", "mss", appel(_envoyer(URGENCES_BAL)))),
    "réponse perdue après le point": Accroc(
        TransportError, sous_panne("accept-then-lose-reply", "mss", appel(_envoyer(URGENCES_BAL)))
    ),
    "certificat révoqué, envoi": Accroc(CertificatRefuseError, _certificat_revoque(_envoyer(URGENCES_BAL))),
    "archive altérée": Accroc(ArchiveRefusee, suite(_alteree)),
    "personne inconnue": Accroc(UsagerInconnu, local(lambda _, d, __: rapprocher(_recue(d), []))),
    "personne discordante": Accroc(
        InsDiscordante,
        local(lambda _, d, __: rapprocher(_recue(d, nom_naissance="AUTRE", date_naissance="19000101"), [d.identite])),
    ),
    "annuaire en panne": Accroc(ServiceError, sous_panne("503-then-ok", "annuaire", appel(_verifier))),
    "clé de l'annuaire refusée": Accroc(JetonRefuseError, _cle_refusee),
    "recherche mal écrite": Accroc(
        ChampInvalideError,
        appel(lambda sc, _, s: sc.session(s).annuaire.rechercher_par_rpps(sc.fiche.adresse_citoyenne)),
    ),
    "mauvais state": Accroc(ConnexionRefuseeError, suite(lambda sc, _, s: _retour(sc, s, state=Secret("f" * 64)))),
    "mauvais nonce": Accroc(ConnexionRefuseeError, suite(lambda sc, _, s: _retour(sc, s, nonce=Secret("f" * 64)))),
    "mauvais vérificateur": Accroc(
        JetonRefuseError, suite(lambda sc, _, s: _retour(sc, s, verificateur=Secret("f" * 64)))
    ),
    "code présenté deux fois": Accroc(JetonRefuseError, suite(lambda sc, _, s: _retour(sc, s))),
    "connexion abandonnée": Accroc(ConnexionNonAboutie, _abandon("access_denied")),
    "connexion refusée par le service": Accroc(ServiceError, _abandon("server_error")),
    "courrier hostile": Accroc(MessageRecu, _courrier_hostile("{citoyenne}", accuser=False)),
    "courrier hostile, sans accusé possible": Accroc(
        ChampInvalideError, _courrier_hostile("{citoyenne}", accuser=True)
    ),
    "courrier hostile, accusé refusé": Accroc(ServiceError, _courrier_hostile("{expediteur}", accuser=True)),
    "accusé hostile": Accroc(MessageRecu, _accuse("processed/error: 904^{nom}")),
    "accusé hostile, disposition inventée": Accroc(MessageRecu, _accuse("error {nom}")),
}
