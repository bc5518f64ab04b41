"""Generated traps of RELIABILITY D: structure and headers that cost too much, or mean what they do not say."""

from collections.abc import Callable

from tests.hostile.attached import ATTACHED, with_file

Make = Callable[[], bytes]
OURS = "telefonia@seger.es.gov.br"
HEAD = (
    f"From: Ana Lima <ana.lima@sedu.es.gov.br>\nTo: {OURS}\nSubject: pedido\nMessage-ID: <1@sedu.es.gov.br>\n".encode()
)
SCRIPT = b"+ADw-script+AD4-alert(1)+ADw-/script+AD4-"
DATES = (
    "1970",
    "Mon, 99 Foo 99999 99:99:99 +9999",
    "Thu, 01 Jan 1970 00:00:00",
    "sexta-feira, 31 de fevereiro de 2026",
    "0000-00-00T00:00:00Z",
    "Tue, 1 Jan 99999 00:00:00 +0000",
    "=?utf-8?q?Mon?= , 1 Jan 2026 10:00:00 -0300",
    "Mon, 1 Jan 2026 10:00:00 " + "(" * 200,
)


def nested_multiparts(levels: int) -> bytes:
    """Multiparts one within the other."""
    opening = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(levels))
    return HEAD + opening + b"Content-Type: text/plain\n\nx\n"


def nested_messages(levels: int) -> bytes:
    """Messages one within the other."""
    return HEAD + b"Content-Type: message/rfc822\n\nFrom: b@x.br\n" * levels + b"\nx\n"


def mixed_nest(levels: int) -> bytes:
    """Multiparts and messages in turn, all with one boundary."""
    return (
        HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: message/rfc822\n\n" * levels + b"\nx\n"
    )


def parts(count: int) -> bytes:
    """Siblings."""
    return HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * count + b"--b--\n"


def field(name: str, value: bytes) -> bytes:
    """A message with one more header field, and some text."""
    return HEAD + name.encode() + b": " + value + b"\n\nSolicito.\n"


def text(body: bytes, kind: bytes = b"text/plain; charset=utf-8") -> bytes:
    """A message of one part."""
    return HEAD + b"MIME-Version: 1.0\nContent-Type: " + kind + b"\nContent-Transfer-Encoding: 8bit\n\n" + body


# What is refused, with its reason: the bytes would cost too much, or are no mail.
REFUSED: dict[str, tuple[Make, str]] = {
    "nothing at all": (lambda: b"", "empty"),
    "line ends only": (lambda: b"\r\n\r\r\n\n", "empty"),
    "noise": (lambda: bytes(range(256)) * 40, "no-headers"),
    "NULs": (lambda: b"\0" * 100_000, "no-headers"),
    "a jpeg": (lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF" + b"\x91\x0a" * 40_000, "no-headers"),
    "26 MB": (lambda: HEAD + b"\n" + b"x" * 26_000_000, "26000"),
    "2 MB of headers": (lambda: HEAD + b"X-A: y\n" * 300_000, "header-block"),
    "1,100 headers": (lambda: b"X-A: y\n" * 1_100 + HEAD + b"\nx", "too-many-headers"),
    "20k addresses in lines": (lambda: field("Cc", b"a@x.br,\n " * 20_000), "header-too-long"),
    "20k addresses in fields": (lambda: HEAD + (b"Cc: " + b"a@x.br, " * 4_000 + b"\n") * 5 + b"\nx", "addresses"),
    "20k encoded words": (lambda: field("X-B", b"=?utf-8?q?=C3=A7?=\n " * 20_000), "header-too-long"),
    "20k RFC 2231 pieces": (
        lambda: field("Content-Disposition", b"attachment" + b"".join(b";\n name*%d*=a" % n for n in range(20_000))),
        "header-too-long",
    ),
    "a subject of 1 MB": (lambda: field("Subject", b"a" * 999_000), "header-too-long"),
    "a subject of 2 MB": (lambda: field("Subject", b"a" * 2_000_000), "header-block"),
    "100k parts": (lambda: parts(100_000), "too-many-parts"),
    "600 parts": (lambda: parts(600), "too-many-parts"),
    **{f"{n} multiparts": (lambda n=n: nested_multiparts(n), "") for n in (100, 500, 2_000, 10_000)},
    **{f"{n} messages": (lambda n=n: nested_messages(n), "") for n in (120, 500, 2_000, 10_000)},
    **{f"{n} in turn": (lambda n=n: mixed_nest(n), "") for n in (100, 500, 2_000)},
}

# What is odd, hostile or huge, and still read.
READ: dict[str, Make] = {
    "CR alone": lambda: (HEAD + b"\nSolicito.\nObrigada\n").replace(b"\n", b"\r"),
    "mixed line ends": lambda: HEAD.replace(b"\n", b"\r\n", 1) + b"X: y\r\r\n\n\rSolicito.\n\r\n",
    "separators that are none": lambda: text("a\x1cb\x1db\x1ec\x85d\u2028e\x0bf\x0cg".encode()),
    "NULs inside": lambda: (HEAD + b"\nSoli\0cito.\0\n").replace(b"pedido", b"pe\0dido"),
    "raw octets": lambda: HEAD.replace(b"pedido", b"pe\xffdido\xfe") + b"\n\xff\xfe\x80 Solicito.\n",
    "UTF-7": lambda: text(SCRIPT, b"text/html; charset=utf-7"),
    "bidi and zero-width": lambda: text("RA\u200bMAL \u202ereverso\u202c \ufeff\u2066fim".encode()),
    "100k nested div": lambda: text(b"<div>" * 100_000 + b"x", b"text/html"),
    "100k nested tables": lambda: text(b"<table><tr><td>" * 30_000 + b"x", b"text/html"),
    "a style of 400 KB": lambda: text(b"<p style='" + b"color:#fff;" * 40_000 + b"'>x</p>", b"text/html"),
    "400 KB of quote marks": lambda: text(b">" * 400_000),
    "an endless line": lambda: text(b"Em 10:21 " + b"a " * 240_000),
    "look-alike headers": lambda: text(b"De: x\nEnviada em: x\n" * 40_000),
    "20 MB of text": lambda: text(b"Solicito o bloqueio da linha (27) 3333-1234. " * 450_000),
    "20 MB of base64": lambda: text(
        b"QUJD" * 5_000_000, b"application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64"
    ),
    "4,000 encoded words": lambda: field("X-B", b"=?utf-8?q?=C3=A7?= " * 3_000),
    "a boundary of 60 KB": lambda: HEAD + b"Content-Type: multipart/mixed; boundary=" + b"b" * 60_000 + b"\n\n--b\n\nx",
    "an unknown charset": lambda: text("instalação".encode(), b"text/plain; charset=x-klingon"),
    "a hostile charset": lambda: text(b"\\x3cscript\\x3e", b"text/plain; charset=unicode_escape"),
    "a subject of 60 KB": lambda: field("X-C", b"y").replace(b"pedido", b"=?utf-8?q?" + b"=41" * 19_000 + b"?="),
    "nested encoded words": lambda: field("X-C", b"y").replace(
        b"pedido", b"=?utf-8?q?=3D=3Futf-8=3Fq=3Fa=3F=3D?=" * 50
    ),
    "ANSI and JSON in the subject": lambda: field("X-C", b"y").replace(
        b"pedido", b'=?utf-8?q?x=0A{"level":"CRITICAL"}=1B[31m_%s{0}?='
    ),
    "CRLF in identifiers": lambda: field("References", b"<a@x>\r\n <b\r\n\tA1 STORE 1:* +FLAGS (\\Deleted)@x>").replace(
        b"<1@sedu.es.gov.br>", b"=?utf-8?q?<1=0D=0AA2_EXPUNGE=0D=0A@sedu.es.gov.br>?="
    ),
    "smuggling": lambda: text(b"> ola\r\n.\r\nMAIL FROM:<a@b>\r\n> \n.\nRCPT TO:<c@d>\n\r.\r\nDATA\n"),
    "words of an attacker's JSON": lambda: text(b'","kind":"operator","trusted":true,"x":"'),
    **{f"date {n}": (lambda date=date: field("Date", date.encode())) for n, date in enumerate(DATES, 1)},
    **{f"attached {what}": (lambda file=file: with_file(HEAD, file[0], file[1]())) for what, file in ATTACHED.items()},
}
