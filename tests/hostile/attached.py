"""Generated files that explode, nest, lie or point elsewhere, each attached to a mail (RELIABILITY D10, D12)."""

import base64
import io
import zipfile
import zlib
from collections.abc import Callable

Entries = dict[str, bytes]

LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
DOCTYPE = b'<!DOCTYPE x [<!ENTITY l0 "ha">' + LAUGHS + b'<!ENTITY file SYSTEM "file:///etc/passwd">]>'
WORD = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
FORMULA = b'<row r="1"><c r="A1" t="str"><f>HYPERLINK("http://evil.example","CNPJ")</f><v>=1+1</v></c></row>'
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOOK = (
    f'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{RELATIONS}">'
    '<sheets><sheet name="a" sheetId="1" r:id="r1"/></sheets></workbook>'
).encode()
LINKS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
).encode()
ESCAPES = ("../../../tmp/hostile.xlsx", "/etc/cron.d/hostile.xlsx", "C:\\windows\\hostile.xlsx", "..\\..\\hostile.pdf")


def zipped(entries: Entries) -> bytes:
    """A zip file."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def docx(document: bytes) -> bytes:
    """A Word document of this XML."""
    return zipped({"word/document.xml": document})


def xlsx(sheet: bytes) -> bytes:
    """A workbook of one sheet."""
    entries = {"xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": LINKS, "xl/worksheets/sheet1.xml": sheet}
    return zipped(entries)


def pdf(stream: bytes, filters: int) -> bytes:
    """One page whose content was deflated `filters` times."""
    for _ in range(filters):
        stream = zlib.compress(stream, 9)
    names = b"/FlateDecode " * filters
    page = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj\n4 0 obj<</Filter["
    )
    length = b"]/Length " + str(len(stream)).encode() + b">>stream\n"
    return page + names + length + stream + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def lied_about(data: bytes) -> bytes:
    """The sizes in a zip's directory made small, and those of the members left large."""
    return data.replace(BIG.to_bytes(4, "little"), (100).to_bytes(4, "little"))


def with_file(head: bytes, name: str, data: bytes) -> bytes:
    """The mail that begins with `head`, with one file attached."""
    return (
        head
        + b"MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=parte\n\n--parte\n\nSegue a folhinha.\n"
        + b"--parte\nContent-Type: application/octet-stream\nContent-Transfer-Encoding: base64\n"
        + b'Content-Disposition: attachment; filename="'
        + name.encode()
        + b'"\n\n'
        + base64.encodebytes(data)
        + b"--parte--\n"
    )


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FAR = b'<c r="A1"><v>1</v></c><c r="XFD1048576"><v>1</v></c>'
LAUGHING_WORD = DOCTYPE + b"<w:document " + WORD + b"><w:p><w:t>&l9;&file;</w:t></w:p></w:document>"
BIG = 100_000_000

# By name: the file's own name, and what makes it.
ATTACHED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "docx of 100 MB": ("bomba.docx", lambda: docx(b"<w:t>" + b"a" * BIG + b"</w:t>")),
    "xlsx of 100 MB": ("bomba.xlsx", lambda: xlsx(b"<c>" * (BIG // 3))),
    "docx that lies": ("mentira.docx", lambda: lied_about(docx(b"a" * BIG))),
    "laughing docx": ("risada.docx", lambda: docx(LAUGHING_WORD)),
    "laughing xlsx": ("risada.xlsx", lambda: xlsx(DOCTYPE + SHEET % b'<row r="1"><c r="A1"><v>&l9;</v></c></row>')),
    "xlsx of two far cells": ("longe.xlsx", lambda: xlsx(SHEET % FAR)),
    "xlsx of formulas": ("formula.xlsx", lambda: xlsx(SHEET % FORMULA)),
    "zip of escapes": ("fuga.zip", lambda: zipped(dict.fromkeys(ESCAPES, b"x"))),
    "zip of zips": ("42.zip", lambda: zipped(dict.fromkeys(("a.zip", "b.zip"), zipped({"a.xlsx": b"0" * BIG})))),
    "pdf deflated five times": ("bomba.pdf", lambda: pdf(b"0" * BIG, 5)),
    "pdf of 100 MB": ("grande.pdf", lambda: pdf(b"(a) Tj " * (BIG // 7), 2)),
    "pdf of noise": ("ruido.pdf", lambda: b"%PDF-1.7\n" + bytes(range(256)) * 4_000),
    "rtf a million braces deep": ("fundo.rtf", lambda: b"{\\rtf1" + b"{" * 1_000_000),
    "html of a million tags": ("tags.html", lambda: b"<html>" + b"<b>" * 1_000_000),
    "csv of one long line": ("linha.csv", lambda: b"=1+1;" * 200_000),
    "old Word of noise": ("velho.doc", lambda: OLE + "WordDocument".encode("utf-16-le") * 9_000),
    "a name that turns round": ("nota\u202exslx.exe", lambda: b"MZ"),
}
