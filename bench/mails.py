"""A backlog of deterministic Portuguese mail, of the sizes and shapes that a state's mailbox has.

Seven in ten from Outlook (HTML and plain text), nearly half with a quoted thread, one in five with a form of
20–100 kB as xlsx or PDF. The people and numbers are invented.
"""

import io
import random
from collections.abc import Iterator
from email.message import EmailMessage

from openpyxl import Workbook

ORGANS = (
    ("sedu", "Secretaria de Estado da Educação"),
    ("iema", "Instituto Estadual de Meio Ambiente e Recursos Hídricos"),
    ("sesa", "Secretaria de Estado da Saúde"),
    ("der", "Departamento de Estradas de Rodagem"),
    ("defensoria", "Defensoria Pública do Estado"),
)
NAMES = ("Lúcia Zanotti", "Marlene Bravim", "Edson Lyra", "Heloísa Altoé", "Adilson Corteletti", "Joelma Siqueira")
ASKS = (
    ("Desbloqueio", "Solicito o desbloqueio de chamadas para celular na linha {line}"),
    ("Mudança de número", "Solicito a mudança do número da linha {line}"),
    ("2ª Via de Conta", "Solicito a segunda via da conta de {month}/2026 da linha {line}"),
    ("telefone", "Precisamos instalar mais um ramal na sala nova, ao lado da linha {line}"),
    ("Ramal mudo", "O ramal {line} amanheceu mudo, sem tom nenhum"),
    ("Contestação de Fatura", "Contestamos a fatura de {month}/2026 da linha {line}, cobrada em dobro"),
)
WHYS = ("pois a equipe mudou de sala", "porque a conta dobrou no último mês", "em razão da obra no prédio", "")
FILLER = (
    "O processo segue em anexo para conhecimento da chefia e posterior arquivamento.",
    "A unidade funciona de segunda a sexta, das 8h às 18h, no segundo andar do prédio anexo.",
    "Reiteramos que o atendimento ao público depende do telefone e que a demanda tem aumentado.",
    "Segue também a relação dos servidores que utilizam a sala e os respectivos horários.",
)
STYLE = "<style>p.MsoNormal{margin:0cm;font-size:11.0pt;font-family:Calibri,sans-serif}" + " " * 1200 + "</style>"


def backlog(number: int, seed: int = 7) -> Iterator[bytes]:
    """`number` mails, the same for the same seed."""
    chance = random.Random(seed)
    workbook, pdf = _workbook(chance), _pdf(chance)
    for index in range(number):
        yield _mail(index, chance, workbook, pdf)


def _mail(index: int, chance: random.Random, workbook: bytes, pdf: bytes) -> bytes:
    acronym, organ = chance.choice(ORGANS)
    name, (subject, ask) = chance.choice(NAMES), chance.choice(ASKS)
    user = name.lower().split()[0].encode("ascii", "ignore").decode() or "contato"
    domain = f"{acronym}.es.gov.br"
    message = EmailMessage()
    message["Authentication-Results"] = f"mx.es.gov.br; dmarc=pass header.from={domain}"
    message["From"] = f"{name} <{user}@{domain}>"
    message["To"] = "persofixa@oi.net.br, karolina.ramos@oi.net.br"
    message["Cc"] = "telefonia@seger.es.gov.br"
    message["Subject"] = f"{subject} - {acronym.upper()} {index}"
    message["Message-ID"] = f"<bench-{index}@{domain}>"
    message["Date"] = "Tue, 04 Aug 2026 10:21:00 -0300"
    text = _text(chance, ask, name, organ)
    message.set_content(text)
    if chance.random() < 0.7:
        body = "".join(f'<p class="MsoNormal">{line}</p>\n' for line in text.split("\n"))
        message.add_alternative(f"<html><head>{STYLE}</head><body>{body}</body></html>", subtype="html")
    if chance.random() < 0.1:
        xlsx = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        message.add_attachment(workbook, maintype="application", subtype=xlsx, filename="Folhinha Voice-Net.xlsx")
    elif chance.random() < 0.11:
        message.add_attachment(pdf, maintype="application", subtype="pdf", filename="Folhinha Voice-Net.pdf")
    return message.as_bytes()


def _text(chance: random.Random, ask: str, name: str, organ: str) -> str:
    line = f"(27) 3636-{chance.randint(1000, 9999)}"
    said = ask.format(line=line, month=f"{chance.randint(1, 10):02d}")
    why = chance.choice(WHYS)
    lines = ["Prezados, bom dia.", "", f"{said}, {why}." if why else f"{said}.", "", chance.choice(FILLER)]
    lines += ["", "Atenciosamente,", name, organ, "CNPJ 27.080.571/0001-30", f"(27) 3636-{chance.randint(1000, 9999)}"]
    if chance.random() < 0.45:
        lines += [
            "",
            "De: Karolina Ramos <karolina.ramos@oi.net.br>",
            "Enviada em: segunda-feira, 3 de agosto de 2026 16:42",
        ]
        lines += [f"Para: {name}", "Assunto: RES: pedido", ""]
        lines += [chance.choice(FILLER) for _ in range(chance.randint(5, 120))]
    return "\n".join(lines)


def _workbook(chance: random.Random) -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (("Razão social:", ORGANS[0][1]), ("CNPJ:", "27.080.571/0001-30"), ("Endereço:", "Rua A, 1")):
        sheet.append(row)
    for _ in range(900):
        sheet.append([f"{chance.random():.17f}" for _ in range(3)])
    book.save(buffer)
    return buffer.getvalue()


def _pdf(chance: random.Random) -> bytes:
    """A one-page PDF with a little text, filled up to some 40 kB by a comment."""
    stream = b"BT /F1 12 Tf 72 720 Td (CNPJ: 27.080.571/0001-30) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = (
        bytearray(b"%PDF-1.4\n%" + chance.randbytes(40_000).replace(b"\n", b" ").replace(b"\r", b" ") + b"\n"),
        [],
    )
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer << /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)
