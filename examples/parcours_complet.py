"""De la connexion de l'infirmière à l'écran du médecin urgentiste : l'histoire entière d'un document de liaison.

``segur-socles demo`` joue ce fichier ; ``python examples/parcours_complet.py`` aussi. Chaque scène tient en quelques
appels de l'interface publique ; le narrateur met en mots ce qui se passe et garde les fichiers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from segur_socles import (
    Accuse,
    ActeSocle,
    ArchiveLue,
    Autorisation,
    BoiteConnue,
    ControleIdentite,
    DmpOuvert,
    DocumentCda,
    DocumentLu,
    DocumentsTrouves,
    IdentiteQualifiee,
    InsTrouvee,
    MessageEnvoye,
    Motif,
    ProfessionnelTrouve,
    Sandbox,
    Segur,
    Session,
    SessionPsc,
    UsagerReconnu,
    page_html,
    pdf_a,
    rapprocher,
)
from segur_socles.dui import (
    Correspondant,
    Dossier,
    RoleCorrespondant,
    autorisation_envoi,
    deposer,
    qualifier,
    rediger,
)
from segur_socles.errors import AccesRefuseError
from segur_socles.sandbox.donnees import URGENCES, URGENTISTE

if TYPE_CHECKING:
    from segur_socles.cli.narrateur import Narrateur

T = TypeVar("T")


def parcours(bac: Sandbox, segur: Segur, dossier: Dossier, narrateur: Narrateur) -> None:
    """Jouer l'histoire, de l'EHPAD aux urgences. Une issue qui n'est pas celle attendue l'arrête, et dit pourquoi."""
    bac.ajouter_structure(URGENCES)
    depot = a_l_ehpad(bac, segur, dossier, narrateur)
    patiente = par_messagerie(segur, dossier, depot, narrateur)
    la_nuit(bac, segur, patiente, narrateur)


@dataclass(frozen=True)
class Depot:
    """Ce que l'EHPAD a fait : au nom de qui, pour qui, et le document."""

    session: Session
    identite: IdentiteQualifiee
    document: DocumentCda
    pdf: bytes


def a_l_ehpad(bac: Sandbox, segur: Segur, dossier: Dossier, narrateur: Narrateur) -> Depot:
    """Se connecter, qualifier l'identité, écrire le document, alimenter le DMP."""
    with narrateur.scene("Qui est au clavier ?", "psc", "Pro Santé Connect, e-CPS") as scene:
        demande = segur.psc.preparer()
        retour = bac.naviguer(demande.url, acteur=dossier.acteur)  # son navigateur et son téléphone
        connexion = attendre(SessionPsc, segur.psc.terminer(demande, retour))
        infirmiere = connexion.acteur(structure=dossier.structure)
        session = segur.au_nom_de(infirmiere, motif=Motif.PRISE_EN_CHARGE)
        scene.conclure(f"Connexion vérifiée : {infirmiere.professionnel.affichage} agit pour {dossier.structure.nom}")

    with narrateur.scene("L'identité est qualifiée", "insi", "INSi, recherche par traits") as scene:
        qualifiee = qualifier(session, dossier)
        identite = qualifiee.identite
        for essai in qualifiee.trouvee.essais:
            scene.dire(f"{essai.tentative} → code {essai.code.value}")
        for ecart in qualifiee.trouvee.identite.differences:
            scene.dire(f"écart accepté, {ecart.libelle} : saisi {ecart.local}, reçu d'INSi {ecart.recu}")
        if decision := dossier.qualification:
            scene.dire(
                f"décidé par {decision.par.nom}, le {decision.le:%d/%m/%Y}, au vu de : {decision.controle.libelle}"
            )
        if identite.prenom_utilise:
            scene.dire(f"prénom utilisé conservé : {identite.prenom_utilise}")
        scene.conclure(f"Identité {identite.statut.value}")

    with narrateur.scene("Le document est écrit", "structure", "CDA R2, modèle DLU 2022.01") as scene:
        document = rediger(session, dossier, identite)
        page, pdf = page_html(document.octets), pdf_a(document.octets, document.entete.date_creation)
        scene.garder("dlu.xml", document.octets)
        scene.garder("dlu.html", page.encode())
        scene.garder("dlu.pdf", pdf)
        scene.prouver(f"écrit par {dossier.structure.nom}", document.octets)
        scene.conclure(f"Document écrit, {len(document.octets) / 1024:.0f} Kio, avec sa page et son PDF")

    with narrateur.scene("Le DMP est alimenté", "dmp", "DMP, TD0.2 puis TD2.1 (INDIRECTE)") as scene:
        existence = attendre(DmpOuvert, session.dmp.tester_existence(identite))
        scene.dire(existence.explication)
        accuse = attendre(Accuse, deposer(session, dossier, identite, document))
        for constat in accuse.avertissements:
            scene.dire(f"à savoir : {constat}")
        scene.conclure(accuse.explication)

    return Depot(session, identite, document, pdf)


def par_messagerie(segur: Segur, dossier: Dossier, depot: Depot, narrateur: Narrateur) -> IdentiteQualifiee:
    """Trouver à qui écrire, envoyer, recevoir aux urgences, rendre l'accusé ; donner l'identité que tient l'hôpital."""
    session = depot.session

    with narrateur.scene("À qui écrire ?", "annuaire", "Annuaire Santé, FHIR") as scene:
        # L'annuaire ne dit pas quelle boîte est celle des urgences : elle vient du carnet de la structure.
        urgences = attendre(Correspondant, dossier.correspondant(RoleCorrespondant.URGENCES))
        attendre(BoiteConnue, session.annuaire.verifier_boite(urgences.adresse))
        scene.dire(f"{urgences.nom} : boîte du carnet, publiée par l'annuaire")
        adresses = [urgences.adresse]
        if medecin := dossier.usager.medecin_traitant:
            fiche = session.annuaire.rechercher_par_rpps(medecin.id_nat)
            scene.dire(f"{medecin.affichage}, médecin traitant. {fiche.explication}")
            if isinstance(fiche, ProfessionnelTrouve):
                adresses += [boite.adresse for boite in fiche.boites[:1]]  # la boîte préférée
        scene.conclure(f"Boîtes trouvées : {len(adresses)}")

    mss = session.mss_de(dossier.boite.adresse if dossier.boite else None)

    with narrateur.scene("Le message est envoyé, lu et accusé", "mss", "MSSanté, SMTP et IMAP") as scene:
        message = mss.preparer(depot.document, a=adresses, pdf=depot.pdf)
        autorisation = autorisation_envoi(dossier, session.acteur, message.date.date())
        envoi = attendre(MessageEnvoye, mss.envoyer(message, autorisation))
        scene.garder("message.eml", message.octets)
        scene.dire(envoi.explication)

        # À l'hôpital : la boîte des urgences est relevée, l'archive vérifiée, la personne reconnue, l'accusé rendu.
        hopital = segur.automate(URGENCES, responsable=URGENTISTE.professionnel, motif=Motif.PRISE_EN_CHARGE)
        recu = next(lu for lu in hopital.mss.relever() if lu.message_id == message.message_id)
        archive = attendre(ArchiveLue, recu.archive)
        connue = attendre(InsTrouvee, hopital.insi.rechercher(depot.identite.traits)).identite
        patiente = connue.qualifier(ControleIdentite.CARTE_IDENTITE, par=URGENTISTE)
        scene.dire(attendre(UsagerReconnu, rapprocher(archive.identite, [patiente])).explication)
        scene.garder("IHE_XDM.ZIP", next(p.octets for p in recu.pieces if p.nom == "IHE_XDM.ZIP"))
        scene.prouver(f"reçu par {URGENCES.nom}", archive.documents[0].octets)
        hopital.mss.accuser(recu)
        hopital.mss.marquer_lu(recu)

        retour_accuse = next(lu.accuse for lu in mss.relever() if lu.accuse and lu.accuse.concerne(message))
        scene.conclure(retour_accuse.explication)

    return patiente


def la_nuit(bac: Sandbox, segur: Segur, patiente: IdentiteQualifiee, narrateur: Narrateur) -> None:
    """Se connecter aux urgences, chercher dans le DMP, ouvrir le document."""
    with narrateur.scene(
        "3 heures du matin, aux urgences", "urgences", "PSC, puis DMP en mode AIR : TD3.1, TD3.2"
    ) as scene:
        demande = segur.psc.preparer()
        retour = bac.naviguer(demande.url, acteur=URGENTISTE)
        urgentiste = attendre(SessionPsc, segur.psc.terminer(demande, retour)).acteur(structure=URGENCES)
        nuit = segur.au_nom_de(urgentiste, motif=Motif.URGENCE, justification=JUSTIFICATION)
        urgence = Autorisation.accorder(ActeSocle.CONSULTER_DMP, "urgence vitale, personne hors d'état de s'exprimer")
        trouves = attendre(DocumentsTrouves, nuit.dmp.rechercher(patiente, urgence))
        scene.dire(trouves.explication)
        lu = attendre(DocumentLu, nuit.dmp.lire(trouves.documents[-1], patiente, urgence))
        scene.prouver("lu dans le DMP par l'urgentiste", lu.octets)
        for acces in bac.dmp.acces_a(patiente.matricule):
            scene.dire(f"dans les traces de la personne : {acces.operation}, {acces.accesseur}, motif {acces.usage}")
        scene.conclure(lu.explication)


JUSTIFICATION = "perte de connaissance, amenée par les pompiers, traitements inconnus"


def attendre(issue: type[T], resultat: object) -> T:
    """Continuer avec cette issue-là seulement : toute autre dit d'elle-même pourquoi l'histoire s'arrête."""
    if isinstance(resultat, issue):
        return resultat
    raise AccesRefuseError(getattr(resultat, "explication", "Rien n'a été reçu."), remede="lire docs/parcours.md")


if __name__ == "__main__":
    import sys

    from segur_socles.cli.main import main

    sys.argv.insert(1, "demo")
    main()
