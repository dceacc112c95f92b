"""What a server we trust says about a mail's origin: Authentication-Results (RFC 8601). Pure rules."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from adapters.email.mail import Authentication, Correspondent
from adapters.email.reading.domains import are_aligned, domain_of
from adapters.email.reading.headers import Headers

_COMMENT = re.compile(r"\([^()]*+\)")
_METHOD = re.compile(r"\s*+([a-z0-9-]{1,40})(?:\s*/\s*\d{1,4})?\s*=\s*([a-z]{1,40})", re.IGNORECASE)
_PROPERTY = re.compile(r"([a-z]{1,20}\.[a-z0-9_-]{1,40})\s*=\s*(?:\"([^\"]*+)\"|([^\s;]++))", re.IGNORECASE)
_LONGEST = 16 * 1024
_NESTED = 5
_MOST = 100


@dataclass(frozen=True, slots=True)
class Result:
    """One method's: `method` ("dkim") and `value` ("pass") in lower case; `properties` such as header.d."""

    method: str
    value: str
    properties: dict[str, str]


def authentication(
    headers: Headers, senders: Sequence[Correspondent], trusted: frozenset[str]
) -> Authentication:
    """`trusted`: authserv-ids. All None when none of these servers said anything."""
    results = list(trusted_results(headers, trusted))
    if not results:
        return Authentication()
    return Authentication(
        spf=_told(results, "spf"),
        dkim=_told(results, "dkim"),
        dmarc=_told(results, "dmarc"),
        aligned=_is_aligned(results, senders),
    )


def trusted_results(headers: Headers, trusted: frozenset[str]) -> Iterator[Result]:
    """Of the topmost group of fields by a trusted server. It puts them above what the mail came with, so
    behind the next Received or another server's field is what anybody may have written."""
    has_begun = False
    for name, value in headers.fields:
        lower = name.lower()
        is_result = lower == "authentication-results"
        if is_result and _server(value) in trusted:
            has_begun = True
            yield from _results(value)
        elif has_begun and (is_result or lower == "received"):
            return


def _server(value: str) -> str:
    words = _without_comments(value).partition(";")[0].split()
    return words[0].strip('"').lower() if words else ""


def _without_comments(value: str) -> str:
    """Comments may be nested; what is nested deeper than anybody does stays."""
    bare = value[:_LONGEST]
    for _ in range(_NESTED):
        bare, count = _COMMENT.subn(" ", bare)
        if not count:
            break
    return bare


def _results(value: str) -> Iterator[Result]:
    for each in _without_comments(value).split(";")[1 : _MOST + 1]:
        found = _METHOD.match(each)
        if found:
            properties = {name.lower(): quoted or bare for name, quoted, bare in _PROPERTY.findall(each)}
            yield Result(found[1].lower(), found[2].lower(), properties)


def _told(results: Sequence[Result], method: str) -> str | None:
    """Of several signatures one that passes is enough."""
    values = [result.value for result in results if result.method == method]
    return "pass" if "pass" in values else next(iter(values), None)


def _is_aligned(results: Sequence[Result], senders: Sequence[Correspondent]) -> bool:
    """Whether the domain of From is proven. Nobody is, when there are several (RFC 7489 section 6.6.1)."""
    domain = domain_of(senders[0].address) if len(senders) == 1 and senders[0].address else ""
    if not domain:
        return False
    judged = [result for result in results if result.method == "dmarc"]
    if any(result.value == "pass" for result in judged):
        return any(_is_about(result, domain) for result in judged if result.value == "pass")
    if any(result.value == "fail" for result in judged):
        return False
    return any(_proves(result, domain) for result in results if result.value == "pass")


def _is_about(result: Result, domain: str) -> bool:
    """A server that reads another From than we do has proven nothing about ours."""
    judged = result.properties.get("header.from")
    return judged is None or are_aligned(domain_of(judged), domain)


def _proves(result: Result, domain: str) -> bool:
    if result.method == "dkim":
        signer = result.properties.get("header.d") or domain_of(result.properties.get("header.i"))
        return are_aligned(signer, domain)
    if result.method == "spf":
        return are_aligned(domain_of(result.properties.get("smtp.mailfrom")), domain)
    return False
