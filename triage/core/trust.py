"""Who is believed: what our own server vouches for, and who a sender claims to be (RFC 8601, RFC 7489)."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import authres

from triage.core.again import asked_again
from triage.core.message import Message
from triage.core.policy import Policy
from triage.core.signed import aligned, covers_enough

DISAGREEING = ("duplicate-from", "from-disagreement", "several-from", "no-from")


class Authentication(StrEnum):
    """Our own server's word on the From domain: vouched for, found forged, or nothing either way."""

    PASS = "pass"  # noqa: S105 - the word of RFC 8601, not a password
    FAIL = "fail"
    NONE = "none"


class Claim(StrEnum):
    """Who the From address says is writing."""

    OWN = "own"
    OPERATOR = "operator"
    LOOKALIKE = "lookalike"
    CARRIER = "carrier"
    ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class Sender:
    """The claim and what it is worth."""

    claim: Claim
    authentication: Authentication

    @property
    def trusted(self) -> bool:
        """Whether the claim may move a case: authenticated, and not a look-alike."""
        return self.authentication is Authentication.PASS and self.claim is not Claim.LOOKALIKE


@asked_again
def identify(message: Message, policy: Policy) -> Sender:
    """The sender of `message` under `policy`; never raises."""
    return Sender(_claim(message, policy), authenticate(message, policy))


def authenticate(message: Message, policy: Policy) -> Authentication:
    """What the topmost Authentication-Results of a configured authserv-id says about the From domain.

    Fails closed: no such header, one that cannot be parsed, a From that parsers disagree on, or a signature that leaves
    out what it should cover (E6) proves nothing.
    """
    if any(defect in DISAGREEING for defect in message.defects) or len(message.from_) != 1:
        return Authentication.NONE
    if policy.nameless_results and (nameless := _nameless(message.authentication_results[:1])) is not None:
        return _weigh(nameless.results, message)
    for value in message.authentication_results:
        header = _parsed(value) if _may_be_ours(value, policy) else None
        if header is not None and str(header.authserv_id).lower() in policy.authserv_ids:
            return _weigh(header.results, message)
    return Authentication.NONE


def _nameless(topmost: tuple[str, ...]) -> authres.core.AuthenticationResultsHeader | None:
    """The topmost header, where a result stands in the place of a name, as Microsoft's servers write it (E2)."""
    named = not topmost or "=" not in topmost[0].partition(";")[0].partition("(")[0]
    return None if named else _parsed(f"nameless; {topmost[0]}")


def _may_be_ours(value: str, policy: Policy) -> bool:
    """Whether the name of a server of ours stands where it must: to parse the header costs a hundred times more.

    That is before the first semicolon, unless a comment or a quoted string may hold that one (RFC 8601, section 2.2).
    """
    head = value.partition(";")[0]
    looked_at = (value if "(" in head or '"' in head else head).lower()
    return any(authserv_id in looked_at for authserv_id in policy.authserv_ids)


@lru_cache(maxsize=128)  # a message is asked about twice, and an organ's server says the same of all its mail
def _parsed(value: str) -> authres.core.AuthenticationResultsHeader | None:
    try:
        return _Header.parse(_FEATURES, "Authentication-Results: " + " ".join(value.split()))
    except (authres.core.AuthResError, ValueError, IndexError, AttributeError, RecursionError):
        return None  # forged or broken: such a header counts for nothing


class _Header(authres.core.AuthenticationResultsHeader):  # type: ignore[misc]  # authres ships no types
    """The library's header, its patterns compiled once: it does so at each step, half a millisecond a header."""

    _parse_text: str

    def _parse_pattern(self, pattern: str) -> re.Match[str] | None:
        found = _compiled(pattern).match(self._parse_text)
        if found:
            self._parse_text = self._parse_text[found.end() :]
        return found

    def _parse_rfc5322_cfws(self) -> object:
        return self._parse_text.startswith(_GAPS) and super()._parse_rfc5322_cfws()


_FEATURES = authres.core_features()
_GAPS = (" ", "\t", "\r", "\n", "(")  # a comment is one, too


@lru_cache(maxsize=64)  # of the library's own two dozen
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(f"^{pattern}", re.IGNORECASE)


def _weigh(results: list[authres.core.AuthenticationResult], message: Message) -> Authentication:
    if any(result.method == "dmarc" and str(result.result).lower() == "fail" for result in results):
        return Authentication.FAIL
    vouching = {result.method for result in results if _vouches(result, message.author.domain)}
    if vouching and covers_enough(message, alone="spf" not in vouching):
        return Authentication.PASS
    return Authentication.NONE


def _vouches(result: authres.core.AuthenticationResult, domain: str) -> bool:
    if str(result.result).lower() != "pass":
        return False
    named = {f"{p.type}.{p.name}": str(p.value).lower() for p in result.properties}
    if result.method == "dmarc":
        return named.get("header.from", domain) == domain
    if result.method == "dkim":
        return aligned(named.get("header.d", named.get("header.i", "")), domain)
    if result.method == "spf":
        return aligned(named.get("smtp.mailfrom", ""), domain)
    return False


def _claim(message: Message, policy: Policy) -> Claim:
    author = message.author
    if author.addr in policy.own:
        return Claim.OWN
    if author.domain in policy.operator_domains:
        return Claim.OPERATOR
    if author.domain in policy.carrier_domains:
        return Claim.CARRIER
    if any(looks_like(author.domain, operator) for operator in policy.operator_domains):
        return Claim.LOOKALIKE
    return Claim.ANYONE


@lru_cache(maxsize=1_024)  # the same few domains write every day
def looks_like(domain: str, genuine: str) -> bool:
    """Whether `domain` imitates `genuine`: same skeleton, its name inside, or its first labels run together."""
    if domain == genuine or not domain:
        return False
    seen, model = _skeleton(domain), _skeleton(genuine)
    words = model.split(".")
    parts = seen.replace("-", ".").replace("_", ".").split(".")
    glued = "".join(words[:2])
    return (
        seen == model
        or words[:2] == parts[:2]
        or _contains(parts, words)
        or any(p.startswith(glued) for p in parts)
        or words[0] == parts[0]
    )


def _contains(parts: list[str], words: list[str]) -> bool:
    return any(parts[i : i + len(words)] == words for i in range(len(parts)))


_CONFUSABLE = str.maketrans("0135$", "oiess")
_CYRILLIC_GREEK = str.maketrans("оіаеорсхуνοι", "oiaeopcxyvoi")


def _skeleton(domain: str) -> str:
    """A rough UTS 39 skeleton: punycode opened, letters and digits mapped to the Latin letter they imitate."""
    try:
        shown = domain.encode("ascii").decode("idna") if "xn--" in domain else domain
    except UnicodeError:
        shown = domain
    plain = unicodedata.normalize("NFKC", shown).casefold().translate(_CYRILLIC_GREEK).translate(_CONFUSABLE)
    return plain.replace("l", "i").replace("rn", "m")
