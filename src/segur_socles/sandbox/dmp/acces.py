"""Who calls, and in whose name: TLS certificate, addressing headers, then the VIHF, signed, fresh and used once."""

from __future__ import annotations

import base64
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography import x509
from lxml import etree

from segur_socles._core.soap import Requete
from segur_socles._core.x509 import load_der, verify_chain
from segur_socles._core.xml import q
from segur_socles._core.xmldsig import Verifie, verify_enveloped
from segur_socles.credentials.certificat import Certificat
from segur_socles.dmp.vihf import Vihf, lire_vihf
from segur_socles.errors import CredentialError, DocumentInvalideError, ReponseInvalideError, SignatureError
from segur_socles.personnes.structure import Structure
from segur_socles.sandbox.dmp.refus import CodeDmp, RefusError, exiger
from segur_socles.sandbox.dmp.vihf_regles import FRAICHEUR, REGLES, RENFORCEE, Presentation
from segur_socles.sandbox.service import Monde, RequeteSandbox

__all__ = ["Acces", "Appel", "certificat_refuse"]

_EMETTEUR: Final = "AC IGC-SANTE ELEMENTAIRE ORGANISATIONS"
_TEST: Final = "TEST "

# The wording integrators report (probable); the subcode is certain.
_PAS_DE_SIGNATURE: Final = "Not a valid signature certificate"


@dataclass(frozen=True, slots=True)
class Appel:
    """An authenticated call: what its VIHF says, for which known structure, at which instant."""

    requete: RequeteSandbox
    message: Requete
    vihf: Vihf
    structure: Structure
    maintenant: datetime

    @property
    def matricule(self) -> str:
        """The 15 characters of the INS the VIHF names."""
        return self.vihf.patient.id if self.vihf.patient else ""


class Acces:
    """Checks every call alike; remembers the assertions seen, so that none serves twice."""

    def __init__(self, monde: Monde) -> None:
        self._monde = monde
        self._vus: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def controler(self, requete: RequeteSandbox, message: Requete, *, action: str) -> Appel:
        """Check one call whose body is that of ``action``. Raises :class:`RefusError` at the first refusal."""
        self.adressage(requete, message, action=action)
        maintenant = self._monde.clock.now()
        tls = self._certificat_tls(requete)
        verifie = self._assertion(requete, message, maintenant)
        vihf = self._vihf(requete, verifie)
        requete.structure = vihf.structure
        signature = _lire(verifie.certificat, CodeDmp.CERTIFICAT_SIGNATURE)
        self._certificat_signature(requete, signature, vihf)
        structure = self._structure(requete, vihf, tls, signature)
        homologation = self._monde.logiciel.id_homologation_dmp
        self._contenu(requete, Presentation(vihf, verifie.certificat, maintenant, homologation))
        self._une_fois(requete, vihf, maintenant)
        return Appel(requete, message, vihf, structure, maintenant)

    def adressage(self, requete: RequeteSandbox, message: Requete, *, action: str) -> None:
        """Check the four addressing headers."""
        adresse = message.addressed
        # To may be empty: it is in the official samples. Absent is another matter.
        presents = {"MessageID": adresse.message_id, "Action": adresse.action, "ReplyTo": adresse.reply_to}
        absents = [nom for nom, valeur in presents.items() if not valeur] + ([] if adresse.to is not None else ["To"])
        exiger(
            requete,
            "WS-Addressing : quatre en-têtes",
            not absents,
            CodeDmp.ADRESSAGE_ABSENT,
            "A required header representing a Message Addressing Property is not present"
            f" (en-tête WS-Addressing obligatoire absent : {', '.join(absents)})",
        )
        exiger(
            requete,
            "WS-Addressing : Action = opération du corps",
            adresse.action == action,
            CodeDmp.ADRESSAGE_INVALIDE,
            "l'en-tête Action ne correspond pas au corps du message",
        )
        exiger(
            requete,
            "WS-Addressing : action HTTP = Action",
            requete.action in (None, adresse.action),
            CodeDmp.ADRESSAGE_INVALIDE,
            "le paramètre action de Content-Type diffère de l'en-tête Action",
        )
        exiger(
            requete,
            "WS-Addressing : MessageID = urn:uuid",
            (adresse.message_id or "").startswith("urn:uuid:"),
            CodeDmp.ADRESSAGE_INVALIDE,
            "MessageID doit être de la forme urn:uuid:…",
        )

    # --- certificates ------------------------------------------------------------------------------------

    def _certificat_tls(self, requete: RequeteSandbox) -> Certificat:
        # Chain, dates and revocation were checked in the handshake.
        brut = requete.certificat_client
        present = requete.verifier("TLS : certificat client", brut is not None, "aucun certificat présenté")
        if not present or brut is None:
            raise RefusError(CodeDmp.CERTIFICAT_TLS, "un certificat client est obligatoire (TLS mutuel)")
        certificat = _lire(brut, CodeDmp.CERTIFICAT_TLS)
        auth_cli = "clientAuth" in certificat.usages_etendus and "digitalSignature" in certificat.usages
        controles = (
            ("TLS : émis par l'AC des organisations", _organisation(certificat), "autorité émettrice inattendue"),
            ("TLS : certificat AUTH_CLI", auth_cli, "un certificat ORG AUTH_CLI est attendu"),
            ("TLS : structure dans OU", certificat.sujet.struct_idnat is not None, "OU sans identifiant de structure"),
        )
        for controle, ok, texte in controles:
            exiger(requete, controle, ok, CodeDmp.CERTIFICAT_TLS, texte)
        return certificat

    def _certificat_signature(self, requete: RequeteSandbox, certificat: Certificat, vihf: Vihf) -> None:
        # A public AIR token is signed with an AUTH_CLI certificate (GIE SESAM-Vitale samples, certain).
        usage = "nonRepudiation" in certificat.usages or vihf.mode == RENFORCEE
        controles = (
            ("VIHF : signé par une organisation", _organisation(certificat)),
            ("VIHF : certificat de signature (nonRepudiation)", usage),
        )
        for controle, ok in controles:
            exiger(requete, controle, ok, CodeDmp.CERTIFICAT_SIGNATURE, _PAS_DE_SIGNATURE)

    # --- the assertion -----------------------------------------------------------------------------------

    def _assertion(self, requete: RequeteSandbox, message: Requete, maintenant: datetime) -> Verifie:
        assertions = message.assertions
        exiger(
            requete,
            "VIHF : une assertion",
            len(assertions) == 1,
            CodeDmp.VIHF_ABSENT,
            f"une assertion attendue dans wsse:Security, {len(assertions)} trouvée(s)",
        )
        certificat = _certificat_joint(assertions[0])
        if certificat is not None:
            raison = certificat_refuse(self._monde, certificat, maintenant)
            if not requete.verifier("VIHF : certificat de signature valable", not raison, raison):
                raise RefusError(CodeDmp.CERTIFICAT_SIGNATURE, f"{_PAS_DE_SIGNATURE} ({raison})")
        try:
            ancres, intermediaires = self._monde.ancres, self._monde.intermediaires
            verifie = verify_enveloped(assertions[0], anchors=ancres, intermediates=intermediaires, at=maintenant)
        except (SignatureError, ReponseInvalideError) as error:
            raison = error.message
        else:
            requete.verifier("VIHF : signature", ok=True)
            return verifie
        requete.verifier("VIHF : signature", ok=False, detail=raison)
        raise RefusError(CodeDmp.VIHF_SIGNATURE, raison)

    def _vihf(self, requete: RequeteSandbox, verifie: Verifie) -> Vihf:
        try:
            vihf = lire_vihf(verifie.element)
        except DocumentInvalideError as error:
            raison = error.message
        else:
            requete.verifier("VIHF : lisible", ok=True)
            return vihf
        requete.verifier("VIHF : lisible", ok=False, detail=raison)
        raise RefusError(CodeDmp.VIHF_CONTENU, raison)

    def _structure(self, requete: RequeteSandbox, vihf: Vihf, tls: Certificat, signature: Certificat) -> Structure:
        structure = self._monde.structures.get(vihf.structure)
        connue = requete.verifier("VIHF : structure connue", structure is not None, "structure inconnue ou inactive")
        if not connue or structure is None:
            raise RefusError(CodeDmp.VIHF_STRUCTURE, "Identifiant_Structure : structure inconnue ou inactive")
        # OU may be that of the legal entity: a known link is checked, not equality (GCS e-santé Bretagne, probable).
        for nom, certificat in (("TLS", tls), ("de signature", signature)):
            exiger(
                requete,
                f"VIHF : structure liée au certificat {nom}",
                certificat.sujet.struct_idnat in structure.idnats_lies,
                CodeDmp.VIHF_STRUCTURE,
                f"Identifiant_Structure n'est ni l'OU du certificat {nom}, ni liée à elle (EJ, EG)",
            )
        return structure

    def _contenu(self, requete: RequeteSandbox, presentation: Presentation) -> None:
        # Every rule leaves its verdict in the journal; the answer, like the national one, gives the first refusal.
        refus = [r for r in REGLES if not requete.verifier(r.controle, r.respectee(presentation), r.texte)]
        if refus:
            raise RefusError(refus[0].code, refus[0].texte)

    def _une_fois(self, requete: RequeteSandbox, vihf: Vihf, maintenant: datetime) -> None:
        with self._lock:
            # Older ones would be refused as stale.
            self._vus = {ident: vu for ident, vu in self._vus.items() if maintenant - vu <= 2 * FRAICHEUR}
            nouveau = vihf.id not in self._vus
            self._vus.setdefault(vihf.id, maintenant)
        exiger(requete, "VIHF : jamais présenté", nouveau, CodeDmp.VIHF_REJOUE, "assertion déjà présentée (même ID)")


def certificat_refuse(monde: Monde, certificat: x509.Certificate, at: datetime) -> str:
    """Say why a signing certificate is not accepted at this instant (chain, dates, revocation); empty if it is."""
    try:
        verify_chain(certificat, intermediates=monde.intermediaires, anchors=monde.ancres, at=at)
    except SignatureError as error:
        return error.message
    return "certificat révoqué" if monde.revoque(certificat, at) else ""


def _certificat_joint(assertion: etree._Element) -> x509.Certificate | None:
    """Read the certificate of KeyInfo; None leaves it to the verifier to say what is wrong."""
    noeud = assertion.find(f"{q('ds:Signature')}/{q('ds:KeyInfo')}/{q('ds:X509Data')}/{q('ds:X509Certificate')}")
    if noeud is None:
        return None
    try:
        return load_der(base64.b64decode("".join((noeud.text or "").split()), validate=True), what="VIHF")
    except (ValueError, SignatureError):
        return None


def _lire(brut: x509.Certificate, code: CodeDmp) -> Certificat:
    try:
        return Certificat.depuis(brut, quoi="certificat de l'appelant")
    except CredentialError as error:
        raison = error.message
    raise RefusError(code, raison)


def _organisation(certificat: Certificat) -> bool:
    return (certificat.emetteur_cn or "").removeprefix(_TEST) == _EMETTEUR
