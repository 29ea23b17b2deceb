"""INSi as the sandbox plays it: retrieval by traits or by carte Vitale, with a software certificate or a card."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from lxml import etree

from segur_socles._core.mtom import media_type_of
from segur_socles._core.soap import Requete, read_request
from segur_socles._core.xml import q
from segur_socles.credentials.certificat import Certificat
from segur_socles.credentials.usages import Contexte, Perimetre, Usage, controler
from segur_socles.errors import ReponseInvalideError
from segur_socles.sandbox.donnees import PERSONNES, PersonneInsi
from segur_socles.sandbox.insi.assertion import verifier_assertion
from segur_socles.sandbox.insi.entetes import Contextes, lire_contextes, verifier_message_id
from segur_socles.sandbox.insi.fautes import RefusInsi, ecrire_faute
from segur_socles.sandbox.insi.recherche import RACINE, Trouvaille, chercher, lire_demande
from segur_socles.sandbox.insi.reponses import OID_NIR, ecrire_reponse
from segur_socles.sandbox.insi.vitale import RACINE_VITALE, chercher_vitale, lire_demande_vitale
from segur_socles.sandbox.pannes import Effet, Pannes
from segur_socles.sandbox.service import Monde, ReponseSandbox, RequeteSandbox

__all__ = ["CHEMIN", "Mode", "ReglagesInsi", "ServiceInsi"]

CHEMIN: Final = "/lps"
"""The one path of the national service; the SOAP action tells the operations apart (certain)."""

_SERVICE: Final = "urn:ServiceIdentiteCertifiee:1.0.0:"
_TRAITS: Final = f"{_SERVICE}rechercherInsAvecTraitsIdentite"
_VITALE: Final = f"{_SERVICE}rechercherInsAvecCarteVitale"
_RACINES: Final = {_TRAITS: RACINE, _VITALE: RACINE_VITALE}
_TYPE: Final = "application/soap+xml"
_LIMITE: Final = 1024 * 1024
"""Bytes of a request; a true one has less than 10 KB."""


class Mode(StrEnum):
    """How the caller is authenticated; one listener each, as the national service has one host each."""

    CERTIFICAT = "certificat"
    CARTE = "carte"


@dataclass(frozen=True, slots=True)
class ReglagesInsi:
    """What may be chosen: behave as the qualification platform for unknown people, the OID answered, the people."""

    qualification: bool = False
    oid: str = OID_NIR
    personnes: Sequence[PersonneInsi] = PERSONNES


class ServiceInsi:
    """A strict INSi. A request that a national rule refuses gets the national fault, another one ``SANDBOX_…``."""

    nom = "insi"
    operations = MappingProxyType({_TRAITS: "insi.rechercher", _VITALE: "insi.rechercher_par_vitale"})

    def __init__(self, monde: Monde, mode: Mode, pannes: Pannes, reglages: ReglagesInsi | None = None) -> None:
        self._monde = monde
        self._mode = mode
        self._pannes = pannes
        self._reglages = reglages or ReglagesInsi()
        self._rangs = itertools.count()

    async def traiter(self, requete: RequeteSandbox) -> ReponseSandbox:
        """Answer a request: 200 with a result, or 500 with a fault."""
        if requete.chemin != CHEMIN:
            return ReponseSandbox(404)
        if requete.methode != "POST":
            return ReponseSandbox(405, entetes={"allow": "POST"})
        octets = await requete.lire(_LIMITE)
        try:
            corps = self._chercher(requete, self._lire(requete, octets))
        except RefusInsi as refus:
            requete.code = refus.code
            if refus.detail and all(verdict.ok for verdict in requete.verdicts):
                requete.verifier("demande", ok=False, detail=refus.detail)
            return _soap(500, ecrire_faute(refus, requete.message_id))
        return _soap(200, corps)

    def _lire(self, requete: RequeteSandbox, octets: bytes) -> Requete:
        """Read the envelope and everything that says who calls, and for which operation."""
        type_recu = media_type_of(requete.type_de_contenu)[0]
        if not requete.verifier("Content-Type", type_recu == _TYPE, f"{_TYPE} attendu"):
            raise RefusInsi("SANDBOX_CONTENT_TYPE", f"Content-Type : {_TYPE} attendu")
        try:
            soap = read_request(octets)
        except ReponseInvalideError as error:
            requete.verifier("enveloppe SOAP 1.2", ok=False, detail=error.message)
            raise RefusInsi("SANDBOX_ENVELOPPE", error.message) from None
        self._verifier_action(requete, soap)
        verifier_message_id(requete, soap.addressed.message_id)
        contextes = lire_contextes(requete, soap)
        connue = contextes.autorisation == self._monde.logiciel.numero_autorisation_insi
        if not requete.verifier("numéro d'autorisation du logiciel", connue, "inconnu"):
            raise RefusInsi("desir_550")
        self._authentifier(requete, soap, contextes)
        return soap

    def _verifier_action(self, requete: RequeteSandbox, soap: Requete) -> None:
        action = soap.addressed.action
        requete.operation = self.operations.get(action or "")
        if not requete.verifier("wsa:Action", requete.operation is not None, "absente ou inconnue"):
            raise RefusInsi("SANDBOX_OPERATION", "wsa:Action absente, ou qui ne nomme pas une opération d'INSi")
        # Early working clients left the HTTP parameter out; a contradiction is another matter.
        if not requete.verifier("action HTTP = wsa:Action", requete.action in (None, action), "les deux diffèrent"):
            raise RefusInsi("SANDBOX_ACTION", "le paramètre action de Content-Type et wsa:Action diffèrent")
        racine = _RACINES[action or ""]
        if not requete.verifier("corps conforme à l'action", soap.body.tag == racine):
            raise RefusInsi("SANDBOX_CORPS", f"le corps attendu est {etree.QName(racine).localname}")

    def _authentifier(self, requete: RequeteSandbox, soap: Requete, contextes: Contextes) -> None:
        if self._mode is Mode.CARTE:
            vitale = soap.body.tag == RACINE_VITALE
            attendus = frozenset({verifier_assertion(requete, soap, self._monde, vitale=vitale)})
        else:
            attendus = self._verifier_certificat(requete, soap)
        # The rule of certificate mode was not published; what works is the OU of the certificate.
        if not requete.verifier("Emetteur", contextes.emetteur in attendus, "n'est pas celui qui est authentifié"):
            raise RefusInsi("SANDBOX_EMETTEUR", "Emetteur n'est pas celui que l'authentification désigne")

    def _verifier_certificat(self, requete: RequeteSandbox, soap: Requete) -> frozenset[str]:
        """Check the TLS certificate and give the identifiers its structure is known by."""
        brut = requete.certificat_client
        if not requete.verifier("certificat client", brut is not None, "absent ou illisible") or brut is None:
            raise RefusInsi("desir_560")
        certificat = Certificat.depuis(brut, quoi="certificat client")
        requete.structure = certificat.sujet.struct_idnat
        structure = self._monde.structures.get(requete.structure or "")
        if not requete.verifier("structure du certificat", structure is not None, "inconnue") or structure is None:
            raise RefusInsi("SANDBOX_STRUCTURE", "la structure du certificat (OU) n'est pas connue du bac à sable")
        perimetre = Perimetre(structure.struct_idnat, frozenset(i for i in structure.idnats_lies if i[0] in "13"))
        contexte = Contexte(production=False, maintenant=self._monde.clock.now(), perimetre=perimetre)
        constats = controler(certificat, Usage.TLS_INSI, contexte)
        detail = " ; ".join(constat.message for constat in constats)
        if not requete.verifier("certificat INSI-AUTO ou INSI-MANU", not constats, detail):
            raise RefusInsi("desir_560")
        sans_assertion = q("wsse:Security") not in soap.headers
        if not requete.verifier("pas d'assertion avec un certificat logiciel", sans_assertion):
            raise RefusInsi("SANDBOX_ASSERTION_INTERDITE", "mode certificat : l'en-tête Security doit être absent")
        return perimetre.tous

    def _chercher(self, requete: RequeteSandbox, soap: Requete) -> bytes:
        # Once the request is known to be in order: a fault asked for hides no mistake of the caller.
        if panne := self._pannes.prendre(Effet.FAUTER, self.nom, requete.operation):
            raise RefusInsi(panne.nom)
        trouvaille = self._trouver(requete, soap)
        requete.code = trouvaille.code
        return ecrire_reponse(trouvaille.code, trouvaille.personne, next(self._rangs), oid=self._reglages.oid)

    def _trouver(self, requete: RequeteSandbox, soap: Requete) -> Trouvaille:
        personnes, qualification = self._reglages.personnes, self._reglages.qualification
        if soap.body.tag == RACINE_VITALE:
            return chercher_vitale(lire_demande_vitale(requete, soap), personnes, qualification=qualification)
        return chercher(lire_demande(soap.body), personnes, qualification=qualification)


def _soap(statut: int, corps: bytes) -> ReponseSandbox:
    return ReponseSandbox(statut, corps, {"content-type": f"{_TYPE}; charset=utf-8"})
