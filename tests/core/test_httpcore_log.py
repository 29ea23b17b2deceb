"""Headers of the answers to our exchanges stay out of httpcore's log; those of others do not concern us."""

from __future__ import annotations

import logging

import pytest

from segur_socles._core.httpcore_log import our_exchange

LIGNE = "receive_response_headers.complete return_value=(b'HTTP/1.1', 302, b'Found', [(b'location', b'/?code=secret')])"


def test_headers_of_our_answers_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("httpcore.http11")
    with caplog.at_level(logging.DEBUG, logger=log.name):
        log.debug(LIGNE)
        with our_exchange():
            log.debug(LIGNE)
            log.debug("send_request_headers.started request=<Request [b'GET']>")
        log.debug(LIGNE)
    assert [r.getMessage() for r in caplog.records] == [
        LIGNE,
        "receive_response_headers.complete",
        "send_request_headers.started request=<Request [b'GET']>",
        LIGNE,
    ]
