"""The sandbox: the national services on one machine, with their authorities, people, faults and journal."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Final, Self

from segur_socles._core.clock import Clock, SystemClock
from segur_socles._core.ids import Ids, RandomIds
from segur_socles.config.environment import Environment, Nature
from segur_socles.config.logiciel import Logiciel
from segur_socles.config.messagerie import OperateurMss
from segur_socles.credentials.certificat import Certificat
from segur_socles.credentials.client_psc import ClientPsc
from segur_socles.credentials.configuration import Configuration
from segur_socles.credentials.contexte import TLS_DMP, TLS_STANDARD
from segur_socles.credentials.secret import Secret
from segur_socles.credentials.signature import CertificatSignature
from segur_socles.credentials.tls import CertificatTls
from segur_socles.credentials.trousseau import Trousseau
from segur_socles.credentials.usages import CN_INSI, Contexte, Perimetre, Service
from segur_socles.errors import ConfigurationError
from segur_socles.personnes.boite import BoiteStructure
from segur_socles.personnes.professionnel import Acteur, Professionnel
from segur_socles.personnes.structure import Structure
from segur_socles.sandbox.annuaire.service import BASE as BASE_ANNUAIRE
from segur_socles.sandbox.annuaire.service import ServiceAnnuaire
from segur_socles.sandbox.autorites import AutoritesVivantes, ContexteVivant
from segur_socles.sandbox.dmp.service import ServiceDmp
from segur_socles.sandbox.donnees import ACTEUR, URGENTISTE
from segur_socles.sandbox.host import Ecoute, EcouteTcp, Hote
from segur_socles.sandbox.insi.service import CHEMIN, Mode, ReglagesInsi, ServiceInsi
from segur_socles.sandbox.journal import Journal
from segur_socles.sandbox.mss.boites import BOITES
from segur_socles.sandbox.mss.service import ServiceMss
from segur_socles.sandbox.pannes import Pannes
from segur_socles.sandbox.pki import CarteCpsSimulee, Emis, PkiDeTest
from segur_socles.sandbox.psc.navigateur import ouvrir
from segur_socles.sandbox.psc.registre import LogicielEnregistre
from segur_socles.sandbox.psc.service import ServicePsc
from segur_socles.sandbox.service import Monde

__all__ = ["LOGICIEL", "CertificatsEmis", "Sandbox"]

_INSI_CERTIFICAT: Final = "insi-certificat"
_INSI_CARTE: Final = "insi-carte"
_DMP: Final = "dmp"
_PSC: Final = "psc"
_ANNUAIRE: Final = "annuaire"
_MSS_SMTP: Final = "mss-smtp"
_MSS_IMAP: Final = "mss-imap"
_TLS: Final = {
    _INSI_CERTIFICAT: (True, True, TLS_STANDARD),
    _INSI_CARTE: (False, False, TLS_STANDARD),
    _DMP: (True, True, TLS_DMP),
    _PSC: (True, False, TLS_STANDARD),
    _ANNUAIRE: (False, False, TLS_STANDARD),
    _MSS_SMTP: (True, True, TLS_STANDARD),
    # As a real one, which lets a client do without and refuses its log-in in words.
    _MSS_IMAP: (True, False, TLS_STANDARD),
}
"""Listener → whether a client certificate is asked for, whether it is demanded, and the TLS versions accepted."""

_CLIENT_PSC: Final = "dui.bac-a-sable.invalid"
_CLIENT_PSC_BIS: Final = "dui-secret.bac-a-sable.invalid"
_REDIRECT_URI: Final = "https://dui.bac-a-sable.invalid/connexion/retour"
_RETOUR_DECONNEXION: Final = "https://dui.bac-a-sable.invalid/au-revoir"

_PORTEUR_DE_CPS: Final = "G15_"
"""Professions whose card is a CPS, in JDV_J01; a secretary or a home helper has none."""

_BASE_DMP: Final = "/si-dmp-server/v2/services/"

LOGICIEL: Final = Logiciel(
    nom="DUI de démonstration",
    version="1.0",
    instance="6f1d7c52-3b0e-4a57-9a44-5d1f0c7be201",
    oid_racine="2.25.148023790125664",
)
"""Software used when the caller names none; its national numbers are placeholders, which only a sandbox takes."""


@dataclass(frozen=True, slots=True)
class CertificatsEmis:
    """What the sandbox issued to a structure: one certificate a service and use, as the IGC-Santé would."""

    insi_manu: Emis
    insi_auto: Emis
    dmp: Emis
    mss: Emis
    signature: Emis


class Sandbox:
    """Plays Pro Santé Connect, INSi, the DMP, the Annuaire Santé and an MSSanté operator on the loopback interface.

    A context manager.

    - ``dossier``: where ``journal.jsonl`` is written; nothing is written without it;
    - ``port``: first port of the listeners, which take the following ones too; 0 lets the system choose;
    - ``clock``, ``ids``: frozen and seeded ones make a run reproducible;
    - ``logiciel``: the software whose authorisation numbers are known (placeholders by default);
    - ``acteur``: the professional of the demonstration, whose structure gets certificates, and who gets a card;
    - ``insi``: what may be chosen about INSi.

    ``client_psc_secret`` is a second registration with Pro Santé Connect, by secret; that of the keyring has a
    certificate.

    Keys are generated at construction (about half a second). No network, no account: nothing leaves the machine.
    """

    def __init__(
        self,
        *,
        dossier: Path | None = None,
        port: int = 0,
        clock: Clock | None = None,
        ids: Ids | None = None,
        logiciel: Logiciel = LOGICIEL,
        acteur: Acteur = ACTEUR,
        insi: ReglagesInsi | None = None,
    ) -> None:
        self.journal = Journal(dossier)
        self.pannes = Pannes()
        self.acteur = acteur
        self.logiciel = logiciel
        self.trousseau = Trousseau()
        self._clock = clock or SystemClock()
        self._ids = ids or RandomIds()
        self.pki = PkiDeTest.creer(self._clock)
        self._autorites = AutoritesVivantes(self.pki)
        self._structures: dict[str, Structure] = {}
        self._emis: dict[str, CertificatsEmis] = {}
        self.ajouter_structure(acteur.structure)
        if acteur.professionnel.profession.code.startswith(_PORTEUR_DE_CPS):
            self.ajouter_carte(acteur.professionnel)
        monde = Monde(
            clock=self._clock,
            ids=self._ids,
            ancres=self._autorites.certificats(racines=True),
            intermediaires=self._autorites.certificats(racines=False),
            revoque=self._autorites.revoque,
            structures=MappingProxyType(self._structures),
            logiciel=logiciel,
        )
        self.dmp = ServiceDmp(monde)
        self.psc = ServicePsc(monde, lambda: self._hote.ports[_PSC])
        self.client_psc_secret = self._enregistrer_psc(acteur)
        cle = Secret(secrets.token_urlsafe(24))
        self.trousseau.definir_cle_annuaire(cle)
        self.annuaire = ServiceAnnuaire(monde, cle)
        self.mss = ServiceMss(monde, self.pannes, self.journal)
        ecoutes = (
            Ecoute(
                _INSI_CERTIFICAT, ServiceInsi(monde, Mode.CERTIFICAT, self.pannes, insi), self._tls(_INSI_CERTIFICAT)
            ),
            Ecoute(_INSI_CARTE, ServiceInsi(monde, Mode.CARTE, self.pannes, insi), self._tls(_INSI_CARTE)),
            Ecoute(_DMP, self.dmp, self._tls(_DMP)),
            Ecoute(_PSC, self.psc, self._tls(_PSC)),
            Ecoute(_ANNUAIRE, self.annuaire, self._tls(_ANNUAIRE)),
            EcouteTcp(_MSS_SMTP, partial(self.mss.serveur_smtp, self._tls(_MSS_SMTP))),
            EcouteTcp(_MSS_IMAP, partial(self.mss.serveur_imap, self._tls(_MSS_IMAP))),
        )
        self._hote = Hote(ecoutes, pannes=self.pannes, journal=self.journal, clock=self._clock, port=port)

    def start(self) -> None:
        """Listen on every port. Idempotent.

        Raises :class:`ConfigurationError` if a port is taken or the folder cannot be written; nothing is open then.
        """
        self.journal.open()
        try:
            self._hote.start()
        except BaseException:
            self.journal.close()
            raise

    def stop(self) -> None:
        """Stop listening and close the journal's file; what is in memory stays readable. Idempotent."""
        self._hote.stop()
        self.journal.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # --- what a client needs ---

    @property
    def environment(self) -> Environment:
        """Addresses and authorities. Raises :class:`ConfigurationError` while the sandbox is stopped."""
        ports = self._hote.ports
        if not ports:
            message = "Le bac à sable n'est pas démarré : il n'a pas encore d'adresse."
            raise ConfigurationError(message, champ="environment", remede="écrire « with Sandbox() as sandbox: »")
        return Environment(
            nom="bac à sable",
            nature=Nature.BAC_A_SABLE,
            insi_certificat=f"https://127.0.0.1:{ports[_INSI_CERTIFICAT]}{CHEMIN}",
            insi_carte=f"https://127.0.0.1:{ports[_INSI_CARTE]}{CHEMIN}",
            dmp=f"https://127.0.0.1:{ports[_DMP]}{_BASE_DMP}",
            psc=self.psc.issuer,
            psc_autorisation=self.psc.autorisation,
            annuaire=f"https://127.0.0.1:{ports[_ANNUAIRE]}{BASE_ANNUAIRE}",
            ancres=self.pki.ancres_pem,
            listes_revocation=self.pki.listes_pem,
            operateurs_mss=(
                OperateurMss(
                    domaines=tuple(sorted(self.mss.domaines)),
                    smtp=f"127.0.0.1:{ports[_MSS_SMTP]}",
                    imap=f"127.0.0.1:{ports[_MSS_IMAP]}",
                ),
            ),
        )

    @property
    def config(self) -> Configuration:
        """Everything :class:`~segur_socles.segur.facade.Segur` wants."""
        return Configuration(self.environment, self.logiciel, self.trousseau, self._clock, self._ids)

    # --- who is known ---

    def ajouter_structure(self, structure: Structure) -> CertificatsEmis:
        """Make a structure known: issue its certificates, and put them and its first mailboxes in the keyring."""
        perimetre = Perimetre(structure.struct_idnat, frozenset(i for i in structure.idnats_lies if i[0] in "13"))
        contexte = Contexte(production=False, maintenant=self._clock.now(), perimetre=perimetre)
        idnat, nom, ancres = structure.struct_idnat, structure.nom, self._autorites.ancres
        emis = CertificatsEmis(
            insi_manu=self.pki.auth_cli(idnat, nom, CN_INSI[False]),
            insi_auto=self.pki.auth_cli(idnat, nom, CN_INSI[True]),
            dmp=self.pki.auth_cli(idnat, nom, "dui.bac-a-sable.invalid"),
            mss=self.pki.auth_cli(idnat, nom, "mss.dui.bac-a-sable.invalid"),
            signature=self.pki.sign(idnat, nom),
        )
        self.trousseau.ajouter(
            structure.finess_eg,
            CertificatTls.depuis(emis.insi_manu.materiel, service=Service.INSI, contexte=contexte, ancres=ancres),
            CertificatTls.depuis(emis.insi_auto.materiel, service=Service.INSI, contexte=contexte, ancres=ancres),
            CertificatTls.depuis(emis.dmp.materiel, service=Service.DMP, contexte=contexte, ancres=ancres),
            CertificatTls.depuis(emis.mss.materiel, service=Service.MSS, contexte=contexte, ancres=ancres),
            CertificatSignature.depuis(emis.signature.materiel, contexte=contexte, ancres=ancres),
        )
        # One mailbox in the keyring, so that ``session.mss`` has nothing to choose; the operator knows them all.
        sienne = next((boite for qui, boite in BOITES if qui.finess_eg == structure.finess_eg), None)
        if sienne is not None:
            self.trousseau.ajouter_boite(structure.finess_eg, sienne)
        self._emis[structure.finess_eg] = emis
        self._structures[idnat] = structure
        for lie in structure.idnats_lies:
            self._structures.setdefault(lie, structure)
        return emis

    def ajouter_boite(self, structure: Structure, boite: BoiteStructure) -> None:
        """Open a mailbox at the operator for a known structure, and put it in the keyring.

        A new mail domain is known to the configurations that are asked for afterwards.
        """
        self.mss.ajouter_boite(boite.adresse, structure)
        self.trousseau.ajouter_boite(structure.finess_eg, boite)

    def ajouter_carte(self, professionnel: Professionnel) -> CarteCpsSimulee:
        """Issue a simulated CPS to a professional and put it in the keyring."""
        # JDV_J01 codes: G15_60, G15_10/SM26.
        profession, _, specialite = professionnel.profession.code.removeprefix("G15_").partition("/")
        emis = self.pki.cps(
            professionnel.id_nat,
            professionnel.nom,
            professionnel.prenom,
            int(profession),
            specialites=(specialite,) if specialite else (),
        )
        carte = CarteCpsSimulee(emis)
        self.trousseau.ajouter_carte(carte)
        return carte

    def naviguer(self, url: str, *, acteur: Acteur | None = None) -> str:
        """Play the browser and the e-CPS of ``acteur`` (by default, the sandbox's): give where ``url`` leads back to.

        Raises :class:`~segur_socles.errors.ServiceError` when the login page shows an error instead.
        """
        id_nat = acteur.professionnel.id_nat if acteur else None
        return ouvrir(url, self.environment, self.config.ancres, id_nat=id_nat)

    def _enregistrer_psc(self, acteur: Acteur) -> ClientPsc:
        """Register the software twice, by certificate (put in the keyring) and by secret (returned); add people."""
        structure = acteur.structure
        perimetre = Perimetre(structure.struct_idnat)
        contexte = Contexte(production=False, maintenant=self._clock.now(), perimetre=perimetre)
        emis = self.pki.auth_cli(structure.struct_idnat, structure.nom, _CLIENT_PSC)
        certificat = CertificatTls.depuis(
            emis.materiel, service=Service.PSC, contexte=contexte, ancres=self.pki.ancres()
        )
        secret = secrets.token_urlsafe(24)
        adresses, retours = frozenset({_REDIRECT_URI}), frozenset({_RETOUR_DECONNEXION})
        self.psc.enregistrer(LogicielEnregistre(_CLIENT_PSC, adresses, retours))
        self.psc.enregistrer(LogicielEnregistre(_CLIENT_PSC_BIS, adresses, retours, secret))
        for personne in (acteur, URGENTISTE):
            self.psc.ajouter(personne)
        client = ClientPsc(_CLIENT_PSC, _REDIRECT_URI, _RETOUR_DECONNEXION, certificat=certificat)
        self.trousseau.definir_client_psc(client)
        return ClientPsc(_CLIENT_PSC_BIS, _REDIRECT_URI, _RETOUR_DECONNEXION, secret=Secret(secret))

    def certificats(self, structure: Structure) -> CertificatsEmis:
        """Give what was issued to a structure. Raises :class:`KeyError` for one that was not added."""
        return self._emis[structure.finess_eg]

    def revoquer(self, *certificats: Certificat) -> None:
        """Revoke certificates: they are refused from the next connection on."""
        self.pki.revoquer(*certificats)

    def _tls(self, nom: str) -> ContexteVivant:
        mutuel, exige, versions = _TLS[nom]
        serveur = self.pki.serveur(nom)
        return ContexteVivant(serveur, self._autorites, mutuel=mutuel, exige=exige, versions=versions)
