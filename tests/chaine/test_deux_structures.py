"""Two structures, one process, 32 threads: certificate, Issuer, Identifiant_Structure and author never crossed."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest
from chaine_outils import Chaine, preparer

from segur_socles._core.mtom import read_multipart
from segur_socles._core.run import Exchange
from segur_socles._core.soap import read_request
from segur_socles.dmp.types import Accuse, DmpOuvert
from segur_socles.dmp.vihf import lire_vihf
from segur_socles.documents.cda.lecture import lire_entete
from segur_socles.dui.droits import autorisation_alimentation
from segur_socles.errors import CredentialError
from segur_socles.ins.types import InsTrouvee
from segur_socles.personnes.professionnel import Acteur, Motif, Professionnel
from segur_socles.sandbox.donnees import FOYER
from segur_socles.sandbox.sandbox import Sandbox
from segur_socles.segur.facade import Segur
from segur_socles.xds.ebrim_lecture import lire_entree, lire_lot, lire_soumission

FILS, TOURS = 32, 3

AU_FOYER = Acteur(
    professionnel=Professionnel.model_validate(
        {"id_nat": "899700000027", "nom": "MODELE", "prenom": "Hugo", "profession": "G15_60"}
    ),
    structure=FOYER,
)


@dataclass(frozen=True)
class Vu:
    """Where one feed says which structure sends it."""

    issuer: str
    identifiant_structure: str
    utilisateur: str
    institutions: frozenset[str]
    auteurs: frozenset[str]
    cda: str | None


def lire(exchange: Exchange) -> Vu:
    contenu = b"".join(exchange.request.body.chunks())
    message = read_multipart(contenu, dict(exchange.request.headers)["Content-Type"], what="essai")
    requete = read_request(message.root)
    vihf = lire_vihf(requete.assertions[0])
    soumission = lire_soumission(requete.body)
    lot, entrees = lire_lot(soumission.lot), [lire_entree(entree) for entree in soumission.entrees]
    auteurs = [lot.auteur, *(entree.auteurs[0] for entree in entrees)]
    cda = next(octets for sink in message.parts.values() if b"<ClinicalDocument" in (octets := sink.content()))
    auteur = lire_entete(cda).auteurs[0]
    structure = auteur.structure
    return Vu(
        issuer=vihf.emetteur,
        identifiant_structure=vihf.structure,
        utilisateur=vihf.utilisateur,
        institutions=frozenset(a.institution.id for a in auteurs if a.institution),
        auteurs=frozenset(a.personne.id for a in auteurs),
        cda=structure.identifiant if structure else None,
    )


def test_never_crossed() -> None:
    with Sandbox() as sandbox:
        sandbox.ajouter_structure(FOYER)
        chaine = preparer(sandbox)
        acteurs = (chaine.dossier.acteur, AU_FOYER)
        vus: list[Vu] = []
        verrou = threading.Lock()

        def observer(exchange: Exchange) -> None:
            if exchange.label == "dmp.alimenter":
                vu = lire(exchange)
                with verrou:
                    vus.append(vu)

        depart = threading.Barrier(FILS)
        avant = len(sandbox.journal.entrees)
        with Segur(sandbox.config, observer=observer) as segur:

            def travailler(rang: int) -> None:
                acteur = acteurs[rang % 2]
                dossier = chaine.dossier.model_copy(
                    update={"structure": acteur.structure, "auteur": acteur.professionnel}
                )
                session = segur.au_nom_de(acteur, motif=Motif.PRISE_EN_CHARGE)
                accord = autorisation_alimentation(dossier, acteur, chaine.config.clock.now().date())
                depart.wait(timeout=30)
                for _ in range(TOURS):
                    assert isinstance(session.insi.rechercher(chaine.identite.traits), InsTrouvee)
                    assert isinstance(session.dmp.tester_existence(chaine.identite), DmpOuvert)
                    lot = session.dmp.preparer(chaine.document(session, dossier), chaine.identite)
                    assert isinstance(session.dmp.alimenter(lot, accord), Accuse)

            with ThreadPoolExecutor(FILS) as pool:
                for fait in [pool.submit(travailler, rang) for rang in range(FILS)]:
                    fait.result(timeout=100)

        entrees = sandbox.journal.entrees[avant:]
        assert all(verdict.ok for entree in entrees for verdict in entree.verdicts)
        par_structure = FILS // 2 * TOURS
        # The journal's structure is that of the TLS client certificate (INSi) or of the assertion checked against it.
        assert Counter((e.service, e.structure) for e in entrees) == {
            ("insi", acteurs[0].structure.struct_idnat): par_structure,
            ("insi", AU_FOYER.structure.struct_idnat): par_structure,
            ("dmp", acteurs[0].structure.struct_idnat): 2 * par_structure,
            ("dmp", AU_FOYER.structure.struct_idnat): 2 * par_structure,
        }
        attendus = Counter(
            {
                Vu(
                    issuer=sandbox.certificats(acteur.structure).signature.certificat.sujet_rfc4514,
                    identifiant_structure=acteur.structure.struct_idnat,
                    utilisateur=acteur.professionnel.id_nat,
                    institutions=frozenset({acteur.structure.struct_idnat}),
                    auteurs=frozenset({acteur.professionnel.id_nat}),
                    cda=acteur.structure.struct_idnat,
                ): par_structure
                for acteur in acteurs
            }
        )
        assert Counter(vus) == attendus


def test_certificates_of_another_structure_cannot_be_put_in_the_keyring(chaine: Chaine, bac: Sandbox) -> None:
    etranger = bac.trousseau.certificat_signature(chaine.dossier.structure.finess_eg)
    with pytest.raises(CredentialError, match="n'a pas été chargé pour la structure"):
        bac.trousseau.ajouter(FOYER.finess_eg, etranger)
    with Segur(bac.config) as segur, pytest.raises(CredentialError, match="n'est pas dans le trousseau"):
        segur.au_nom_de(AU_FOYER, motif=Motif.PRISE_EN_CHARGE).insi.rechercher(chaine.identite.traits)
