"""People, documents and archives for the XDM tests; archives of others are made by hand with zipfile."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO
from typing import Any

from segur_socles._core.ids import SeededIds
from segur_socles.config.logiciel import Logiciel
from segur_socles.documents.cda.ecriture import ecrire_document
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.entete import Entete
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.personnes.identite import ControleIdentite, Decision, Identite, PreuveControle, ReponseIns
from segur_socles.personnes.matricule import MatriculeIns, OidIns
from segur_socles.personnes.professionnel import Acteur
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.personnes.usager import IdentifiantLocal, Usager
from segur_socles.xds.xdm import ecrire_xdm

MOMENT = datetime(2026, 1, 15, 10, 30, tzinfo=timezone(timedelta(hours=1)))
METADONNEES = "IHE_XDM/SUBSET01/METADATA.XML"
DOCUMENT = "IHE_XDM/SUBSET01/DOC0001.XML"
CONTACT = "EHPAD Les Tilleuls & Cie <infirmerie@ehpad-tilleuls.mssante.fr>"

TRAITS = TraitsIdentite.model_validate(
    {
        "nom_naissance": "D'ARTAGNAN",
        "prenoms": ["MARIE-ELISE", "JEANNE"],
        "sexe": "F",
        "date_naissance": "1935-07-14",
        "lieu_naissance": "69123",
    }
)
AUTRE = TRAITS.model_copy(update={"nom_naissance": "MARTIN"})

ACTEUR = Acteur.model_validate(
    {
        "professionnel": {"id_nat": "899900000017", "nom": "MARTIN", "prenom": "Zoé", "profession": "G15_60"},
        "structure": {
            "nom": "EHPAD Les Tilleuls & Cie",
            "finess_eg": "990000019",
            "secteur": "SA17",
            "cadre": "ESSMS",
        },
    }
)
LOGICIEL = Logiciel(
    nom="DUI <Essai>",
    version="4.2",
    instance="9f1f7a4e",
    oid_racine="1.2.250.1.999.1.1.99001",
    editeur="Éditeur fictif",
)


def identite(traits: TraitsIdentite = TRAITS, matricule: str = "235079999999960") -> Identite:
    par = ACTEUR.intervenant
    reponse = ReponseIns(
        matricule=MatriculeIns.lire(matricule, OidIns.NIR_TEST),
        traits=traits,
        message_id="uuid:1",
        recue_le=datetime(2026, 1, 1, tzinfo=UTC),
        environnement="bac à sable",
        production=False,
    )
    controle = PreuveControle(controle=ControleIdentite.CARTE_IDENTITE, par=par, le=MOMENT)
    saisie = Identite(traits=traits, nom_utilise="Dartagnan-Lœuil", prenom_utilise="Élise")
    return saisie.controler(controle).accepter(reponse, Decision(par=par, le=MOMENT))


def sans_ins(traits: TraitsIdentite = TRAITS) -> Identite:
    return Identite(traits=traits, nom_utilise="Dartagnan-Lœuil", prenom_utilise="Élise")


def document(numero: int = 1, personne: Identite | None = None, **champs: Any) -> DocumentCda:
    donnees: dict[str, Any] = {
        "id": f"1.2.250.1.999.1.1.99001.1.{numero}",
        "set_id": f"1.2.250.1.999.1.1.99001.5.{numero}",
        "type": "74207-2",
        "titre": "Document de liaison <d'urgence>",
        "date_creation": MOMENT,
        "usager": Usager(
            identite=personne or identite(),
            ipp=IdentifiantLocal(valeur="RES-000123", oid="1.2.250.1.999.1.1.99001.2"),
        ),
        "auteur": ACTEUR,
        "acte": {
            "code": {"code": "34117-2", "systeme": "2.16.840.1.113883.6.1", "libelle": "Historique et clinique"},
            "debut": datetime(2026, 1, 15, 8, 0, tzinfo=UTC),
        },
    }
    return ecrire_document(Dlu(), Entete.model_validate(donnees | champs), SeededIds(7))


def archive(*documents: DocumentCda, **options: Any) -> bytes:
    reglages: dict[str, Any] = {
        "acteur": ACTEUR,
        "logiciel": LOGICIEL,
        "lot_id": "1.2.250.1.999.1.1.99001.3.1",
        "heure": MOMENT,
        "contact": CONTACT,
    }
    return ecrire_xdm(documents or (document(),), **(reglages | options))


def contenu(octets: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(octets)) as lue:
        return {nom: lue.read(nom) for nom in lue.namelist()}


def zipper(membres: Mapping[str, bytes], methode: int = zipfile.ZIP_DEFLATED) -> bytes:
    sortie = BytesIO()
    with zipfile.ZipFile(sortie, "w", methode) as ecrite:
        for nom, octets in membres.items():
            ecrite.writestr(nom, octets)
    return sortie.getvalue()


def changer(octets: bytes, nom: str, modifier: Callable[[bytes], bytes]) -> bytes:
    """Write the archive again with one member changed; the change must change something."""
    membres = contenu(octets)
    change = modifier(membres[nom])
    assert change != membres[nom]
    return zipper(membres | {nom: change})


def remplacer(octets: bytes, ancien: str, nouveau: str, *, nom: str = DOCUMENT) -> bytes:
    """Change a document, and give the metadata the size and the hash of what it has become."""
    membres = contenu(octets)
    avant = membres[nom]
    apres = avant.replace(ancien.encode(), nouveau.encode())
    assert apres != avant
    metadonnees = membres[METADONNEES].decode()
    for vieux, neuf in ((_sha1(avant), _sha1(apres)), (f">{len(avant)}<", f">{len(apres)}<")):
        metadonnees = metadonnees.replace(vieux, neuf)
    return zipper(membres | {nom: apres, METADONNEES: metadonnees.encode()})


def _sha1(octets: bytes) -> str:
    return hashlib.sha1(octets).hexdigest()
