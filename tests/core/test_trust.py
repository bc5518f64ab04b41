"""Who is believed (DOMAIN, "Who is believed"; RELIABILITY E2, E4, E5, E7)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import authres
import pytest

from tests.core.messages import KAROLINA, mail
from triage.core.message import Address, Message
from triage.core.policy import Policy
from triage.core.trust import Authentication, Claim, _Header, authenticate, identify, looks_like

POLICY = Policy(authserv_ids=frozenset({"mx.es.gov.br"}), carrier_domains=frozenset({"longa.example"}))


def _with_results(*values: str, sender: str = KAROLINA) -> Message:
    return replace(mail(sender=sender, auth=""), authentication_results=values)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (("mx.es.gov.br; dmarc=pass header.from=oi.net.br",), Authentication.PASS),
        (("mx.es.gov.br; dkim=pass header.d=oi.net.br",), Authentication.PASS),
        (("mx.es.gov.br; spf=pass smtp.mailfrom=karolina@oi.net.br",), Authentication.PASS),
        (("mx.es.gov.br; spf=pass smtp.mailfrom=evil@example.com",), Authentication.NONE),
        (("mx.es.gov.br; dkim=pass header.d=example.com",), Authentication.NONE),
        (("mx.es.gov.br; dmarc=pass header.from=example.com",), Authentication.NONE),
        (("mx.es.gov.br; dkim=pass header.d=oi.net.br; dmarc=fail header.from=oi.net.br",), Authentication.FAIL),
        (("mx.es.gov.br; dmarc=temperror header.from=oi.net.br",), Authentication.NONE),
        (("mx.es.gov.br; none",), Authentication.NONE),
        ((), Authentication.NONE),
        # forged: another server's word, our name only in a comment, ours below a forged one of another id
        (("mx.evil.example; dmarc=pass header.from=oi.net.br",), Authentication.NONE),
        (("mx.evil.example (mx.es.gov.br); dmarc=pass header.from=oi.net.br",), Authentication.NONE),
        (("mx.es.gov.br (dmarc=pass header.from=oi.net.br); spf=fail smtp.mailfrom=a@b.c",), Authentication.NONE),
        # the topmost of ours decides: a planted pass below it counts for nothing
        (
            ("mx.es.gov.br; dmarc=fail header.from=oi.net.br", "mx.es.gov.br; dmarc=pass header.from=oi.net.br"),
            Authentication.FAIL,
        ),
        (("mx.es.gov.br; none", "mx.es.gov.br; dmarc=pass header.from=oi.net.br"), Authentication.NONE),
        (
            ("mx.other.example; dmarc=fail header.from=oi.net.br", "mx.es.gov.br; dmarc=pass header.from=oi.net.br"),
            Authentication.PASS,
        ),
        (("MX.ES.GOV.BR 1; dmarc=pass (p=none)\r\n header.from=oi.net.br",), Authentication.PASS),
        (("(ours; at last) mx.es.gov.br; dmarc=pass header.from=oi.net.br",), Authentication.PASS),
        (("mx.evil.example; dkim=pass header.d=mx.es.gov.br; dmarc=pass header.from=oi.net.br",), Authentication.NONE),
        (("this is ; not = a header",), Authentication.NONE),
    ],
)
def test_only_the_topmost_word_of_our_own_server_counts(values: tuple[str, ...], expected: Authentication) -> None:
    """Any other header of that name can be forged."""
    assert authenticate(_with_results(*values), POLICY) is expected


MICROSOFT = (
    "spf=pass (sender IP is 40.107.22.70)\r\n smtp.mailfrom=oi.net.br; dkim=pass (signature was verified)\r\n"
    " header.d=oi.net.br;dmarc=pass action=none\r\n header.from=oi.net.br;compauth=pass reason=100"
)
FAILED = "spf=fail (sender IP is 1.2.3.4) smtp.mailfrom=oi.net.br; dmarc=fail action=oreject header.from=oi.net.br"


@pytest.mark.parametrize(
    ("values", "nameless", "expected"),
    [
        ((MICROSOFT,), True, Authentication.PASS),
        ((MICROSOFT,), False, Authentication.NONE),
        ((FAILED, MICROSOFT), True, Authentication.FAIL),
        (("mx.stranger.example; dkim=none", MICROSOFT), True, Authentication.NONE),
        (("x (=) y; dmarc=pass header.from=oi.net.br",), True, Authentication.NONE),
        (("mx.es.gov.br; dmarc=pass header.from=oi.net.br", MICROSOFT), True, Authentication.PASS),
        ((), True, Authentication.NONE),
    ],
    ids=["as set", "not set", "topmost alone", "not topmost", "a comment", "ours by name", "none"],
)
def test_a_server_without_a_name_is_believed_only_where_the_settings_say_so(
    values: tuple[str, ...], nameless: bool, expected: Authentication
) -> None:
    """E2: Microsoft's servers sign with no name; only the header that stands above all others can be theirs."""
    policy = replace(POLICY, nameless_results=nameless)
    assert authenticate(_with_results(*values), policy) is expected


def test_without_a_configured_server_nobody_is_authenticated() -> None:
    """Fails closed (E2)."""
    assert authenticate(mail(sender=KAROLINA), Policy()) is Authentication.NONE


@pytest.mark.parametrize("defect", ["duplicate-from", "from-disagreement"])
def test_a_from_that_parsers_disagree_on_proves_nothing(defect: str) -> None:
    """E5."""
    assert authenticate(mail(sender=KAROLINA, defects=(defect,)), POLICY) is Authentication.NONE


def test_two_authors_prove_nothing() -> None:
    """E5: exactly one mailbox."""
    message = replace(mail(sender=KAROLINA), from_=(Address("", KAROLINA), Address("", "evil@example.com")))
    assert authenticate(message, POLICY) is Authentication.NONE


@pytest.mark.parametrize(
    ("sender", "claim"),
    [
        (KAROLINA, Claim.OPERATOR),
        ("aviso@longa.example", Claim.CARRIER),
        ("telefonia@seger.es.gov.br", Claim.OWN),
        ("ana@sedu.es.gov.br", Claim.ANYONE),
        ("karolina.ramos@oi-net.com.br", Claim.LOOKALIKE),
        ("karolina.ramos@oi.net.br.example.com", Claim.LOOKALIKE),
        ("karolina.ramos@0i.net.br", Claim.LOOKALIKE),
        ("karolina.ramos@оi.net.br", Claim.LOOKALIKE),  # a Cyrillic o
        ("karolina.ramos@mail.oi.net.br", Claim.LOOKALIKE),  # a subdomain is not on the list
        ("maria@oitiva.com.br", Claim.ANYONE),
    ],
)
def test_who_a_sender_claims_to_be(sender: str, claim: Claim) -> None:
    """Look-alikes claim to be the operator, and are never believed."""
    found = identify(mail(sender=sender), POLICY)
    assert found.claim is claim
    assert not (claim is Claim.LOOKALIKE and found.trusted)


def test_a_domain_never_imitates_itself() -> None:
    """The genuine domain is no look-alike."""
    assert not looks_like("oi.net.br", "oi.net.br")


COVERING = "v=1; d=oi.net.br; s=k1; h=From:To:Subject:Date:Message-ID:Content-Type; bh=eA==; b=eA=="
WITHOUT_TO = COVERING.replace("To:", "")


@pytest.mark.parametrize(
    ("results", "signature", "expected"),
    [
        ("dkim=pass header.d=oi.net.br; dmarc=pass header.from=oi.net.br", COVERING, Authentication.PASS),
        ("dkim=pass header.d=oi.net.br; dmarc=pass header.from=oi.net.br", WITHOUT_TO, Authentication.NONE),
        ("dkim=pass header.d=oi.net.br; spf=pass smtp.mailfrom=x@evil.org", WITHOUT_TO, Authentication.NONE),
        ("dmarc=pass header.from=oi.net.br", WITHOUT_TO, Authentication.NONE),
        ("dkim=pass header.d=oi.net.br; spf=pass smtp.mailfrom=k@oi.net.br", WITHOUT_TO, Authentication.PASS),
        ("spf=pass smtp.mailfrom=k@oi.net.br; dmarc=pass", COVERING + "; l=10", Authentication.NONE),
        ("dmarc=fail header.from=oi.net.br", COVERING, Authentication.FAIL),
    ],
)
def test_a_signature_that_leaves_out_too_much_proves_nothing(
    results: str, signature: str, expected: Authentication
) -> None:
    """E6: our server's pass says that a signature is good, not what it is a signature of."""
    message = replace(_with_results(f"mx.es.gov.br; {results}"), headers=(("dkim-signature", signature),))
    assert authenticate(message, POLICY) is expected


def test_comments_nested_too_deep_to_be_read_prove_nothing() -> None:
    value = f"mx.es.gov.br; dmarc=pass {'(' * 5_000}"
    assert authenticate(_with_results(value), POLICY) is Authentication.NONE


@pytest.mark.parametrize(
    "value",
    [
        "mx.x; spf=pass (sender IP is 40.1.1.2) smtp.mailfrom=oi.net.br; dkim=pass header.d=oi.net.br;dmarc=pass",
        'mx.x 1; dkim/1=pass reason="good; (sig)" header.i=@oi.net.br header.b="ab/c+d" ; spf=none',
        "mx.x (a (nested \\) comment)) ; none",
        "MX.x; dmarc=bestguesspass action=none compauth=pass reason=100",
        'mx.x; spf=pass smtp.mailfrom="a b"@oi.net.br',
        "mx.x; dkim",
        "mx.x 2; none",
        "mx.x; spf=pass (never closed",
        "; dkim=pass",
        "",
    ],
)
def test_our_reading_of_a_header_is_the_librarys(value: str) -> None:
    assert _read(_Header.parse, value) == _read(authres.core.AuthenticationResultsHeader.parse, value)


def _read(parse: Callable[[Any, str], Any], value: str) -> object:
    try:
        header = parse(authres.core_features(), f"Authentication-Results: {value}")
    except authres.core.AuthResError as error:
        return type(error), str(error)
    return header.authserv_id, header.version, [(str(result), result.reason) for result in header.results]
