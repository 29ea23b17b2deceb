"""INSi requests written as text, with nothing of the library's own writers, and a plain client to send them."""

from __future__ import annotations

import ssl
import uuid
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx
from lxml import etree

from segur_socles.sandbox.pki import Emis
from segur_socles.sandbox.sandbox import Sandbox

SOAP = "http://www.w3.org/2003/05/soap-envelope"
SERVICE = "urn:ServiceIdentiteCertifiee:1.0.0:"
TRAITS = f"{SERVICE}rechercherInsAvecTraitsIdentite"
RESULTAT = "{http://www.cnamts.fr/INSiResultat}"


@dataclass(frozen=True)
class Demande:
    """Every part of a request can be replaced; ``None`` leaves it out."""

    nom: str | None = "ADRUN"
    prenom: str | None = "ZOE"
    sexe: str | None = "F"
    naissance: str | None = "1975-12-31"
    lieu: str | None = None
    action: str | None = TRAITS
    message_id: str | None = field(default_factory=lambda: f"uuid:{uuid.uuid4()}")
    emetteur: str = "1990000019"
    idam: str = '<IDAM R="4">A-OBTENIR</IDAM>'
    couverture: str = "<COUVERTURE/>"
    securite: str = ""
    corps: str | None = None
    type_de_contenu: str | None = f'application/soap+xml; charset=utf-8; action="{TRAITS}"'

    def avec(self, **parties: Any) -> Demande:
        return replace(self, **parties)

    def octets(self) -> bytes:
        maintenant = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
        commun = f"<Id>{uuid.uuid4()}</Id><Temps>{maintenant}</Temps><Emetteur>{self.emetteur}</Emetteur>"
        adressage = "".join(
            f'<wsa:{nom} xmlns:wsa="http://www.w3.org/2005/08/addressing">{valeur}</wsa:{nom}>'
            for nom, valeur in (("Action", self.action), ("MessageID", self.message_id))
            if valeur is not None
        )
        traits = "".join(
            f"<{nom}>{valeur}</{nom}>"
            for nom, valeur in (
                ("NomNaissance", self.nom),
                ("Prenom", self.prenom),
                ("Sexe", self.sexe),
                ("DateNaissance", self.naissance),
                ("LieuNaissance", self.lieu),
            )
            if valeur is not None
        )
        corps = self.corps or f'<RECSANSVITALE xmlns="http://www.cnamts.fr/INSiRecSans">{traits}</RECSANSVITALE>'
        return (
            f'<s:Envelope xmlns:s="{SOAP}"><s:Header>'
            f'<ContexteBAM xmlns="urn:siram:bam:ctxbam" Version="01_02" Nature="CTXBAM">{commun}{self.couverture}'
            "</ContexteBAM>"
            f'<ContexteLPS xmlns="urn:siram:lps:ctxlps" Version="01_00" Nature="CTXLPS">{commun}'
            f"<LPS>{self.idam}<Version>1.0</Version><Instance>{uuid.uuid4()}</Instance><Nom>urn:lps:DUI:1.0</Nom></LPS>"
            f"</ContexteLPS>{adressage}{self.securite}</s:Header><s:Body>{corps}</s:Body></s:Envelope>"
        ).encode()

    def entetes(self) -> dict[str, str]:
        return {} if self.type_de_contenu is None else {"content-type": self.type_de_contenu}


def client(sandbox: Sandbox, emis: Emis | None = None, *, tmp_path: Any) -> httpx.Client:
    """Make an ordinary client: anchors of the sandbox, verification on, the certificate given or none."""
    contexte = ssl.create_default_context(cadata=sandbox.pki.ancres_pem)
    assert contexte.verify_mode is ssl.CERT_REQUIRED
    assert contexte.check_hostname
    if emis is not None:
        certificat, cle = emis.ecrire(tmp_path, uuid.uuid4().hex)
        contexte.load_cert_chain(certificat, cle)
    return httpx.Client(verify=contexte, trust_env=False, timeout=10)


def envoyer(client: httpx.Client, url: str | None, demande: Demande) -> httpx.Response:
    assert url is not None
    return client.post(url, content=demande.octets(), headers=demande.entetes())


@dataclass(frozen=True)
class FauteLue:
    statut: int
    valeur: str
    siram: str
    code: str
    severite: str
    message_id: str | None


def lire_faute(reponse: httpx.Response) -> FauteLue:
    racine = etree.fromstring(reponse.content)
    valeurs = [v.text.rpartition(":")[2] for v in racine.iter(f"{{{SOAP}}}Value")]
    erreur = racine.find(".//{urn:siram}Erreur")
    return FauteLue(
        reponse.status_code, valeurs[0], valeurs[1], erreur.get("code"), erreur.get("severite"), erreur.get("messageID")
    )


def lire_resultat(reponse: httpx.Response) -> dict[str, Any]:
    """Read a result by namespace: ``code``, ``actif`` (number, key, OID), ``histo``, and the traits by name."""
    assert reponse.status_code == 200, lire_faute(reponse)
    racine = etree.fromstring(reponse.content)
    resultat = racine.find(f".//{RESULTAT}RESULTAT")

    def ins(element: Any) -> tuple[str | None, ...]:
        return tuple(element.findtext(f".//{RESULTAT}{nom}") for nom in ("NumIdentifiant", "Cle", "OID"))

    lu: dict[str, Any] = {"code": resultat.findtext(f".//{RESULTAT}CodeCR")}
    individu = resultat.find(f"{RESULTAT}INDIVIDU")
    if individu is not None:
        lu["actif"] = ins(individu.find(f"{RESULTAT}INSACTIF"))
        lu["histo"] = [ins(e) for e in individu.iterfind(f"{RESULTAT}INSHISTO")]
        traits = individu.find(f"{RESULTAT}TIQ")
        lu |= {etree.QName(e).localname: e.text for e in traits.iterchildren("{*}*")}
    return lu
