"""Paul VIAL, who does not exist, his documents and their messages."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from io import BytesIO
from typing import Any

from segur_socles._core.ids import SeededIds
from segur_socles.config.logiciel import Logiciel
from segur_socles.documents.cda.ecriture import ecrire_document
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.entete import Entete
from segur_socles.documents.modeles.dlu import Dlu
from segur_socles.mss.redaction import rediger_message
from segur_socles.mss.reperes import Reperes
from segur_socles.mss.types import MessagePret
from segur_socles.personnes.boite import BoiteStructure
from segur_socles.personnes.identite import ControleIdentite, Decision, Identite, PreuveControle, ReponseIns
from segur_socles.personnes.matricule import MatriculeIns, OidIns, calculer_cle
from segur_socles.personnes.professionnel import Acteur
from segur_socles.personnes.traits import TraitsIdentite
from segur_socles.personnes.usager import IdentifiantLocal, Usager
from segur_socles.xds.xdm import ecrire_xdm

MOMENT = datetime(2026, 6, 1, 10, 0, tzinfo=timezone(timedelta(hours=2)))
NUMERO = "1781175112001"
CITOYEN = f"{NUMERO}{calculer_cle(NUMERO)}@patient.mssante.fr"
MEDECIN = "jean.dupont@medecin.mssante.fr"
PDF = b"%PDF-1.4\n" + bytes(range(256)) * 3
BOITE = BoiteStructure(adresse="infirmerie@ehpad-les-tilleuls.mssante.fr", nom="EHPAD Les Tilleuls – infirmerie")
REPERES = Reperes(
    message_id="<20260601100000.4f2c@ehpad-les-tilleuls.mssante.fr>",
    envid="4f2c",
    frontiere="B1",
    date=MOMENT,
)
TRAITS = TraitsIdentite.model_validate(
    {
        "nom_naissance": "VIAL",
        "prenoms": ["PAUL"],
        "sexe": "M",
        "date_naissance": "1978-11-26",
        "lieu_naissance": "75112",
    }
)
ACTEUR = Acteur.model_validate(
    {
        "professionnel": {"id_nat": "899900000017", "nom": "MARTIN", "prenom": "Zoé", "profession": "G15_60"},
        "structure": {"nom": "EHPAD Les Tilleuls", "finess_eg": "990000019", "secteur": "SA17", "cadre": "ESSMS"},
    }
)
LOGICIEL = Logiciel(nom="DUI FICTIF", version="4.2", instance="9f1f7a4e", oid_racine="1.2.250.1.999.1.1.99001")


def qualifiee(traits: TraitsIdentite = TRAITS, numero: str = NUMERO) -> Identite:
    par = ACTEUR.intervenant
    reponse = ReponseIns(
        matricule=MatriculeIns.lire(numero + calculer_cle(numero), OidIns.NIR_TEST),
        traits=traits,
        message_id="uuid:1",
        recue_le=datetime(2026, 1, 1, tzinfo=UTC),
        environnement="bac à sable",
        production=False,
    )
    controle = PreuveControle(controle=ControleIdentite.CARTE_IDENTITE, par=par, le=MOMENT)
    return Identite(traits=traits).controler(controle).accepter(reponse, Decision(par=par, le=MOMENT))


def entete(numero: int = 1, identite: Identite | None = None, ipp: str = "RES-1", **champs: Any) -> Entete:
    donnees: dict[str, Any] = {
        "id": f"1.2.250.1.999.1.1.99001.1.{numero}",
        "set_id": f"1.2.250.1.999.1.1.99001.5.{numero}",
        "type": "74207-2",
        "titre": "Document de liaison d'urgence",
        "date_creation": MOMENT,
        "usager": Usager(
            identite=identite or qualifiee(),
            ipp=IdentifiantLocal(valeur=ipp, oid="1.2.250.1.999.1.1.99001.2"),
        ),
        "auteur": ACTEUR,
        "acte": {
            "code": {"code": "34117-2", "systeme": "2.16.840.1.113883.6.1", "libelle": "Historique et clinique"},
            "debut": MOMENT,
        },
    }
    return Entete.model_validate(donnees | champs)


def document(numero: int = 1, identite: Identite | None = None, **champs: Any) -> DocumentCda:
    """A document whose bytes are no CDA: what writes the message does not look inside."""
    return DocumentCda(f"<ClinicalDocument n='{numero}'/>".encode(), entete(numero, identite, **champs), "1.2.3", False)


def zipper(*documents: DocumentCda) -> bytes:
    sortie = BytesIO()
    with zipfile.ZipFile(sortie, "w") as archive:
        archive.writestr(zipfile.ZipInfo("IHE_XDM/SUBSET01/METADATA.XML"), b"<metadonnees/>")
        for rang, doc in enumerate(documents, 1):
            archive.writestr(zipfile.ZipInfo(f"IHE_XDM/SUBSET01/DOC{rang:04d}.XML"), doc.octets)
    return sortie.getvalue()


def rediger(*documents: DocumentCda, **options: Any) -> MessagePret:
    envoyes = documents or (document(),)
    reglages: dict[str, Any] = {
        "pdfs": [PDF] * len(envoyes),
        "boite": BOITE,
        "destinataires": [MEDECIN],
        "nil": "DUI000001",
        "reperes": REPERES,
    } | options
    return rediger_message(envoyes, reglages.pop("archive", None) or zipper(*envoyes), **reglages)


@cache
def dlu(*, avec_ins: bool = True) -> DocumentCda:
    identite = qualifiee() if avec_ins else Identite(traits=TRAITS)
    return ecrire_document(Dlu(), entete(identite=identite), SeededIds(7))


def xdm(*documents: DocumentCda) -> bytes:
    return ecrire_xdm(
        documents,
        acteur=ACTEUR,
        logiciel=LOGICIEL,
        lot_id="1.2.250.1.999.1.1.99001.3.1",
        heure=MOMENT,
        contact=BOITE.adresse,
    )


def remplacer(octets: bytes, *couples: tuple[bytes, bytes]) -> bytes:
    """Change a message; each change must change something."""
    for ancien, nouveau in couples:
        assert ancien in octets, ancien
        octets = octets.replace(ancien, nouveau)
    return octets
