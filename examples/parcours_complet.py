"""De la connexion de l'infirmière à l'écran du médecin urgentiste : l'histoire entière d'un document de liaison.

``segur-socles demo`` joue ce fichier ; ``python examples/parcours_complet.py`` aussi. Chaque scène tient en quelques
appels de l'interface publique ; le narrateur met en mots ce qui se passe et garde les fichiers. Quand une porte est
fermée (DMP, opposition, boîte inconnue), l'histoire le dit et continue par celles qui restent.
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
    CriteresDmp,
    DmpOuvert,
    DocumentCda,
    DocumentLu,
    DocumentsTrouves,
    ErreurIntegration,
    IdentiteQualifiee,
    InsTrouvee,
    MessageEnvoye,
    MessagePret,
    Motif,
    ProfessionnelTrouve,
    Sandbox,
    Segur,
    Session,
    SessionPsc,
    Sexe,
    TraitsIdentite,
    UsagerReconnu,
    page_html,
    pdf_a,
    rapprocher,
)
from segur_socles.dui import Dossier, RoleCorrespondant, autorisation_envoi, deposer, qualifier, rediger
from segur_socles.errors import AccesRefuseError
from segur_socles.sandbox.donnees import URGENCES, URGENTISTE

if TYPE_CHECKING:
    from segur_socles.cli.narrateur import Narrateur, Scene

T = TypeVar("T")

JUSTIFICATION = "perte de connaissance, amenée par les pompiers, traitements inconnus"

ADMISSIONS = [
    TraitsIdentite(
        nom_naissance="TCHITCHI", prenoms=("CATARINA", "BELLA"), sexe=Sexe.FEMININ, date_naissance="1936-06-21"
    ),
    TraitsIdentite(nom_naissance="ADRUN", prenoms=("ZOE",), sexe=Sexe.FEMININ, date_naissance="1975-12-31"),
    TraitsIdentite(nom_naissance="ADRTROIS", prenoms=("TOUSSAINT",), sexe=Sexe.MASCULIN, date_naissance="1960-01-01"),
    TraitsIdentite(nom_naissance="ADRTROIS", prenoms=("DOMINIQUE",), sexe=Sexe.FEMININ, date_naissance="1997-02-26"),
]
"""Ce que les admissions de l'hôpital ont lu sur des cartes d'identité, bien avant ce jour."""


@dataclass(frozen=True)
class Depot:
    """Ce que l'EHPAD a fait : au nom de qui, pour qui, le document, et s'il est dans le DMP."""

    session: Session
    identite: IdentiteQualifiee
    document: DocumentCda
    pdf: bytes
    dans_le_dmp: bool


def parcours(bac: Sandbox, segur: Segur, dossier: Dossier, narrateur: Narrateur) -> None:
    """Jouer l'histoire, de l'EHPAD aux urgences."""
    bac.ajouter_structure(URGENCES)
    patients = patients_de_l_hopital(segur)
    depot = a_l_ehpad(bac, segur, dossier, narrateur)
    par_messagerie(segur, dossier, depot, patients, narrateur)
    patiente = next((p for p in patients if p.matricule == depot.identite.matricule), None)
    if patiente is None or not depot.dans_le_dmp:
        narrateur.passer(
            "La nuit n'est pas jouée : le document n'est pas dans le DMP d'une personne connue de l'hôpital."
        )
        return
    la_nuit(bac, segur, depot, patiente, narrateur)


def patients_de_l_hopital(segur: Segur) -> list[IdentiteQualifiee]:
    """L'hôpital a sa propre base : chacun y a été qualifié à son admission, sa carte d'identité en main."""
    admissions = segur.au_nom_de(URGENTISTE, motif=Motif.ADMISSION)
    connues = [attendre(InsTrouvee, admissions.insi.rechercher(traits)).identite for traits in ADMISSIONS]
    return [connue.qualifier(ControleIdentite.CARTE_IDENTITE, par=URGENTISTE) for connue in connues]


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
            controle = decision.controle.libelle
            scene.dire(f"décidé par {decision.par.nom}, le {decision.le:%d/%m/%Y}, au vu de : {controle}")
        if identite.prenom_utilise:
            scene.dire(f"prénom utilisé conservé : {identite.prenom_utilise}")
        scene.conclure(f"Identité {identite.statut.value}")

    with narrateur.scene("Le document est écrit", "structure", "CDA R2, modèle DLU 2022.01") as scene:
        document = rediger(session, dossier, identite)
        page, pdf = page_html(document), pdf_a(document, document.entete.date_creation)
        scene.garder("dlu.xml", document.octets)
        scene.garder("dlu.html", page.encode())
        scene.garder("dlu.pdf", pdf)
        scene.prouver(f"écrit par {dossier.structure.nom}", document.octets)
        scene.conclure(f"Document écrit, {len(document.octets) / 1024:.0f} Kio, avec sa page et son PDF")

    with narrateur.scene("Le dépôt dans le DMP", "dmp", "DMP, TD0.2 puis TD2.1 (INDIRECTE)") as scene:
        existence = session.dmp.tester_existence(identite)
        scene.dire(existence.explication)
        depot = deposer(session, dossier, identite, document) if isinstance(existence, DmpOuvert) else None
        if isinstance(depot, Accuse):
            scene.avertir(*(constat.message for constat in depot.avertissements))
        conclusion = depot.explication if depot else "Rien n'est déposé : reste la messagerie"
        scene.conclure(conclusion, aboutie=isinstance(depot, Accuse))

    return Depot(session, identite, document, pdf, dans_le_dmp=isinstance(depot, Accuse))


def par_messagerie(
    segur: Segur, dossier: Dossier, depot: Depot, patients: list[IdentiteQualifiee], narrateur: Narrateur
) -> None:
    """Trouver à qui écrire, envoyer, recevoir aux urgences, rendre l'accusé."""
    session, adresses = depot.session, list[str]()

    with narrateur.scene("À qui écrire ?", "annuaire", "Annuaire Santé, FHIR") as scene:
        # L'annuaire ne dit pas quelle boîte est celle des urgences : elle vient du carnet de la structure.
        if urgences := dossier.correspondant(RoleCorrespondant.URGENCES):
            boite = session.annuaire.verifier_boite(urgences.adresse)
            scene.dire(f"{urgences.nom}, adresse du carnet. {boite.explication}")
            adresses += [urgences.adresse] if isinstance(boite, BoiteConnue) else []
        if medecin := dossier.usager.medecin_traitant:
            fiche = session.annuaire.rechercher_par_rpps(medecin.id_nat)
            scene.dire(f"{medecin.affichage}, médecin traitant. {fiche.explication}")
            if isinstance(fiche, ProfessionnelTrouve):
                adresses += [boite.adresse for boite in fiche.boites[:1]]  # la boîte préférée
        scene.conclure(f"Boîtes trouvées : {len(adresses)}", aboutie=bool(adresses))

    if not adresses:
        narrateur.passer("Aucun message n'est envoyé : personne n'a de boîte connue.")
        return
    with narrateur.scene("Le message est envoyé, lu et accusé", "mss", "MSSanté, SMTP et IMAP") as scene:
        mss = session.mss_de(dossier.boite.adresse if dossier.boite else None)
        message = mss.preparer(depot.document, a=adresses, pdf=depot.pdf)
        envoi = mss.envoyer(message, autorisation_envoi(dossier, session.acteur, message.date.date()))
        scene.dire(envoi.explication)
        if not isinstance(envoi, MessageEnvoye):
            scene.conclure("Le message n'est pas parti", aboutie=False)
            return
        scene.garder("message.eml", message.octets)

        aux_urgences(segur, message, patients, scene)
        accuses = [lu.accuse for lu in mss.relever() if lu.accuse and lu.accuse.concerne(message)]
        conclusion = accuses[0].explication if accuses else "Aucun accusé n'est revenu"
        scene.conclure(conclusion, aboutie=bool(accuses) and accuses[0].reussi)


def aux_urgences(segur: Segur, message: MessagePret, patients: list[IdentiteQualifiee], scene: Scene) -> None:
    """À l'hôpital : relever la boîte, vérifier l'archive, reconnaître la personne, rendre l'accusé."""
    hopital = segur.automate(URGENCES, responsable=URGENTISTE.professionnel, motif=Motif.PRISE_EN_CHARGE)
    for recu in hopital.mss.relever():
        if recu.message_id != message.message_id:
            continue
        archive = attendre(ArchiveLue, recu.archive)
        scene.garder("IHE_XDM.ZIP", next(piece.octets for piece in recu.pieces if piece.nom == "IHE_XDM.ZIP"))
        scene.prouver(f"reçu par {URGENCES.nom}", archive.documents[0].octets)
        rapprochement = rapprocher(archive.identite, patients)
        scene.dire(rapprochement.explication)
        reconnu = isinstance(rapprochement, UsagerReconnu)
        hopital.mss.accuser(recu, None if reconnu else ErreurIntegration.du_code(rapprochement.code or ""))
        hopital.mss.marquer_lu(recu)  # en dernier : un message interrompu avant sera relevé de nouveau


def la_nuit(bac: Sandbox, segur: Segur, depot: Depot, patiente: IdentiteQualifiee, narrateur: Narrateur) -> None:
    """Se connecter aux urgences, chercher dans le DMP, ouvrir le document."""
    with narrateur.scene("La nuit, aux urgences", "urgences", "PSC, puis DMP en mode AIR : TD3.1, TD3.2") as scene:
        demande = segur.psc.preparer()
        retour = bac.naviguer(demande.url, acteur=URGENTISTE)
        urgentiste = attendre(SessionPsc, segur.psc.terminer(demande, retour)).acteur(structure=URGENCES)
        nuit = segur.au_nom_de(urgentiste, motif=Motif.URGENCE, justification=JUSTIFICATION)
        scene.dire(f"justification, à garder dans le dossier : {JUSTIFICATION}")
        urgence = Autorisation.accorder(ActeSocle.CONSULTER_DMP, "urgence vitale, personne hors d'état de s'exprimer")
        criteres = CriteresDmp(types=(depot.document.entete.type,))
        trouves = attendre(DocumentsTrouves, nuit.dmp.rechercher(patiente, urgence, criteres))
        scene.dire(trouves.explication)
        dernier = max(trouves.documents, key=lambda document: document.creation)
        lu = attendre(DocumentLu, nuit.dmp.lire(dernier, patiente, urgence))
        scene.prouver("lu dans le DMP par l'urgentiste", lu.octets)
        for acces in bac.dmp.acces_a(patiente.matricule):
            scene.dire(f"historique de la personne : {acces.nom}, {ACCES[acces.operation]}, {USAGES[acces.usage]}")
        scene.conclure(lu.explication)


ACCES = {"dmp.rechercher": "recherche de documents", "dmp.lire": "lecture du document"}
USAGES = {"bris_de_glace": "bris de glace", "normal": "accès normal"}


def attendre(issue: type[T], resultat: object) -> T:
    """Continuer avec cette issue-là seulement : toute autre dit d'elle-même pourquoi l'histoire s'arrête."""
    if isinstance(resultat, issue):
        return resultat
    explication = getattr(resultat, "explication", "L'issue attendue n'est pas venue.")
    raise AccesRefuseError(explication, remede="suivre le rapport, étape par étape, jusqu'à celle qui manque")


if __name__ == "__main__":
    import sys

    from segur_socles.cli.main import main

    sys.argv.insert(1, "demo")
    main()
