"""What goes wrong with the record, INSi and the DMP: each must raise, and hold nothing of the person."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

from canari_histoire import CONSULTER
from canari_outils import Fiche
from chaine_outils import RESIDENTE, VITE, Chaine, jouer

from segur_socles.credentials.secret import Secret
from segur_socles.credentials.tls import CertificatTls
from segur_socles.credentials.usages import Contexte, Perimetre, Service
from segur_socles.dmp.lecture_types import DocumentsTrouves
from segur_socles.dmp.types import Accuse
from segur_socles.documents.cda.lecture import lire_entete
from segur_socles.dui.dossier import Dossier
from segur_socles.dui.parcours import deposer
from segur_socles.personnes.identite import Identite
from segur_socles.personnes.matricule import MatriculeIns
from segur_socles.personnes.professionnel import Motif, MoyenAuthentification
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import Segur

FICHE = Fiche(RESIDENTE)
RECORD, NOM, MATRICULE = FICHE.record, FICHE.nom, FICHE.matricule
MOT_DE_PASSE = "mot-de-passe-canari"
JUSTIFICATION = f"{NOM} est tombée"

COUPE = f"<ClinicalDocument>{NOM}".encode()
VIDE = f'<ClinicalDocument xmlns="urn:hl7-org:v3">{NOM}</ClinicalDocument>'.encode()

Ratage = Callable[[Sandbox, Chaine], object]


def _bac_arrete(_: Sandbox, chaine: Chaine) -> object:
    with Sandbox() as autre:
        config = autre.config
    return jouer("sync", chaine, "dmp.alimenter", config=config)


def _panne(nom: str, service: str, operation: str, fois: int) -> Ratage:
    def rater(bac: Sandbox, chaine: Chaine) -> object:
        bac.pannes.activer(nom, service=service, fois=fois)
        return jouer("async", chaine, operation)

    return rater


def _champ(*chemin: str | int, valeur: object) -> Ratage:
    """A record with one field that is wrong and holds canaries."""

    def rater(_: Sandbox, __: Chaine) -> object:
        record = json.loads(json.dumps(RECORD))
        cible = record
        for part in chemin[:-1]:
            cible = cible[part]
        cible[chemin[-1]] = valeur
        return Dossier.model_validate_json(json.dumps(record))

    return rater


def _p12(bac: Sandbox, chaine: Chaine) -> object:
    structure = chaine.dossier.structure
    contexte = Contexte(
        production=False, maintenant=bac.config.clock.now(), perimetre=Perimetre(structure.struct_idnat)
    )
    p12 = bac.certificats(structure).dmp.p12(Secret("un-autre"))
    return CertificatTls.charger_p12(
        p12, Secret(MOT_DE_PASSE), service=Service.DMP, contexte=contexte, ancres=bac.pki.ancres()
    )


def _altere(bac: Sandbox, chaine: Chaine) -> object:
    """A document that is not the one its entry describes."""
    with Segur(bac.config, policy=VITE) as segur:
        acteur = bac.acteur.model_copy(update={"moyen": MoyenAuthentification.PRO_SANTE_CONNECT})
        session = segur.au_nom_de(acteur, motif=Motif.URGENCE, justification=JUSTIFICATION)
        depose = deposer(session, chaine.dossier, chaine.identite, chaine.document(session))
        assert isinstance(depose, Accuse)
        trouves = session.dmp.rechercher(chaine.identite, CONSULTER)
        assert isinstance(trouves, DocumentsTrouves)
        autre = replace(trouves.documents[-1], hash="0" * 40)
        return session.dmp.lire(autre, chaine.identite, CONSULTER)


def _par_un_trait(bac: Sandbox, chaine: Chaine) -> object:
    """A name and a number where the identifier of a document is expected."""
    with Segur(bac.config, policy=VITE) as segur:
        acteur = bac.acteur.model_copy(update={"moyen": MoyenAuthentification.CPS})
        session = segur.au_nom_de(acteur, motif=Motif.URGENCE, justification=JUSTIFICATION)
        return session.dmp.lire(f"{NOM} {MATRICULE}", chaine.identite, CONSULTER)


def _sans_connexion(bac: Sandbox, chaine: Chaine) -> object:
    with Segur(bac.config, policy=VITE) as segur:
        session = segur.au_nom_de(bac.acteur, motif=Motif.URGENCE, justification=JUSTIFICATION)
        return session.dmp.rechercher(chaine.identite, CONSULTER)


RATAGES: dict[str, Ratage] = {
    "bac arrêté": _bac_arrete,
    "INSi en panne": _panne("503-then-ok", "insi", "insi.rechercher", 9),
    "réponse perdue pour de bon": _panne("accept-then-lose-reply", "dmp", "dmp.alimenter", 9),
    "registre muet": _panne("503-then-ok", "dmp", "dmp.tester_existence", 9),
    "document lu altéré": _altere,
    "document lu par un trait": _par_un_trait,
    "consultation sans connexion": _sans_connexion,
    "écart non décidé": lambda _, chaine: chaine.qualifiee.trouvee.identite.accepter(chaine.dossier.acteur),
    "trait refusé": _champ("usager", "traits", "nom_naissance", valeur=f"{NOM} 9"),
    "date refusée": _champ(
        "usager", "traits", "date_naissance", valeur=RECORD["usager"]["traits"]["date_naissance"] + "T00:00"
    ),
    "nombre pour un texte": _champ("usager", "traits", "prenoms", 0, valeur=int(MATRICULE)),
    "liste pour un texte": _champ("usager", "adresse", "voie", valeur=[NOM]),
    "code inconnu": _champ("soins", "allergies", "items", 0, "type", valeur=NOM),
    "texte de contrôle": _champ("soins", "commentaire", valeur=f"{NOM} \x07"),
    "JSON coupé": lambda _, __: Dossier.model_validate_json(RESIDENTE.read_bytes()[:900]),
    "matricule faux": lambda _, __: MatriculeIns.lire(MATRICULE[:14] + "7", "1.2.250.1.213.1.4.8"),
    "stockage abîmé": lambda _, chaine: Identite.depuis_stockage(
        chaine.identite.vers_stockage() | {"controle": {"par": NOM}}
    ),
    "traits construits de force": lambda _, __: TraitsIdentite.model_construct(nom_naissance=f"{NOM} 8"),
    "document illisible": lambda _, __: lire_entete(COUPE),
    "document sans en-tête": lambda _, __: lire_entete(VIDE),
    "mauvais mot de passe": _p12,
}  # fmt: skip
