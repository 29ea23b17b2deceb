"""The whole story with one record, under either facade: everything it handles goes into the net."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from canari_outils import Fiche, Filet
from chaine_outils import Recit

from segur_socles.dmp.lecture_types import DocumentLu, DocumentsTrouves
from segur_socles.dmp.types import Accuse, DmpOuvert
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.rendu.pdf import pdf_a
from segur_socles.dui.dossier import Dossier
from segur_socles.dui.droits import autorisation_alimentation, autorisation_envoi
from segur_socles.dui.parcours import rediger
from segur_socles.ins.types import InsTrouvee
from segur_socles.mss.annuaire.types import BoiteConnue, ProfessionnelTrouve
from segur_socles.mss.types import MessageEnvoye, MessagePret
from segur_socles.personnes.adresses_mss import adresse_citoyenne
from segur_socles.personnes.autorisation import ActeSocle, Autorisation
from segur_socles.personnes.identite import ControleIdentite, IdentiteQualifiee
from segur_socles.personnes.professionnel import Acteur, Motif
from segur_socles.personnes.rapprochement import UsagerReconnu, rapprocher
from segur_socles.psc.types import SessionPsc
from segur_socles.sandbox.donnees import CABINET, URGENCES, URGENTISTE
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.trace.sinks import TraceSink
from segur_socles.xds.xdm_lecture import ArchiveLue

CONSULTER = Autorisation.accorder(ActeSocle.CONSULTER_DMP, "urgence vitale")
ENVOYER = Autorisation.accorder(ActeSocle.ENVOYER_MSS, "information délivrée")
PDF = b"%PDF-1.4\nessai"


@contextmanager
def bac_pour(dossier: Dossier, travail: Path | None = None) -> Generator[Sandbox]:
    """A sandbox that knows the record's structure, its mailbox and the hospital; its key is not to be seen."""
    with Sandbox(dossier=travail, acteur=dossier.acteur) as bac:
        assert dossier.boite
        bac.ajouter_boite(dossier.structure, dossier.boite)
        for structure in (URGENCES, CABINET):
            bac.ajouter_structure(structure)
        yield bac


@dataclass
class Scene:
    """What every story needs: the record, the sandbox, the net."""

    fiche: Fiche
    dossier: Dossier
    bac: Sandbox
    filet: Filet
    traces: TraceSink

    @classmethod
    def ouvrir(cls, fiche: Fiche, bac: Sandbox, traces: TraceSink) -> Scene:
        filet = Filet(fiche.canaris)
        filet.secret(bac.trousseau.cle_annuaire().reveler(), f"{fiche.nom} est tombée", fiche.adresse_citoyenne)
        return cls(fiche, Dossier.lire(fiche.chemin), bac, filet, traces)

    @property
    def justification(self) -> str:
        return f"{self.fiche.nom} est tombée"

    @property
    def boite(self) -> str:
        assert self.dossier.boite
        return self.dossier.boite.adresse

    def vu(self, *valeurs: object) -> None:
        for valeur in valeurs:
            self.filet.valeur(valeur)

    def mss(self, segur: Any) -> Any:
        """The client of the record's own mailbox."""
        return self.session(segur).mss_de(self.boite)

    def session(self, segur: Any) -> Any:
        session = segur.au_nom_de(self.dossier.acteur, motif=Motif.URGENCE, justification=self.justification)
        self.vu(session, session.appelant)
        return session

    def hopital(self, segur: Any) -> Any:
        return segur.automate(URGENCES, responsable=URGENTISTE.professionnel, motif=Motif.PRISE_EN_CHARGE)


@dataclass
class Deroule:
    """What the story leaves to the failures: they happen to this person, with these documents."""

    identite: IdentiteQualifiee
    document: DocumentCda
    message: MessagePret
    archive: ArchiveLue


def histoire(scene: Scene, segur: Any) -> Recit[Deroule]:
    """From the login to the emergency doctor's screen."""
    dossier, bac, vu = scene.dossier, scene.bac, scene.vu
    yield from connecter(scene, segur, dossier.acteur)
    session = scene.session(segur)
    trouvee = yield session.insi.rechercher(dossier.usager.identite)
    assert isinstance(trouvee, InsTrouvee)
    decision = dossier.qualification
    assert decision
    identite = trouvee.identite.qualifier(
        *(decision.controle, decision.par, decision.le, decision.differences_acceptees.par_trait),
        dossier.usager.identite,
    )
    scene.filet.secret(adresse_citoyenne(identite))
    document = rediger(session, dossier, identite)
    vu(segur, bac.config, bac.trousseau, bac.mss, dossier, dossier.carnet, trouvee, identite, document)

    existence = yield session.dmp.tester_existence(identite)
    assert isinstance(existence, DmpOuvert)
    lot = session.dmp.preparer(document, identite)
    jour = document.entete.date_creation.date()
    depose = yield session.dmp.alimenter(lot, autorisation_alimentation(dossier, session.acteur, jour))
    assert isinstance(depose, Accuse)
    vu(existence, lot, depose)

    destinataires = yield from destinataires_de(scene, session)
    mss = session.mss_de(scene.boite)
    message = mss.preparer(document, a=destinataires, pdf=pdf_a(document.octets, document.entete.date_creation))
    envoi = yield mss.envoyer(message, autorisation_envoi(dossier, session.acteur, jour))
    assert isinstance(envoi, MessageEnvoye)
    vu(mss, message, envoi)
    patiente, archive = yield from recevoir(scene, segur, identite)
    (retour,) = yield mss.relever()
    assert retour.accuse.concerne(message)
    yield mss.marquer_lu(retour)
    vu(retour)

    yield from la_nuit(scene, segur, patiente)
    return Deroule(identite, document, message, archive)


def connecter(scene: Scene, segur: Any, acteur: Acteur) -> Recit[SessionPsc]:
    """Log in; all that passed through the browser, and every token, is a canary."""
    demande = yield segur.psc.preparer()
    retour = scene.bac.naviguer(demande.url, acteur=acteur)
    (code,) = parse_qs(urlsplit(retour).query)["code"]
    scene.filet.secret(code, *(s.reveler() for s in (demande.state, demande.nonce, demande.verificateur)))
    connexion = yield segur.psc.terminer(demande, retour)
    assert isinstance(connexion, SessionPsc)
    scene.vu(demande, connexion, connexion.choix, connexion.acteur(structure=acteur.structure))
    rafraichie = yield segur.psc.rafraichir(connexion)
    adieu = yield segur.psc.deconnecter(rafraichie)
    scene.vu(rafraichie, adieu)
    for jetons in (connexion.jetons, rafraichie.jetons):
        scene.filet.secret(*(s.reveler() for s in (jetons.acces, jetons.identite, jetons.rafraichissement) if s))
    return connexion


def destinataires_de(scene: Scene, session: Any) -> Recit[list[str]]:
    """The emergency department, checked in the directory, and the attending physician."""
    urgences = scene.dossier.carnet[0].adresse
    boite = yield session.annuaire.verifier_boite(urgences)
    assert isinstance(boite, BoiteConnue)
    medecin = scene.dossier.usager.medecin_traitant
    assert medecin
    fiche = yield session.annuaire.rechercher_par_rpps(medecin.id_nat)
    assert isinstance(fiche, ProfessionnelTrouve)
    structure = yield session.annuaire.rechercher_par_finess(URGENCES.finess_eg)
    liste = yield session.annuaire.rechercher_professionnels(medecin.nom)
    scene.filet.secret(*(b.adresse for b in (*fiche.boites, *structure.boites)))
    scene.vu(boite, fiche, structure, liste)
    return [urgences, fiche.boites[0].adresse]


def recevoir(scene: Scene, segur: Any, identite: IdentiteQualifiee) -> Recit[tuple[IdentiteQualifiee, ArchiveLue]]:
    """At the hospital: read, match, acknowledge, mark. What the message names is a canary."""
    hopital = scene.hopital(segur)
    (recu,) = yield hopital.mss.relever()
    assert isinstance(recu.archive, ArchiveLue)
    noms = [piece.nom for piece in recu.pieces if piece.nom != "IHE_XDM.ZIP"]
    assert noms
    scene.filet.secret(recu.objet, *noms, recu.expediteur, *recu.destinataires)
    connue = yield hopital.insi.rechercher(identite.traits)
    patiente = connue.identite.qualifier(ControleIdentite.CARTE_IDENTITE, par=URGENTISTE)
    rapproche = rapprocher(recu.archive.identite, [patiente])
    assert isinstance(rapproche, UsagerReconnu)
    accuse = yield hopital.mss.accuser(recu)
    yield hopital.mss.marquer_lu(recu)
    scene.vu(recu, rapproche, accuse)
    return patiente, recu.archive


def la_nuit(scene: Scene, segur: Any, patiente: IdentiteQualifiee) -> Recit[None]:
    """The emergency doctor logs in, searches, reads."""
    connexion = yield from connecter(scene, segur, URGENTISTE)
    urgentiste = connexion.acteur(structure=URGENCES)
    nuit = segur.au_nom_de(urgentiste, motif=Motif.URGENCE, justification=scene.justification)
    trouves = yield nuit.dmp.rechercher(patiente, CONSULTER)
    assert isinstance(trouves, DocumentsTrouves)
    lu = yield nuit.dmp.lire(trouves.documents[-1], patiente, CONSULTER)
    assert isinstance(lu, DocumentLu)
    assert scene.fiche.nom.upper().encode() in lu.octets
    scene.vu(nuit, trouves, lu, scene.bac.dmp.acces_a(patiente.matricule))
