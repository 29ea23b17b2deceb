"""What another process needs to talk to a running sandbox, written to a folder."""

from __future__ import annotations

import json
import os
import secrets
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from segur_socles.credentials.client_psc import ClientPsc
from segur_socles.credentials.secret import Secret
from segur_socles.errors import ConfigurationError
from segur_socles.sandbox.pki import Emis
from segur_socles.sandbox.sandbox import Sandbox

__all__ = ["Fichiers", "ecrire_profil"]

_P12: Final = {
    "insi_manu": "insi-manu.p12",
    "insi_auto": "insi-auto.p12",
    "dmp": "dmp.p12",
    "mss": "mss.p12",
    "signature": "signature.p12",
}
_P12_PSC: Final = "psc.p12"
_MOT_DE_PASSE: Final = "p12.txt"
_TXT_PSC: Final = "secret-psc.txt"
_CLE: Final = "cle-annuaire.txt"
_LOGICIEL: Final = ("nom", "version", "instance", "oid_racine")
_NUMEROS: Final = ("editeur", "numero_autorisation_insi", "id_homologation_dmp", "nil_mss")


@dataclass(frozen=True, slots=True)
class Fichiers:
    """What was written: trust anchors (PEM), profile (TOML), and variables for a shell to ``source``."""

    ancres: Path
    profil: Path
    variables: Path


def ecrire_profil(sandbox: Sandbox, dossier: Path) -> Fichiers:
    """Write the addresses, the authorities, the software's credentials, and those of the demonstration structure.

    Its mailbox of the keyring is written too. Private keys are in PKCS#12 files under a random password; they, the
    password and the other secrets are readable by their owner only, and are worth nothing outside this sandbox.
    Raises :class:`ConfigurationError` if the folder cannot be written, or the sandbox is not started.
    """
    environment = sandbox.environment
    (operateur,) = environment.operateurs_mss
    fichiers = Fichiers(dossier / "ancres.pem", dossier / "profil.toml", dossier / "bac-a-sable.env")
    variables = {
        "SEGUR_PROFIL": str(fichiers.profil.resolve()),
        "SEGUR_ANCRES": str(fichiers.ancres.resolve()),
        "SEGUR_INSI_CERTIFICAT": environment.insi_certificat or "",
        "SEGUR_INSI_CARTE": environment.insi_carte or "",
        "SEGUR_DMP": environment.dmp or "",
        "SEGUR_PSC": environment.psc or "",
        "SEGUR_ANNUAIRE": environment.annuaire or "",
        "SEGUR_MSS_SMTP": operateur.smtp,
        "SEGUR_MSS_IMAP": operateur.imap,
    }
    try:
        dossier.mkdir(parents=True, exist_ok=True)
        fichiers.ancres.write_text(environment.ancres, "ascii")
        (dossier / "revocations.pem").write_text(environment.listes_revocation, "ascii")
        for nom, contenu in _prives(sandbox).items():
            _ecrire_prive(dossier / nom, contenu)
        fichiers.profil.write_text(_toml(sandbox), "utf-8")
        fichiers.variables.write_text("".join(f"export {n}={shlex.quote(v)}\n" for n, v in variables.items()), "utf-8")
    except OSError as error:
        message = f"Le dossier du bac à sable ne peut pas être écrit ({error.strerror})."
        remede = "choisir un dossier où le compte peut écrire"
    else:
        return fichiers
    raise ConfigurationError(message, champ="dossier", remede=remede)


def _prives(sandbox: Sandbox) -> dict[str, bytes]:
    """Give what its owner alone may read, by file name."""
    trousseau, mot_de_passe = sandbox.trousseau, Secret(secrets.token_urlsafe(24))
    emis, client = sandbox.certificats(sandbox.acteur.structure), trousseau.client_psc()
    p12 = {nom: getattr(emis, role) for role, nom in _P12.items()}
    textes = {_MOT_DE_PASSE: mot_de_passe, _CLE: trousseau.cle_annuaire()}
    if client.certificat is not None:
        p12[_P12_PSC] = Emis(client.certificat.materiel)
    if client.secret is not None:
        textes[_TXT_PSC] = client.secret
    return {
        **{nom: e.p12(mot_de_passe) for nom, e in p12.items()},
        **{nom: texte.reveler().encode() for nom, texte in textes.items()},
    }


def _ecrire_prive(chemin: Path, contenu: bytes) -> None:
    # Made anew rather than overwritten: an existing file would keep its own mode.
    chemin.unlink(missing_ok=True)
    with os.fdopen(os.open(chemin, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as flux:
        flux.write(contenu)


def _toml(sandbox: Sandbox) -> str:
    environment, logiciel, structure = sandbox.environment, sandbox.logiciel, sandbox.acteur.structure
    return "\n".join(
        (
            _table(
                "[environment]",
                {
                    "nom": environment.nom,
                    "nature": environment.nature.value,
                    "insi_certificat": environment.insi_certificat or "",
                    "insi_carte": environment.insi_carte or "",
                    "dmp": environment.dmp or "",
                    "psc": environment.psc or "",
                    "psc_autorisation": environment.psc_autorisation or "",
                    "annuaire": environment.annuaire or "",
                    "ancres": "ancres.pem",
                    "listes_revocation": "revocations.pem",
                },
            ),
            *(
                _table("[[environment.operateurs_mss]]", {"domaines": o.domaines, "smtp": o.smtp, "imap": o.imap})
                for o in environment.operateurs_mss
            ),
            _table("[logiciel]", {champ: getattr(logiciel, champ) for champ in (*_LOGICIEL, *_NUMEROS)}),
            _table("[psc]", _inscription(sandbox.trousseau.client_psc())),
            _table("[annuaire]", {"cle": f"fichier:{_CLE}"}),
            _table(
                "[[structures]]",
                {
                    "finess_eg": structure.finess_eg,
                    "lies": sorted(i for i in structure.idnats_lies if i[0] in "13" and i != structure.struct_idnat),
                    "mot_de_passe": f"fichier:{_MOT_DE_PASSE}",
                    "tls_insi": [_P12["insi_manu"], _P12["insi_auto"]],
                    "tls_dmp": _P12["dmp"],
                    "tls_mss": _P12["mss"],
                    "signature": _P12["signature"],
                },
            ),
            *(
                _table("[[structures.boites]]", {"adresse": b.adresse, "nom": b.nom, "type": b.type.value})
                for b in sandbox.trousseau.boites(structure.finess_eg)
            ),
        )
    )


def _inscription(client: ClientPsc) -> dict[str, str]:
    valeurs = {"client_id": client.client_id, "redirect_uri": client.redirect_uri}
    if client.retour_deconnexion is not None:
        valeurs["retour_deconnexion"] = client.retour_deconnexion
    if client.certificat is None:
        return {**valeurs, "secret": f"fichier:{_TXT_PSC}"}
    porteur = client.certificat.perimetre.struct_idnat
    return {**valeurs, "certificat": _P12_PSC, "mot_de_passe": f"fichier:{_MOT_DE_PASSE}", "porteur": porteur}


def _table(titre: str, valeurs: Mapping[str, str | Sequence[str]]) -> str:
    # A JSON string, or list of them, is a TOML one.
    return "\n".join((titre, *(f"{n} = {json.dumps(v, ensure_ascii=False)}" for n, v in valeurs.items()), ""))
