"""The chain of a certificate: every link, and the agreement of openssl."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from core_pki import END, START, Pair, Pki
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from judges import judge, reference
from segur_socles._core.x509 import load_der, verify_chain
from segur_socles.errors import SignatureError

AT = datetime(2026, 6, 1, tzinfo=UTC)
UNKNOWN = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.250.1.213.99"), b"\x05\x00")


def chain_of(
    leaf: Pair, intermediates: list[Pair], anchors: list[Pair], at: datetime = AT
) -> tuple[x509.Certificate, ...]:
    return verify_chain(
        leaf.certificate,
        intermediates=[pair.certificate for pair in intermediates],
        anchors=[pair.certificate for pair in anchors],
        at=at,
    )


def test_a_good_chain_is_returned_from_leaf_to_anchor(pki: Pki) -> None:
    found = chain_of(pki.leaf, [pki.intermediate], [pki.root])
    assert found == (pki.leaf.certificate, pki.intermediate.certificate, pki.root.certificate)


def test_an_intermediate_may_be_the_anchor(pki: Pki) -> None:
    assert len(chain_of(pki.leaf, [], [pki.intermediate])) == 2


def test_the_dates_count_to_the_second(pki: Pki) -> None:
    second = timedelta(seconds=1)
    for at in (START, END):
        chain_of(pki.leaf, [pki.intermediate], [pki.root], at)
    with pytest.raises(SignatureError, match="pas encore valable"):
        chain_of(pki.leaf, [pki.intermediate], [pki.root], START - second)
    with pytest.raises(SignatureError, match="expiré"):
        chain_of(pki.leaf, [pki.intermediate], [pki.root], END + second)
    with pytest.raises(ValueError, match="aware"):
        chain_of(pki.leaf, [pki.intermediate], [pki.root], datetime(2026, 6, 1))  # noqa: DTZ001


Case = Callable[[Pki], tuple[Pair, list[Pair], list[Pair]]]


def missing_intermediate(pki: Pki) -> tuple[Pair, list[Pair], list[Pair]]:
    return pki.leaf, [], [pki.root]


def other_anchor(pki: Pki) -> tuple[Pair, list[Pair], list[Pair]]:
    return pki.leaf, [pki.intermediate], [pki.authority("AUTRE RACINE", pki.keys[3])]


def homonymous_anchor(pki: Pki) -> tuple[Pair, list[Pair], list[Pair]]:
    return pki.leaf, [pki.intermediate], [pki.authority("AC RACINE FICTIVE", pki.keys[3])]


def homonymous_intermediate(pki: Pki) -> tuple[Pair, list[Pair], list[Pair]]:
    forged = pki.authority("AC ELEMENTAIRE FICTIVE", pki.keys[3])
    return pki.issue("SERVEUR", pki.keys[2], forged), [pki.intermediate, forged], [pki.root]


def issued_by_a_leaf(pki: Pki) -> tuple[Pair, list[Pair], list[Pair]]:
    return pki.issue("FILS", pki.keys[3], pki.leaf), [pki.leaf, pki.intermediate], [pki.root]


def authority_without_constraints(pki: Pki) -> tuple[Pair, list[Pair], list[Pair]]:
    weak = pki.issue("AC SANS", pki.keys[3], pki.root, constraints=None, cert_sign=True)
    return pki.issue("FILS", pki.keys[2], weak), [weak], [pki.root]


def authority_that_may_not_sign(pki: Pki) -> tuple[Pair, list[Pair], list[Pair]]:
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    weak = pki.issue("AC MUETTE", pki.keys[3], pki.root, constraints=constraints, cert_sign=False)
    return pki.issue("FILS", pki.keys[2], weak), [weak], [pki.root]


def longer_than_allowed(pki: Pki) -> tuple[Pair, list[Pair], list[Pair]]:
    below = pki.authority("AC EN TROP", pki.keys[3], pki.intermediate)
    return pki.issue("FILS", pki.keys[2], below), [below, pki.intermediate], [pki.root]


def expired_intermediate(pki: Pki) -> tuple[Pair, list[Pair], list[Pair]]:
    old = pki.authority("AC PASSEE", pki.keys[3], pki.root, end=AT - timedelta(days=1))
    return pki.issue("FILS", pki.keys[2], old), [old], [pki.root]


def expired_anchor(pki: Pki) -> tuple[Pair, list[Pair], list[Pair]]:
    old = pki.authority("RACINE PASSEE", pki.keys[3], end=AT - timedelta(days=1))
    return pki.issue("FILS", pki.keys[2], old), [], [old]


def critical_unknown(pki: Pki) -> tuple[Pair, list[Pair], list[Pair]]:
    return pki.issue("FILS", pki.keys[2], pki.root, more=((UNKNOWN, True),)), [], [pki.root]


def self_signed_leaf(pki: Pki) -> tuple[Pair, list[Pair], list[Pair]]:
    return pki.issue("SEUL", pki.keys[2]), [], [pki.root]


def plain_unknown(pki: Pki) -> tuple[Pair, list[Pair], list[Pair]]:
    return pki.issue("FILS", pki.keys[2], pki.root, more=((UNKNOWN, False),)), [], [pki.root]


def no_key_usage(pki: Pki) -> tuple[Pair, list[Pair], list[Pair]]:
    ca = pki.authority("AC SOBRE", pki.keys[3], pki.root)
    return pki.issue("FILS", pki.keys[2], ca, cert_sign=None), [ca], [pki.root]


def second_homonym_is_right(pki: Pki) -> tuple[Pair, list[Pair], list[Pair]]:
    forged = pki.authority("AC ELEMENTAIRE FICTIVE", pki.keys[3])
    return pki.leaf, [forged, pki.intermediate], [pki.root]


REFUSED: dict[Case, str] = {
    missing_intermediate: "aucune autorité connue",
    other_anchor: "aucune autorité connue",
    homonymous_anchor: "ne correspond pas",
    homonymous_intermediate: "ne correspond pas",
    issued_by_a_leaf: "n'est pas une autorité",
    authority_without_constraints: "n'est pas une autorité",
    authority_that_may_not_sign: "ne peut pas signer",
    longer_than_allowed: "plus longue",
    expired_intermediate: "expiré",
    expired_anchor: "expiré",
    critical_unknown: "critique",
    self_signed_leaf: "aucune autorité connue",
}
ACCEPTED: tuple[Case, ...] = (plain_unknown, no_key_usage, second_homonym_is_right)
NOT_FOR_OPENSSL = (second_homonym_is_right,)  # without key identifiers, it tries the first homonym only


@pytest.mark.parametrize("case", REFUSED)
def test_refused(pki: Pki, case: Case) -> None:
    with pytest.raises(SignatureError, match=REFUSED[case]):
        chain_of(*case(pki))


@pytest.mark.parametrize("case", ACCEPTED)
def test_accepted(pki: Pki, case: Case) -> None:
    chain_of(*case(pki))


@pytest.mark.juge("openssl")
@pytest.mark.parametrize("case", [case for case in (*REFUSED, *ACCEPTED) if case not in NOT_FOR_OPENSSL])
def test_openssl_agrees(pki: Pki, case: Case, tmp_path: Path) -> None:
    leaf, intermediates, anchors = case(pki)
    for name, pairs in (("leaf", [leaf]), ("untrusted", intermediates), ("anchors", anchors)):
        (tmp_path / name).write_bytes(b"".join(pair.pem for pair in pairs))
    command = [judge("openssl"), "verify", "-no-CApath", "-no-CAstore", "-CAfile", "anchors"]
    command += ["-untrusted", "untrusted"] if intermediates else []
    command += ["-partial_chain", "-attime", str(int(AT.timestamp())), "leaf"]
    verdict = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert (verdict.returncode == 0) == (case in ACCEPTED)


def test_short_keys_are_refused(pki: Pki) -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    with pytest.raises(SignatureError, match="2048"):
        chain_of(pki.issue("COURT", short, pki.root), [], [pki.root])


@pytest.mark.juge("openssl")
def test_sha1_signed_certificates_are_refused(pki: Pki, tmp_path: Path) -> None:
    openssl = judge("openssl")
    (tmp_path / "root.pem").write_bytes(pki.root.pem)
    (tmp_path / "root.key").write_bytes(pki.root.key_pem)
    (tmp_path / "leaf.key").write_bytes(pki.leaf.key_pem)
    for arguments in (
        "req -new -key leaf.key -subj /CN=FILS -out leaf.csr",
        "x509 -req -in leaf.csr -sha1 -CA root.pem -CAkey root.key -set_serial 7 -outform DER -out leaf.der",
    ):
        subprocess.run([openssl, *arguments.split()], cwd=tmp_path, capture_output=True, check=True)
    leaf = load_der((tmp_path / "leaf.der").read_bytes(), what="x")
    with pytest.raises(SignatureError, match="hachage"):
        verify_chain(leaf, anchors=[pki.root.certificate], at=leaf.not_valid_before_utc)


def test_crossed_authorities_do_not_loop(pki: Pki) -> None:
    one = pki.authority("AC UNE", pki.keys[0])
    two = pki.authority("AC DEUX", pki.keys[1], one)
    one_by_two = pki.authority("AC UNE", pki.keys[0], two)
    leaf = pki.issue("FILS", pki.keys[2], one_by_two)
    with pytest.raises(SignatureError):
        chain_of(leaf, [two, one_by_two], [pki.authority("AILLEURS", pki.keys[3])])


def test_a_chain_has_six_certificates_at_most(pki: Pki) -> None:
    authorities = [pki.authority("AC 0", pki.keys[0])]
    for number in range(1, 6):
        authorities.append(pki.authority(f"AC {number}", pki.keys[number % 2], authorities[-1]))
    assert len(chain_of(pki.issue("FILS", pki.keys[2], authorities[4]), authorities, authorities[:1])) == 6
    with pytest.raises(SignatureError):
        chain_of(pki.issue("FILS", pki.keys[2], authorities[5]), authorities, authorities[:1])


@given(st.data())
def test_a_changed_certificate_never_passes_nor_breaks(pki: Pki, data: st.DataObject) -> None:
    der = bytearray(pki.leaf.certificat_der)
    position = data.draw(st.integers(0, len(der) - 1))
    der[position] = data.draw(st.integers(0, 255).filter(lambda value: value != der[position]))
    with pytest.raises(SignatureError):
        verify_chain(load_der(bytes(der), what="x"), anchors=[pki.intermediate.certificate], at=AT)


def test_garbage_is_not_a_certificate() -> None:
    with pytest.raises(SignatureError, match="Certificat du message : certificat illisible") as refused:
        load_der(b"\x30\x03\x02\x01\x05", what="Certificat du message")
    assert refused.value.__context__ is None


def test_the_sample_authorities() -> None:
    def load(name: str) -> x509.Certificate:
        return x509.load_pem_x509_certificate(reference("xds", "samples", f"dmp-test-{name}.pem").read_bytes())

    leaf, middle, root = load("signing"), load("ca-intermediate"), load("ca-root")
    assert verify_chain(leaf, intermediates=[middle], anchors=[root], at=AT) == (leaf, middle, root)
