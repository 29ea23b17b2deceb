"""The XML door: what it lets in, what it refuses, and what it writes."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from judges import judge, kit, reference
from segur_socles._core.xml import DOCUMENT, MESSAGE, Quota, attr, c14n_digest, exc_c14n, parse, parse_document, q, text
from segur_socles.errors import ChampInvalideError, DocumentInvalideError, ReponseInvalideError, SignatureError

CANARY = "ZZCANARIZZ"

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l "ha"><!ENTITY m "'
    + b"&l;" * 1000
    + b'"><!ENTITY n "'
    + b"&m;" * 1000
    + b'">]><a>&n;</a>'
)

HOSTILE = {
    "billion laughs": (LAUGHS, "DOCTYPE"),
    "external entity": (b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>', "DOCTYPE"),
    "external subset": (b'<!DOCTYPE a SYSTEM "http://127.0.0.1:9/a.dtd"><a/>', "DOCTYPE"),
    "bare DTD": (b"<!DOCTYPE a><a/>", "DOCTYPE"),
    "DTD after comment and instruction": (b"\n<!-- <a> --><?x <b> ?>\n<!DOCTYPE a><a/>", "DOCTYPE"),
    "DTD in UTF-16": ("\ufeff<!DOCTYPE a><a/>".encode("utf-16-le"), "DOCTYPE"),
    "DTD after a UTF-8 mark": (b"\xef\xbb\xbf<!DOCTYPE a><a/>", "DOCTYPE"),
    "HTML": (b"<!doctype html><html><body>Maintenance</body></html>", "DOCTYPE"),
    "undefined entity": (b"<a>&eacute;</a>", "mal formé"),
    "one too deep": (b"<a>" * 101 + b"</a>" * 101, "profondément"),
    "depth bomb": (b"<a>" * 100_000, "profondément"),
    "truncated": (b"<a><b>text</b>", "tronqué"),
    "empty": (b" \r\n", "vide"),
    "not XML": (b"HTTP proxy error", "mal formé"),
    "two roots": (b"<a/><b/>", "mal formé"),
    "UTF-7": (b'<?xml version="1.0" encoding="UTF-7"?><a>+ADw-</a>', "encodage"),
    "EBCDIC": (b'<?xml version="1.0" encoding="cp037"?><a/>', "encodage"),
    "UTF-16 declared, bytes in ASCII": (b'<?xml version="1.0" encoding="UTF-16"?><a/>', "encodage"),
    "UTF-16 without mark": ("<a/>".encode("utf-16-le"), "encodage"),
    "UTF-16 mark, UTF-8 declared": ('\ufeff<?xml version="1.0" encoding="UTF-8"?><a/>'.encode("utf-16-be"), "UTF-16"),
    "UTF-16 mark on odd bytes": (b"\xff\xfe<a/>x", "UTF-16"),
    "UTF-32": ("\ufeff<a/>".encode("utf-32-le"), "encodage"),
    "UTF-8 mark, Latin-1 declared": (b'\xef\xbb\xbf<?xml version="1.0" encoding="ISO-8859-1"?><a/>', "UTF-8"),
    "Latin-1 undeclared": (b"<a>Rh\xf4ne</a>", "octet étranger à l'encodage annoncé (utf-8), position 5"),
    "overlong UTF-8": (b"<a>\xc0\xbc</a>", "octet étranger"),
    "control character": (b"<a>\x01</a>", "mal formé"),
    "unfinished tag": (b"<a", "mal formé"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_refused_by_both_profiles(name: str) -> None:
    data, reason = HOSTILE[name]
    with pytest.raises(ReponseInvalideError) as message:
        parse(data, what="La réponse")
    assert reason in str(message.value)
    assert message.value.outcome_unknown
    if name != "one too deep":
        with pytest.raises(DocumentInvalideError):
            parse(data, quota=DOCUMENT, what="Le document")


@pytest.mark.parametrize(
    "data",
    [
        f"<a><b>{CANARY}</c></a>",
        f"<!DOCTYPE a [<!ENTITY {CANARY} '{CANARY}'>]><a/>",
        f"<{CANARY}:a/><b>",
        f"<a>&{CANARY};</a>",
        f'<?xml version="1.0" encoding="{CANARY}"?><a/>',
    ],
)
def test_a_refusal_never_quotes_the_input(data: str) -> None:
    with pytest.raises(ReponseInvalideError) as refused:
        parse(data.encode(), what="La réponse")
    error = refused.value
    assert CANARY not in "".join((*traceback.format_exception(error), repr(error), repr(error.to_dict())))
    assert error.__context__ is None


def test_nothing_is_read_beside_the_input(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(CANARY)
    include = f'<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="{secret.as_uri()}" parse="text"/></a>'
    assert CANARY not in etree.tostring(parse(include.encode(), what="x"), encoding="unicode")


def test_depth_limit_is_the_one_written() -> None:
    assert len(list(parse(b"<a>" * 100 + b"</a>" * 100, what="x").iter())) == 100
    assert len(list(parse(b"<a>" * 200 + b"</a>" * 200, quota=DOCUMENT, what="x").iter())) == 200
    with pytest.raises(DocumentInvalideError, match="profondément"):
        parse(b"<a>" * 201 + b"</a>" * 201, quota=DOCUMENT, what="x")


def test_many_siblings_are_not_deep() -> None:
    assert len(parse(b"<a>" + b"<b/>" * 100_000 + b"</a>", what="x")) == 100_000


def test_size_is_checked_before_the_parser() -> None:
    tight = Quota(max_bytes=10, max_depth=5, huge=False, refused=MESSAGE.refused)
    assert parse(b"<a>123</a>", quota=tight, what="x").text == "123"
    with pytest.raises(ReponseInvalideError, match="dépasse la taille permise"):
        parse(b"<a>1234</a>", quota=tight, what="x")


def test_a_text_of_50_mb_is_for_documents_only() -> None:
    data = b"<a>" + b"A" * 50_000_000 + b"</a>"
    with pytest.raises(ReponseInvalideError, match="taille"):
        parse(data, what="x")
    assert len(parse(data, quota=DOCUMENT, what="x").text or "") == 50_000_000


@pytest.mark.parametrize(
    "data",
    [
        "<a>Rhône €</a>".encode(),
        b"\xef\xbb\xbf" + "<a>Rhône €</a>".encode(),
        '<?xml version="1.0" encoding="utf-8"?>\n<a>Rhône €</a>'.encode(),
        '\ufeff<?xml version="1.0" encoding="UTF-16"?><a>Rhône €</a>'.encode("utf-16-le"),
        "\ufeff<a>Rhône €</a>".encode("utf-16-be"),
        '<?xml version="1.0" encoding="ISO-8859-15"?><a>Rhône €</a>'.encode("iso-8859-15"),
        "<?xml version='1.0' encoding='windows-1252' standalone='yes'?><a>Rhône €</a>".encode("cp1252"),
        b'<?xml version="1.0" encoding="us-ascii"?><a>Rh&#244;ne &#x20AC;</a>',
    ],
)
def test_encodings(data: bytes) -> None:
    assert parse(data, what="x").text == "Rhône €"


def test_the_document_keeps_what_stands_around_the_root() -> None:
    tree = parse_document(b"<!--1--><?p q?><a/><!--2-->", what="x")
    assert [node.tail for node in tree.getroot().itersiblings(preceding=True)] == [None, None]
    assert (
        c14n_digest(tree, "sha1")
        == hashlib.sha1(b"<!--1-->\n<?p q?>\n<a></a>\n<!--2-->", usedforsecurity=False).digest()
    )


# --- writing ---

legal = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff").filter(
        lambda c: c >= " " or c in "\t\n\r"
    )
)


@given(legal, legal)
def test_written_text_is_canonical(content: str, attribute: str) -> None:
    element = etree.Element("a", {"b": attribute})
    element.text = content
    written = f'<a b="{attr(attribute)}">{text(content)}</a>'.encode()
    assert written == etree.tostring(element, method="c14n")


def test_escapes_are_those_of_the_recommendation() -> None:
    assert text('a&b<c>d"e\tf\ng\rh') == 'a&amp;b&lt;c&gt;d"e\tf\ng&#xD;h'
    assert attr('a&b<c>d"e\tf\ng\rh') == "a&amp;b&lt;c>d&quot;e&#x9;f&#xA;g&#xD;h"


@pytest.mark.parametrize("code", [0x00, 0x0B, 0x1F, 0xD800, 0xDFFF, 0xFFFE, 0xFFFF])
@pytest.mark.parametrize("write", [text, attr])
def test_characters_that_xml_forbids(write: Callable[[str, str], str], code: int) -> None:
    with pytest.raises(ChampInvalideError) as refused:
        write(f"{CANARY}{chr(code)}&", "usager.nom")
    assert refused.value.champs == ("usager.nom",)
    assert f"U+{code:04X} en position 11" in str(refused.value)
    assert CANARY not in str(refused.value)


# --- canonical form ---


def test_digest_of_the_sample_document() -> None:
    data = reference("xds", "samples", "dmp-lot-document.xml").read_bytes()
    assert base64.b64encode(c14n_digest(data, "sha1")) == b"JZEf/l4Q9zMEdiQ8+sGnsNGcyJU="
    assert base64.b64encode(c14n_digest(data, "sha256")) == b"LQpT7aZ6omO5/yair5GkW6q+vr3kvPnfio4FdFKrDb4="


def test_digest_of_a_national_example() -> None:
    found = sorted(kit().rglob("DLU-EHPAD-DLU_2022.01.xml"))
    assert found
    digest = c14n_digest(found[0].read_bytes(), "sha1")
    assert digest.hex() == "867ba98067bfbcec9bbf82b9deecc8b49baa3d0e"


@pytest.mark.juge("xmllint")
def test_digest_agrees_with_xmllint(tmp_path: Path) -> None:
    path = tmp_path / "d.xml"
    path.write_bytes(
        b'\xef\xbb\xbf<?xml version="1.0"?>\r\n<?xml-stylesheet href="a"?><!-- c -->\r\n'
        b"<r xmlns='urn:a' z='1' xmlns:b='urn:b' b:y='2' a='3'>\r\n<e/><![CDATA[<&>]]><!-- in -->"
        b"<b:f xmlns='' xmlns:u='urn:u'/></r>\r\n<!-- end -->"
    )
    canonical = subprocess.run([judge("xmllint"), "--c14n", str(path)], check=True, capture_output=True).stdout
    assert c14n_digest(path.read_bytes(), "sha256") == hashlib.sha256(canonical).digest()


def test_comments_can_be_left_out() -> None:
    assert (
        c14n_digest(b"<!--x--><a><!--y--></a>", "sha1", with_comments=False)
        == hashlib.sha1(b"<a></a>", usedforsecurity=False).digest()
    )


def test_exclusive_form_of_an_element_inside_a_default_namespace() -> None:
    root = parse(b'<r xmlns="urn:d" xmlns:p="urn:p" xmlns:u="urn:u"><b>t<c/><p:d/><!--x--></b>tail</r>', what="x")
    assert exc_c14n(root[0]) == b'<b xmlns="urn:d">t<c></c><p:d xmlns:p="urn:p"></p:d></b>'
    assert exc_c14n(root[0], ("u",)) == (b'<b xmlns="urn:d" xmlns:u="urn:u">t<c></c><p:d xmlns:p="urn:p"></p:d></b>')


def test_what_has_no_canonical_form_is_refused() -> None:
    data = b'<a xmlns="relative/uri"/>'
    with pytest.raises(DocumentInvalideError, match="forme canonique") as refused:
        c14n_digest(data, "sha1")
    assert refused.value.__context__ is None
    with pytest.raises(SignatureError, match="forme canonique"):
        exc_c14n(parse(data, what="x"))


def test_names_are_expanded_with_the_shared_namespaces() -> None:
    assert q("soap:Body") == "{http://www.w3.org/2003/05/soap-envelope}Body"
    assert q("wsa:Action") == "{http://www.w3.org/2005/08/addressing}Action"
