"""Letters and notes go where the liaison document goes: the DMP of the sandbox, and an archive for a mailbox."""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import Any

import pytest
from chaine_outils import VITE, Chaine
from lxml import etree

from segur_socles.dmp.types import Accuse
from segur_socles.documents.cda.ecriture import PAR_DEFAUT, ContenuDocument, ecrire_document
from segur_socles.documents.document import DocumentCda
from segur_socles.documents.entete import Entete
from segur_socles.documents.modeles.liaison_entree import LettreLiaisonEntree
from segur_socles.documents.modeles.liaison_sortie import LettreLiaisonSortie
from segur_socles.documents.modeles.pdf import DocumentPdf, NoteLiaison
from segur_socles.personnes.professionnel import Motif
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import Segur
from segur_socles.segur.session import Session
from segur_socles.xds.xdm import ecrire_xdm
from segur_socles.xds.xdm_lecture import ArchiveLue, lire_xdm

IHE = "1.3.6.1.4.1.19376.1.2.3"
ANS = "1.2.250.1.213.1.1.4.2.282"
RIM = {"r": "urn:oasis:names:tc:ebxml-regrep:xsd:rim:3.0"}
FORMAT = "urn:uuid:a09d5840-386c-46f2-b5ad-9c3699a4309d"

PDF = b"%PDF-1.4\n<pdfaid:part>1</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>\n%%EOF\n"

ENVOIS: dict[str, tuple[ContenuDocument, str | None, str]] = {
    "lettre d'entrée": (LettreLiaisonEntree(), None, f"urn:asip:ci-sis:ldl-ees:2017 {ANS}"),
    "lettre de sortie": (
        LettreLiaisonSortie.model_validate({"statut": "9571008"}),
        None,
        f"urn:asip:ci-sis:ldl-ses:2017 {ANS}",
    ),
    "note": (NoteLiaison.ciblee("Chute", donnees="Au sol"), "28653-4", f"urn:ihe:iti:xds-sd:pdf:2008 {IHE}"),
    "PDF": (DocumentPdf(pdf=PDF), "80788-3", f"urn:ihe:iti:xds-sd:pdf:2008 {IHE}"),
}


def rediger(session: Session, chaine: Chaine, nom: str) -> DocumentCda:
    """Write the content under the header of the record's own liaison document."""
    contenu, type_document, _ = ENVOIS[nom]
    dlu, ids, racine = chaine.document(session).entete, session.appelant.ids, session.appelant.logiciel.oid_racine
    commun = {champ: getattr(dlu, champ) for champ in ("date_creation", "usager", "auteur")}
    champs: dict[str, Any] = {"id": ids.oid(racine), "set_id": ids.oid(racine), **commun}
    if type_document:
        champs["type"] = type_document
    return ecrire_document(contenu, Entete.du_modele(PAR_DEFAUT[type(contenu)], **champs), ids)


@pytest.mark.parametrize("nom", ENVOIS)
def test_the_sandbox_files_it_and_gives_it_back_in_an_archive(nom: str, bac: Sandbox, chaine: Chaine) -> None:
    with Segur(bac.config, policy=VITE) as segur:
        session = segur.au_nom_de(chaine.dossier.acteur, motif=Motif.PRISE_EN_CHARGE)
        document = rediger(session, chaine, nom)
        lot = session.dmp.preparer(document, chaine.identite)
        assert isinstance(session.dmp.alimenter(lot, chaine.autorisation), Accuse)
    deposes = [d for d in bac.dmp.documents_de(chaine.identite.matricule) if d.unique_id == document.unique_id]
    assert len(deposes) == 1
    archive = ecrire_xdm(
        [document],
        acteur=chaine.dossier.acteur,
        logiciel=bac.config.logiciel,
        lot_id="1.2.250.1.999.1.1.99001.3.77",
        heure=document.entete.date_creation,
        contact="EHPAD <infirmerie@essai.mssante.fr>",
    )
    lue = lire_xdm(archive)
    assert isinstance(lue, ArchiveLue)
    assert [d.octets for d in lue.documents] == [document.octets]
    with zipfile.ZipFile(BytesIO(archive)) as zip_:
        metadonnees = etree.fromstring(zip_.read("IHE_XDM/SUBSET01/METADATA.XML"))
    (classification,) = metadonnees.xpath(f"//r:Classification[@classificationScheme='{FORMAT}']", namespaces=RIM)
    systeme = classification.xpath("string(r:Slot[@name='codingScheme']//r:Value)", namespaces=RIM)
    assert f"{classification.get('nodeRepresentation')} {systeme}" == ENVOIS[nom][2]
