"""A true Postfix, whose listener knows clients by their certificates, and a true Dovecot on the same mailboxes.

Each has its own configuration and folders; nothing can leave the machine. Postfix wants root.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from mss_serveur import ADRESSE, JEAN, pki

from judges import judge, required

TAILLE: Final = 200_000
_COMPTE: Final = "nobody"
_PATIENCE: Final = 20.0

_DOVECOT: Final = """
base_dir = {d}/run
state_dir = {d}/run
log_path = {d}/dovecot.log
default_internal_user = {compte}
default_login_user = {compte}
default_internal_group = nogroup
first_valid_uid = 1
protocols = imap
listen = 127.0.0.1
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
ssl = required
ssl_cert = <{d}/serveur.pem
ssl_key = <{d}/serveur.key
ssl_ca = <{d}/ancres.pem
ssl_verify_client_cert = yes
ssl_require_crl = no
ssl_cert_username_field = commonName
auth_ssl_require_client_cert = yes
auth_ssl_username_from_cert = yes
auth_mechanisms = external
auth_failure_delay = 0
passdb {{
  driver = static
  mechanisms = external
  args = nopassword=y
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={d}/mail/%u
}}
mail_location = maildir:{d}/mail/%u
namespace inbox {{
  inbox = yes
  separator = /
}}
"""

_MAIN: Final = """
compatibility_level = 3.6
queue_directory = {d}/spool
data_directory = {d}/data
maillog_file = {d}/log/mail.log
maillog_file_prefixes = {d}
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
mynetworks =
alias_maps =
alias_database =
local_recipient_maps =
default_transport = error:5.1.2 outside the test
relay_transport = error:5.1.2 outside the test
virtual_mailbox_domains = {domaines}
virtual_mailbox_base = {d}/mail
virtual_mailbox_maps = inline:{{ {boites} }}
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 100
virtual_mailbox_limit = 0
mailbox_size_limit = 0
message_size_limit = {taille}
smtpd_tls_security_level = encrypt
smtpd_tls_cert_file = {d}/serveur.pem
smtpd_tls_key_file = {d}/serveur.key
smtpd_tls_CAfile = {d}/ancres.pem
smtpd_tls_req_ccert = yes
smtpd_tls_loglevel = 1
smtpd_sasl_auth_enable = no
smtpd_relay_restrictions = permit_tls_all_clientcerts, reject
smtpd_recipient_restrictions = reject_unlisted_recipient, permit_tls_all_clientcerts, reject
"""

_MASTER: Final = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Operateur:
    """Ports of the running servers, and where what they deliver lies."""

    smtp: int
    imap: int
    courrier: Path


@contextmanager
def operateur() -> Iterator[Operateur]:
    """Start both, and stop them."""
    postfix, dovecot = judge("postfix"), judge("dovecot")
    if os.geteuid() != 0:
        (pytest.fail if required() else pytest.skip)("Postfix demande root")
    # Not under tmp_path, whose parents the unprivileged account may not enter; short, for the Unix sockets.
    d = Path(tempfile.mkdtemp(prefix="mss-"))
    try:
        d.chmod(0o755)
        ports = _port(), _port()
        _preparer(d, *ports)
        with _dovecot(dovecot, d, ports[1]), _postfix(postfix, d, ports[0]):
            yield Operateur(*ports, d / "mail")
    finally:
        shutil.rmtree(d, ignore_errors=True)


def _preparer(d: Path, smtp: int, imap: int) -> None:
    compte = pwd.getpwnam(_COMPTE)
    for nom in ("etc", "spool", "data", "log", "mail", "run"):
        (d / nom).mkdir()
    pki().serveur("mss").ecrire(d, "serveur")
    (d / "ancres.pem").write_text(pki().ancres_pem)
    domaines = " ".join(sorted({a.rpartition("@")[2] for a in (ADRESSE, JEAN)}))
    boites = " ".join(f"{{{a}={a}/}}" for a in (ADRESSE, JEAN))
    valeurs = {"d": d, "uid": compte.pw_uid, "gid": compte.pw_gid, "compte": _COMPTE}
    (d / "dovecot.conf").write_text(_DOVECOT.format(port=imap, **valeurs))
    (d / "etc/main.cf").write_text(_MAIN.format(domaines=domaines, boites=boites, taille=TAILLE, **valeurs))
    (d / "etc/master.cf").write_text(_MASTER.format(port=smtp))
    shutil.chown(d / "data", "postfix")
    for chemin in (d, d / "mail", d / "run", d / "serveur.key", d / "dovecot.conf"):
        shutil.chown(chemin, _COMPTE)


@contextmanager
def _dovecot(programme: str, d: Path, port: int) -> Iterator[None]:
    commande = ["setpriv", f"--reuid={_COMPTE}", "--regid=nogroup", "--clear-groups", programme, "-F"]
    with (d / "dovecot.sortie").open("wb") as sortie:
        processus = subprocess.Popen(
            [*commande, "-c", str(d / "dovecot.conf")], stdout=sortie, stderr=sortie, start_new_session=True
        )
    try:
        _attendre(port, d / "dovecot.sortie", d / "dovecot.log")
        yield
    finally:
        processus.terminate()
        try:
            processus.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(processus.pid, signal.SIGKILL)
            processus.wait()


@contextmanager
def _postfix(programme: str, d: Path, port: int) -> Iterator[None]:
    fait = subprocess.run([programme, "-c", str(d / "etc"), "start"], capture_output=True, check=False, timeout=30)
    if fait.returncode:
        pytest.fail(f"Postfix n'a pas démarré : {fait.stderr.decode()}")
    try:
        _attendre(port, d / "log/mail.log")
        yield
    finally:
        subprocess.run([programme, "-c", str(d / "etc"), "stop"], capture_output=True, check=False, timeout=30)


def _port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as libre:
        port: int = libre.getsockname()[1]
        return port


def _attendre(port: int, *journaux: Path) -> None:
    """Wait for a greeting: a port that is open proves nothing."""
    fin = time.monotonic() + _PATIENCE
    while time.monotonic() < fin:
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as prise:
                if prise.recv(4) in (b"220 ", b"* OK"):
                    return
        except OSError:
            pass
        time.sleep(0.05)
    dit = "\n".join(journal.read_text()[-2000:] for journal in journaux if journal.exists())
    pytest.fail(f"le serveur n'a pas répondu sur le port {port} :\n{dit}")
