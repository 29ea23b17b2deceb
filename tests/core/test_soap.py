"""Envelopes: what we write byte for byte, what services answered, what a broken server sends."""

from __future__ import annotations

import pytest
from lxml import etree

from judges import reference
from segur_socles._core.flow import Response
from segur_socles._core.mtom import MtomReader, read_multipart
from segur_socles._core.soap import (
    ANONYMOUS,
    Answer,
    Fault,
    addressing,
    content_type,
    envelope,
    read_answer,
    read_request,
    security,
)
from segur_socles.errors import ChampInvalideError, ReponseInvalideError, TransportError

SOAP = "http://www.w3.org/2003/05/soap-envelope"
WSA = "http://www.w3.org/2005/08/addressing"
MESSAGE_ID = "urn:uuid:6b3d4c1a-7e0f-4d43-9d0b-1c5f2b7e0c05"
SOAP_TYPE = "application/soap+xml; charset=utf-8"


def respond(content: bytes | str, status: int = 200, content_type: str | None = SOAP_TYPE) -> Response:
    data = content.encode() if isinstance(content, str) else content
    return Response(status, {} if content_type is None else {"content-type": content_type}, data)


def read(response: Response, relates_to: str | None = None, *, strict: bool = True) -> Answer | Fault:
    return read_answer(response, expect_relates_to=relates_to, what="La réponse du service", strict_relates_to=strict)


def answered(headers: str = f"<a:RelatesTo>{MESSAGE_ID}</a:RelatesTo>", body: str = "<r xmlns='urn:r'/>") -> str:
    opened = f'<S:Envelope xmlns:S="{SOAP}" xmlns:a="{WSA}"><S:Header>'
    return f"{opened}{headers}</S:Header><S:Body>{body}</S:Body></S:Envelope>"


# --- writing ---


def test_an_insi_envelope() -> None:
    headers = addressing(action="urn:a", message_id="uuid:1")
    assert envelope(headers=["<c:BAM xmlns:c='urn:c'>é</c:BAM>", headers], body="<R xmlns='urn:r'/>").decode() == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope" '
        'xmlns:wsa="http://www.w3.org/2005/08/addressing">'
        "<soap:Header><c:BAM xmlns:c='urn:c'>é</c:BAM>"
        "<wsa:MessageID>uuid:1</wsa:MessageID><wsa:Action>urn:a</wsa:Action></soap:Header>"
        "<soap:Body><R xmlns='urn:r'/></soap:Body></soap:Envelope>"
    )


def test_the_head_of_the_dmp_sample_byte_for_byte() -> None:
    sample = reference("xds", "samples", "dmp-td21-mtom.mime").read_bytes()
    root = sample[sample.index(b"<?xml") : sample.index(b"\r\n--MIMEBoundary", sample.index(b"<?xml"))]
    assertion = root[root.index(b"<saml2:Assertion") : root.index(b"</saml2:Assertion>") + len(b"</saml2:Assertion>")]
    body = root[root.index(b"<soap:Body>") + len(b"<soap:Body>") : root.index(b"</soap:Body>")]
    headers = addressing(
        message_id=MESSAGE_ID,
        to="https://dmp.example/si-dmp-server/v2/services/repository",
        reply_to=ANONYMOUS,
        action="urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b",
        must_understand=True,
    )
    assert envelope(headers=[headers, security([assertion])], body=body) == root


def test_no_header_no_header_element() -> None:
    assert b"Header" not in envelope(headers=[], body=b"<x/>")


def test_content_type_quotes_the_action() -> None:
    assert content_type("urn:a:1.0.0:b") == 'application/soap+xml; charset=UTF-8; action="urn:a:1.0.0:b"'


def test_addressing_is_escaped_and_checked() -> None:
    assert "<wsa:To>https://h/?a&amp;b</wsa:To>" in addressing(action="a", to="https://h/?a&b")
    assert "<wsa:RelatesTo>urn:uuid:1</wsa:RelatesTo>" in addressing(action="a", relates_to="urn:uuid:1")
    with pytest.raises(ChampInvalideError):
        addressing(action="a\0")


# --- answers as observed ---

EXAMPLES = {
    "cnda_REP_CR01.xml": "01",
    "cnda_TEST_2.04_cas2.xml": "00",
    "cnda_TEST_2.05.xml": "00",
    "cnda_TEST_2.08_cas1.xml": "00",
    "cnda_TEST_2.08_cas2.xml": "00",
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_published_insi_answers(name: str) -> None:
    content = reference("insi-wsdl", "examples", name).read_bytes()
    answer = read(respond(content), "uuid:1", strict=False)
    assert isinstance(answer, Answer)
    assert answer.body.tag == "{http://www.cnamts.fr/INSiResultat}RESULTAT"
    assert answer.body.findtext("{*}CR/{*}CodeCR") == EXAMPLES[name]
    assert answer.addressed.relates_to is None


@pytest.mark.parametrize(
    "name", ["dmp-td02-response-found.xml", "dmp-td03-response.xml", "dmp-registryresponse-failure.xml"]
)
def test_dmp_answers(name: str) -> None:
    sample = reference("xds", "samples", name).read_text(encoding="utf-8")
    headers = (
        "<a:Action>urn:hl7-org:v3:PRPA_IN201308UV02Response</a:Action><a:MessageID>urn:uuid:2</a:MessageID>"
        f"<a:To>{ANONYMOUS}</a:To><a:RelatesTo>{MESSAGE_ID}</a:RelatesTo>"
    )
    answer = read(respond(answered(headers, sample.partition("?>")[2])), MESSAGE_ID)
    assert isinstance(answer, Answer)
    assert answer.body.tag == etree.fromstring(sample.encode()).tag
    assert (answer.addressed.action or "").endswith("Response")


def test_prefixes_comments_and_blanks_do_not_matter() -> None:
    text = answered(
        f"<!-- h -->\n <a:Action>urn:x</a:Action><a:MessageID> urn:uuid:2 </a:MessageID>"
        f"<a:RelatesTo>\n{MESSAGE_ID}\n</a:RelatesTo><a:To>{ANONYMOUS}</a:To>",
        "<!-- b --><?p i?>\n<r xmlns='urn:r'/>\n",
    )
    answer = read(respond("\ufeff" + text, content_type=None), MESSAGE_ID)
    assert isinstance(answer, Answer)
    assert answer.body.tag == "{urn:r}r"
    assert answer.addressed.action == "urn:x"
    assert answer.addressed.message_id == "urn:uuid:2"
    assert answer.addressed.relates_to == MESSAGE_ID
    assert answer.addressed.to == ANONYMOUS


# --- faults ---


def fault(value: str, subcode: str, reasons: str, detail: str = "", headers: str = "") -> str:
    return answered(
        headers,
        f'<S:Fault xmlns:q="urn:siram"><S:Code><S:Value>S:{value}</S:Value><S:Subcode><S:Value>{subcode}</S:Value>'
        f"</S:Subcode></S:Code><S:Reason>{reasons}</S:Reason>{detail}</S:Fault>",
    )


FAULTS = [
    ("Sender", "q:siram_100", "siram_100", "desir_550", "erreur", "en"),
    ("Receiver", "q:siram_40", "siram_40", "insi_102", "fatal", "en"),
    ("Sender", "siram_40", "siram_40", "desir_1020", "fatale", "fr"),
]


@pytest.mark.parametrize(("value", "written", "subcode", "code", "severity", "language"), FAULTS)
@pytest.mark.parametrize("status", [500, 400, 200])
def test_insi_faults(
    value: str, written: str, subcode: str, code: str, severity: str, language: str, status: int
) -> None:
    detail = (
        f'<S:Detail><q:Erreur code="{code}" severite="{severity}" messageID="uuid:1">Libellé.</q:Erreur></S:Detail>'
    )
    text = fault(value, written, f'<S:Text xml:lang="{language}">Message affiché.</S:Text>', detail)
    found = read(respond(text, status), "uuid:1")
    assert isinstance(found, Fault)
    assert (found.code, found.subcode, found.status) == (value, subcode, status)
    assert found.reasons == ((language, "Message affiché."),)
    assert found.reason() == "Message affiché."
    assert found.detail is not None
    error = found.detail[0]
    assert (error.tag, error.get("code"), error.get("severite")) == ("{urn:siram}Erreur", code, severity)
    assert "affiché" not in repr(found)


def test_a_dmp_fault() -> None:
    reasons = (
        '<S:Text xml:lang="en">Not a valid signature certificate</S:Text><S:Text xml:lang="fr-FR">Certificat</S:Text>'
    )
    found = read(respond(fault("Sender", "soap:DMPInvalidCertificate", reasons), 500), MESSAGE_ID)
    assert isinstance(found, Fault)
    assert found.subcodes == ("DMPInvalidCertificate",)
    assert found.reason() == "Certificat"
    assert found.reason("en") == "Not a valid signature certificate"
    assert found.detail is None


def test_nested_and_missing_codes() -> None:
    nested = "a</S:Value><S:Subcode><S:Value>b:c</S:Value></S:Subcode></S:Subcode></S:Code><!--"
    text = fault("Sender", nested, "").replace("</S:Value></S:Subcode></S:Code><S:Reason></S:Reason>", "-->")
    found = read(respond(text, 500))
    assert isinstance(found, Fault)
    assert found.subcodes == ("a", "c")
    bare = read(respond(answered("", "<S:Fault/>"), 500))
    assert isinstance(bare, Fault)
    assert (bare.code, bare.subcode, bare.reason()) == ("", None, None)


# --- the message answered ---


def test_relates_to_must_be_ours() -> None:
    with pytest.raises(ReponseInvalideError, match="autre message") as wrong:
        read(respond(answered()), "urn:uuid:other", strict=False)
    assert wrong.value.outcome_unknown
    with pytest.raises(ReponseInvalideError, match="RelatesTo absent"):
        read(respond(answered("")), MESSAGE_ID)
    assert isinstance(read(respond(answered("")), MESSAGE_ID, strict=False), Answer)
    assert isinstance(read(respond(answered())), Answer)
    with pytest.raises(ReponseInvalideError, match="autre message"):
        read(respond(fault("Sender", "x", "", headers=f"<a:RelatesTo>{MESSAGE_ID}</a:RelatesTo>"), 500), "urn:uuid:x")


def test_a_header_given_twice_is_refused() -> None:
    twice = f"<a:RelatesTo>{MESSAGE_ID}</a:RelatesTo>" * 2
    with pytest.raises(ReponseInvalideError, match="deux fois"):
        read(respond(answered(twice)), MESSAGE_ID)


# --- what is not an answer ---

HTML = "<html><body>Service indisponible</body></html>"


@pytest.mark.parametrize(
    ("status", "unknown"),
    [(301, False), (400, False), (401, False), (403, False), (404, False), (429, False), (500, True), (503, True)],
)
@pytest.mark.parametrize("content", [HTML, "", "<soap", "<r xmlns='urn:r'/>"])
@pytest.mark.parametrize("written_type", ["text/html", "text/xml", None])
def test_an_http_error_without_soap(status: int, content: str, written_type: str | None, *, unknown: bool) -> None:
    with pytest.raises(TransportError) as error:
        read(respond(content, status, written_type))
    assert type(error.value) is TransportError
    assert error.value.status == status
    assert error.value.outcome_unknown is unknown
    assert error.value.sent
    assert "indisponible" not in str(error.value)
    assert error.value.__context__ is None


@pytest.mark.parametrize(
    ("content", "written_type"),
    [
        (HTML, "text/html"),
        (HTML, SOAP_TYPE),
        (answered()[:-20], SOAP_TYPE),
        ("", SOAP_TYPE),
        (answered(body=""), SOAP_TYPE),
        (answered().replace(SOAP, "http://schemas.xmlsoap.org/soap/envelope/"), "text/xml"),
        (answered().replace("<S:Body>", "<S:Body><x/></S:Body><S:Body>"), SOAP_TYPE),
        (answered(), "application/json"),
        (answered(), 'multipart/related; boundary="b"'),
    ],
)
def test_a_success_that_is_not_soap(content: str, written_type: str) -> None:
    with pytest.raises(ReponseInvalideError) as error:
        read(respond(content, 200, written_type))
    assert error.value.outcome_unknown


def test_a_plain_body_with_an_error_status_is_not_a_success() -> None:
    with pytest.raises(TransportError) as error:
        read(respond(answered(), 500))
    assert error.value.status == 500


# --- multipart answers ---

ROOT = answered(
    body='<r xmlns="urn:r"><i:Include xmlns:i="http://www.w3.org/2004/08/xop/include" href="cid:d%40x"/></r>'
)
MULTIPART = (
    "--b\r\nContent-Type: application/xop+xml\r\nContent-ID: <root>\r\n\r\n" + ROOT + "\r\n"
    "--b\r\nContent-Type: application/octet-stream\r\nContent-ID: <d@x>\r\n\r\n\0\r\n\r\n--b--\r\n"
).encode()
MULTIPART_TYPE = 'Multipart/Related; boundary=b; type="application/xop+xml"; start="<root>"'


def test_a_multipart_answer_in_memory_or_in_a_sink() -> None:
    sink = MtomReader(what="La réponse")
    sink.write(MULTIPART)
    streamed = Response(200, {"content-type": MULTIPART_TYPE}, b"", sink)
    for response in (respond(MULTIPART, content_type=MULTIPART_TYPE), streamed):
        answer = read(response, MESSAGE_ID)
        assert isinstance(answer, Answer)
        href = answer.body[0].get("href")
        assert answer.message.resolve(href or "").content() == b"\0\r\n"
        with pytest.raises(ReponseInvalideError, match="absente"):
            answer.message.resolve("cid:other")


# --- requests ---


def test_a_request_is_read_by_namespace() -> None:
    headers = addressing(message_id="uuid:1", to="https://h", reply_to=ANONYMOUS, action="urn:a", must_understand=True)
    assertion = b'<s:Assertion xmlns:s="urn:oasis:names:tc:SAML:2.0:assertion"/>'
    requete = read_request(
        envelope(headers=[headers, security([assertion, assertion]), "<x:y xmlns:x='urn:x'/>"], body="<b/>")
    )
    addressed = requete.addressed
    assert (addressed.message_id, addressed.to, addressed.reply_to) == ("uuid:1", "https://h", ANONYMOUS)
    assert (addressed.action, addressed.relates_to) == ("urn:a", None)
    assert requete.body.tag == "b"
    assert len(requete.headers["{urn:x}y"]) == 1
    assert len(requete.assertions) == 2


def test_the_dmp_sample_request_is_read() -> None:
    content = reference("xds", "samples", "dmp-td21-mtom.mime").read_bytes()
    written_type = 'multipart/related; boundary="MIMEBoundary_fictif_0c05"; start="<root@dui.example>"'
    requete = read_request(read_multipart(content, written_type, what="x").root)
    assert requete.body.tag == "{urn:ihe:iti:xds-b:2007}ProvideAndRegisterDocumentSetRequest"
    assert requete.addressed.message_id == MESSAGE_ID
    assert requete.addressed.action == "urn:ihe:iti:2007:ProvideAndRegisterDocumentSet-b"
    assert [assertion.get("ID") for assertion in requete.assertions] == ["_5a3a5c0e-8d1b-4c58-9d6e-2f6f7a1b0c01"]


@pytest.mark.parametrize("body", [b"", b"<a/><b/>"])
def test_a_request_has_one_body_element(body: bytes) -> None:
    with pytest.raises(ReponseInvalideError, match="un seul"):
        read_request(envelope(headers=[], body=body))
