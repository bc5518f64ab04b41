"""A message as a value: what was said, by whom, and what our own server vouches for.

`triage.mail.parse` makes these from bytes; everything after it works on them alone. All text is clean Unicode:
no NUL, no lone surrogate, no control character but newline and tab, no bidi or zero-width character.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox: the display name as written, and the address in lower case ("" where there is none)."""

    name: str
    addr: str

    @property
    def domain(self) -> str:
        """The part after the @, lower case."""
        return self.addr.rpartition("@")[2]


@dataclass(frozen=True, slots=True)
class Forwarded:
    """A message carried inside another: pasted below a forward header, or attached as message/rfc822."""

    text: str
    sender: Address | None = None
    recipients: tuple[str, ...] = ()
    subject: str = ""
    attached: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """The readable text, told apart.

    `own` is what the author wrote now, signature included; `signature_at` is the offset in `own` where the signature
    begins (== len(own) where none was found), `postscript_at` where a postscript below it does, None without one.
    `quoted` is what a reply repeats from earlier messages.
    """

    own: str
    signature_at: int
    quoted: str = ""
    forwarded: tuple[Forwarded, ...] = ()
    postscript_at: int | None = None

    @property
    def above(self) -> str:
        """The own text above the signature, and the postscript: what is said."""
        told = self.own[: self.signature_at]
        return told if self.postscript_at is None else f"{told}\n{self.own[self.postscript_at :]}"

    @property
    def signature(self) -> str:
        """The signature alone."""
        return self.own[self.signature_at : self.postscript_at]


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came along.

    `rows` holds the cells of its tables in reading order (xlsx, xls, ods, docx, PDF with a table layout);
    `text` its running text. Both are empty where the file was not opened; `problem` then says why.
    """

    filename: str
    content_type: str
    size: int
    text: str = ""
    rows: tuple[tuple[str, ...], ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One e-mail, parsed.

    `authentication_results` are the raw header values, topmost first; `headers` are the few other headers that rules
    read (lower-case names, in order, repeated where repeated). `from_` holds every mailbox of every From field.
    `defects` names what was wrong with the bytes, for the log and for trust.
    """

    message_id: str
    from_: tuple[Address, ...]
    to: tuple[Address, ...]
    cc: tuple[Address, ...]
    subject: str
    body: Body
    reply_to: tuple[Address, ...] = ()
    sender: tuple[Address, ...] = ()
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    date: str = ""
    return_path: str | None = None
    content_type: str = "text/plain"
    attachments: tuple[Attachment, ...] = ()
    authentication_results: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    defects: tuple[str, ...] = ()
    fingerprint: str = field(default="")

    @property
    def author(self) -> Address:
        """The one From mailbox, or an empty address where there is none."""
        return self.from_[0] if self.from_ else Address("", "")

    def header(self, name: str) -> tuple[str, ...]:
        """Every value of the header `name` (lower case), in order."""
        return tuple(value for key, value in self.headers if key == name)
