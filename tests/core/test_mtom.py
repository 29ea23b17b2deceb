"""MTOM: our bodies read by the stdlib, foreign bodies read by us, and what is not a body."""

from __future__ import annotations

import email
import email.policy
import hashlib
import tracemalloc
from email.message import Message as EmailMessage
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from judges import reference
from segur_socles._core.body import BytesBody, FileBody, MemorySink, Sink
from segur_socles._core.ids import RandomIds, SeededIds
from segur_socles._core.mtom import (
    MtomBody,
    MtomReader,
    Part,
    PartHead,
    content_id_of,
    include,
    media_type_of,
    read_multipart,
)
from segur_socles.errors import ReponseInvalideError

ROOT = b"<soap/>"
BINARY = "application/octet-stream"
BOUNDARY = f"segur_{SeededIds(1).uuid().hex}"


def sent(body: MtomBody) -> bytes:
    return b"".join(bytes(chunk) for chunk in body.chunks())


def by_stdlib(body: MtomBody) -> list[EmailMessage]:
    message = email.message_from_bytes(
        f"MIME-Version: 1.0\r\nContent-Type: {body.content_type}\r\n\r\n".encode() + sent(body),
        policy=email.policy.compat32,
    )
    assert message.is_multipart()
    assert not message.defects
    parts = message.get_payload()
    assert isinstance(parts, list)
    return parts  # type: ignore[return-value]


# --- writing ---


def test_the_body_byte_for_byte() -> None:
    part = Part("doc-1@dui.example", "text/xml", BytesBody(b"<a>\r\n"))
    body = MtomBody(ROOT, [part], ids=SeededIds(1), action="urn:a", root_action="Depot", root_id="root@dui.example")
    assert body.content_type == (
        f'multipart/related; boundary="{BOUNDARY}"; type="application/xop+xml"; start="<root@dui.example>"; '
        'start-info="application/soap+xml"; action="urn:a"'
    )
    assert sent(body).decode() == (
        f"--{BOUNDARY}\r\n"
        'Content-Type: application/xop+xml; charset=UTF-8; type="application/soap+xml"; action="Depot"\r\n'
        "Content-Transfer-Encoding: binary\r\n"
        "Content-ID: <root@dui.example>\r\n"
        "\r\n"
        "<soap/>\r\n"
        f"--{BOUNDARY}\r\n"
        "Content-Type: text/xml\r\n"
        "Content-Transfer-Encoding: binary\r\n"
        "Content-ID: <doc-1@dui.example>\r\n"
        "\r\n"
        "<a>\r\n\r\n"
        f"--{BOUNDARY}--\r\n"
    )
    assert body.size == len(sent(body)) == len(sent(body))


def test_actions_are_optional() -> None:
    body = MtomBody(ROOT, [], ids=SeededIds(1))
    assert "; action=" not in body.content_type
    assert b"; action=" not in sent(body)


LOOKALIKES = [
    b"\r",
    b"\n",
    b"\r\n",
    b"--",
    b"\0",
    b"\xff",
    b"\r\n--segur_",
    f"--{BOUNDARY}".encode(),
    BOUNDARY[:-1].encode(),
]
nasty = st.lists(st.sampled_from(LOOKALIKES) | st.binary(max_size=5)).map(b"".join)


@given(nasty, st.lists(nasty, max_size=3))
def test_the_stdlib_gives_the_parts_back(root: bytes, contents: list[bytes]) -> None:
    body = MtomBody(
        root, [Part(f"d{i}@x", BINARY, BytesBody(content)) for i, content in enumerate(contents)], ids=SeededIds(1)
    )
    read = [part.get_payload(decode=True) for part in by_stdlib(body)]
    assert read == [root, *contents]
    assert body.size == len(sent(body))


@given(nasty, st.lists(nasty, max_size=3), st.integers(1, 80), st.booleans())
def test_we_give_the_parts_back_however_they_come(root: bytes, contents: list[bytes], step: int, sniff: bool) -> None:
    parts = [Part(f"d{i}@x", BINARY, BytesBody(content)) for i, content in enumerate(contents)]
    body = MtomBody(root, parts, ids=SeededIds(1))
    data = sent(body)
    reader = MtomReader(boundary=None if sniff else media_type_of(body.content_type)[1]["boundary"])
    for start in range(0, len(data), step):
        reader.write(data[start : start + step])
    message = reader.close(body.content_type)
    assert message.root == root
    assert [message.resolve(f"cid:d{i}%40x").content() for i in range(len(contents))] == contents


def test_a_boundary_that_is_in_a_part_is_not_used() -> None:
    second = SeededIds(1)
    second.uuid()
    expected = f"segur_{second.uuid().hex}"
    inside = f"\r\n--{BOUNDARY}--\r\n".encode()
    # In the root; in a part; in a part, across two chunks of 64 KiB.
    for root, part in ((inside, b""), (ROOT, inside), (ROOT, b"x" * (65536 - 20) + inside)):
        body = MtomBody(root, [Part("d@x", BINARY, BytesBody(part))], ids=SeededIds(1))
        assert f'boundary="{expected}"' in body.content_type
        assert [one.get_payload(decode=True) for one in by_stdlib(body)] == [root, part]


def test_it_starts_again_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "cda.xml"
    path.write_bytes(b"\xff" * 200_000)
    body = MtomBody(ROOT, [Part("d@x", "text/xml", FileBody(path))], ids=RandomIds())
    assert sent(body) == sent(body)
    assert body.size == len(sent(body))
    assert by_stdlib(body)[1].get_payload(decode=True) == path.read_bytes()


@pytest.mark.parametrize("bad", ["", "a", "a b@x", "a@x>\r\nX: y", "é@x", "a@b@c"])
def test_content_ids_need_no_encoding(bad: str) -> None:
    for make in (
        lambda: Part(bad, BINARY, BytesBody(b"")),
        lambda: MtomBody(ROOT, [], ids=RandomIds(), root_id=bad),
        lambda: include(bad),
    ):
        with pytest.raises(ValueError, match="MIME header"):
            make()


def test_headers_cannot_be_injected() -> None:
    with pytest.raises(ValueError, match="media_type"):
        Part("d@x", "text/xml\r\nX: y", BytesBody(b""))
    for bad in ('a"b', "a\r\nb", "a\\b", "é", ""):
        with pytest.raises(ValueError, match="action"):
            MtomBody(ROOT, [], ids=RandomIds(), action=bad)
    with pytest.raises(ValueError, match="content_id"):
        MtomBody(ROOT, [Part("root@segur-socles", BINARY, BytesBody(b""))], ids=RandomIds())


def test_include_names_the_part() -> None:
    assert include("d-1@x") == (
        '<xop:Include xmlns:xop="http://www.w3.org/2004/08/xop/include" href="cid:d-1@x"></xop:Include>'
    )


def test_a_50_mib_feed_costs_no_memory() -> None:
    content = bytes(50 * 1024 * 1024)
    tracemalloc.start()
    try:
        body = MtomBody(ROOT, [Part("d@x", "text/xml", BytesBody(content))], ids=RandomIds())
        reader = MtomReader(boundary=media_type_of(body.content_type)[1]["boundary"], sink=Hashing)
        for chunk in body.chunks():
            reader.write(bytes(chunk))
        message = reader.close(body.content_type)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert message.resolve("cid:d@x").content() == hashlib.sha1(content, usedforsecurity=False).digest()
    assert peak < 0.1 * len(content)


class Hashing:
    """A sink that keeps a digest; the root is kept whole."""

    def __init__(self, head: PartHead) -> None:
        self._kept: MemorySink | None = MemorySink() if head.index == 0 else None
        self._digest = hashlib.sha1(usedforsecurity=False)

    def write(self, chunk: bytes) -> None:
        self._digest.update(chunk)
        if self._kept:
            self._kept.write(chunk)

    def content(self) -> bytes:
        return self._kept.content() if self._kept else self._digest.digest()


# --- reading ---


def sample() -> tuple[str, bytes]:
    head, _, body = reference("xds", "samples", "dmp-td21-mtom.mime").read_bytes().partition(b"\r\n\r\n")
    (line,) = [line for line in head.decode().split("\r\n") if line.startswith("Content-Type: ")]
    return line.removeprefix("Content-Type: "), body


@pytest.mark.parametrize("step", [1, 2, 3, 64, 10_000_000])
def test_the_sample_feed(step: int) -> None:
    written_type, body = sample()
    reader = MtomReader()
    for start in range(0, len(body), step):
        reader.write(body[start : start + step])
    message = reader.close(written_type)
    document = message.resolve("cid:doc1%2Bfictif@dui.example").content()
    assert (len(document), hashlib.sha1(document, usedforsecurity=False).hexdigest()) == (
        597,
        "aafac4c2b396055b28cbc21c4ebb931d02dd5fd3",
    )
    assert document == reference("xds", "samples", "dmp-lot-document.xml").read_bytes()
    signature = message.resolve("cid:sig1@dui.example").content()
    assert signature == reference("xds", "samples", "dmp-lot-signature-sha1.xml").read_bytes()
    assert message.root.startswith(b"<?xml")
    assert message.root.endswith(b"</soap:Envelope>")
    assert reader.content() == message.root


def test_the_sample_feed_in_memory_agrees_with_the_stdlib() -> None:
    written_type, body = sample()
    message = read_multipart(body, written_type, what="x")
    whole = email.message_from_bytes(reference("xds", "samples", "dmp-td21-mtom.mime").read_bytes())
    payloads = {str(part["Content-ID"]): part.get_payload(decode=True) for part in whole.walk() if part["Content-ID"]}
    assert message.root == payloads["<root@dui.example>"]
    assert {f"<{name}>": sink.content() for name, sink in message.parts.items()} == {
        name: payload for name, payload in payloads.items() if name != "<root@dui.example>"
    }


TYPE = 'multipart/related; boundary="b"; start="<r>"'


def part(content_id: str, content: bytes = b"x", more: str = "") -> bytes:
    return f"--b\r\nContent-ID: <{content_id}>\r\n{more}\r\n".encode() + content + b"\r\n"


END = b"--b--\r\n"


def read(body: bytes, written_type: str = TYPE, step: int = 5) -> object:
    reader = MtomReader(what="La réponse")
    for start in range(0, len(body), step):
        reader.write(body[start : start + step])
    streamed = reader.close(written_type)
    whole = read_multipart(body, written_type, what="La réponse")
    assert whole.root == streamed.root
    return {"root": whole.root} | {name: sink.content() for name, sink in whole.parts.items()}


def test_the_root_may_come_anywhere() -> None:
    assert read(part("d") + part("r", b"root") + END) == {"root": b"root", "d": b"x"}
    assert read(part("d") + part("r", b"root") + END, "multipart/related; boundary=b") == {"root": b"x", "r": b"root"}


def test_accepted_liberties() -> None:
    expected = {"root": b"x", "d": b"y"}
    assert read(b"\r\n" + part("r") + part("d", b"y") + END) == expected
    assert read((part("r") + part("d", b"y") + END).replace(b"--b\r\n", b"--b \t\r\n")) == expected
    assert read(part("r") + part("d", b"y") + END.rstrip()) == expected
    assert read(part("r") + part("d", b"y") + END + b"epilogue\r\n--b\r\n") == expected
    assert read(part("r") + part("d", b"y", "X-Long: a\r\n b\r\ncontent-transfer-encoding: 8BIT\r\n") + END) == expected
    folded = part("r") + part("d", b"y").replace(b"Content-ID: ", b"CONTENT-id:\r\n\t") + END
    assert read(folded) == expected


def test_empty_parts_and_parts_without_header() -> None:
    assert read(part("r", b"") + END) == {"root": b""}
    assert read(b"--b\r\nContent-ID: <r>\r\n\r\n" + END) == {"root": b""}
    assert read(part("r") + b"--b\r\n\r\nanonymous\r\n" + END) == {"root": b"x"}
    assert read(b"--b\r\n\r\nroot\r\n" + END, "multipart/related; boundary=b") == {"root": b"root"}


@pytest.mark.parametrize(
    "content",
    [
        b"--b",
        b"--b--",
        b"x--b--\r\n",
        b"\n--b--\n",
        b"\r--b\r",
        b"\r\n--bb\r\n",
        b"\r\n--b---\r\n",
        b"\r\n--b x\r\n",
        b"\r\n--bb\r\n" * 5,
        b"\r\n--",
        b"\r\n-",
        b"\r\n",
        b"\r",
        b"\r\n\r\n--c\r\n",
        b"\r\n--b" + b" " * 200,
    ],
)
def test_what_looks_like_a_delimiter_is_content(content: bytes) -> None:
    if content.startswith(b"--"):
        content = b"." + content
    for step in (1, 4, 1000):
        assert read(part("r", content) + part("d") + END, step=step) == {"root": content, "d": b"x"}


def test_a_preamble_is_skipped_when_the_boundary_is_known() -> None:
    message = read_multipart(b"preamble\r\nof two lines\r\n" + part("r") + END, TYPE, what="x")
    assert message.root == b"x"


def test_a_preamble_has_an_end() -> None:
    with pytest.raises(ReponseInvalideError, match="aucune pièce n'y commence"):
        read_multipart(b"x" * 5000 + b"\r\n" + part("r") + END, TYPE, what="x")


BROKEN = {
    "nothing": (b"", TYPE, "absent|tronqué"),
    "plain instead of multipart": (b"<a/>", TYPE, "absent|tronqué"),
    "no closing delimiter": (part("r"), TYPE, "tronqué"),
    "cut inside a header": (part("r") + b"--b\r\nContent-ID: <d", TYPE, "tronqué"),
    "no part": (END, TYPE, "tronqué"),
    "other boundary": (part("r") + END, 'multipart/related; boundary="c"', "séparateur|tronqué"),
    "root missing": (part("d") + END, TYPE, "principale"),
    "one id twice": (part("r") + part("d") + part("d") + END, TYPE, "même Content-ID"),
    "base64": (part("r", more="Content-Transfer-Encoding: base64\r\n") + END, TYPE, "binaire"),
    "header without colon": (part("r", more="garbage\r\n") + END, TYPE, "mal formé"),
    "endless header": (part("r", more=f"X: {'a' * 20_000}\r\n") + END, TYPE, "trop long"),
    "too many parts": (b"".join(part(f"p{i}") for i in range(65)) + END, TYPE, "64"),
    "boundary too long": (b"--" + b"b" * 71 + b"\r\n\r\nx\r\n", TYPE, "invalide|tronqué"),
    "boundary without end": (b"--" + b"b" * 200, TYPE, "invalide|tronqué"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_multiparts_are_refused(name: str) -> None:
    body, written_type, reason = BROKEN[name]
    reader = MtomReader(what="La réponse")

    def stream() -> None:
        for start in range(0, len(body), 11):
            reader.write(body[start : start + 11])
        reader.close(written_type)

    def whole() -> None:
        read_multipart(body, written_type, what="La réponse")

    for attempt in (stream, whole):
        with pytest.raises(ReponseInvalideError, match=reason) as refused:
            attempt()
        assert str(refused.value).startswith("La réponse est illisible")


@pytest.mark.parametrize("boundary", ["", "é", "b" * 71])
def test_a_boundary_must_be_one(boundary: str) -> None:
    with pytest.raises(ReponseInvalideError, match="séparateur"):
        read_multipart(part("r") + END, f'multipart/related; boundary="{boundary}"', what="x")


def test_an_answer_that_is_not_multipart() -> None:
    assert read_multipart(b"--b", "application/soap+xml", what="x").root == b"--b"
    for data in (b"<a/>", b"\r\n<a/>", b"", b"<"):
        reader = MtomReader()
        for position in range(len(data)):
            reader.write(data[position : position + 1])
        assert reader.close("application/soap+xml").root.strip() in (data.strip(), b"")
    reader = MtomReader()
    reader.write(b"<a/>")
    assert (reader.content(), reader.close().root) == (b"<a/>", b"<a/>")


def test_a_sink_s_limit_is_respected() -> None:
    def tight(head: PartHead) -> Sink:
        return MemorySink(10 if head.index else 1000)

    reader = MtomReader(boundary="b", sink=tight)
    reader.write(part("r", b"x" * 500) + part("d", b"y" * 10))
    with pytest.raises(ReponseInvalideError, match="10 octets"):
        reader.write(part("e", b"y" * 11) + END)


def test_heads_are_given_to_the_sink_maker() -> None:
    heads: list[PartHead] = []

    def keep(head: PartHead) -> Sink:
        heads.append(head)
        return MemorySink()

    reader = MtomReader(boundary="b", sink=keep)
    reader.write(part("r", more="Content-Type: Application/XOP+xml; charset=UTF-8\r\n") + b"--b\r\n\r\nx\r\n" + END)
    reader.close()
    assert heads == [PartHead(0, "r", "application/xop+xml"), PartHead(1, None, "")]


# --- small readers ---


HREFS = [
    ("cid:a@b", "a@b"),
    ("cid:uuid-2@urn%3Aihe%3Aiti%3Axds-b%3A2007", "uuid-2@urn:ihe:iti:xds-b:2007"),
    ("CID:doc1%2Bfictif@dui.example", "doc1+fictif@dui.example"),
    ("cid:a+b@c", "a+b@c"),
    ("cid:0.1", "0.1"),
]


@pytest.mark.parametrize(("href", "expected"), HREFS)
def test_content_ids_of_references(href: str, expected: str) -> None:
    assert content_id_of(href) == expected


@pytest.mark.parametrize("href", ["", "cid:", "http://127.0.0.1/x", "file:///etc/hostname", "a@b"])
def test_only_cid_references_are_followed(href: str) -> None:
    with pytest.raises(ReponseInvalideError, match="cid:"):
        content_id_of(href)


def test_content_type_parameters() -> None:
    written = 'Multipart/Related ; Boundary="a;b=\\"c\\""; start=<r@x>;type = "application/xop+xml";boundary=z'
    assert media_type_of(written) == (
        "multipart/related",
        {"boundary": 'a;b="c"', "start": "<r@x>", "type": "application/xop+xml"},
    )
    assert media_type_of("") == ("", {})
