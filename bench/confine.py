"""What the confined readers cost: python bench/confine.py [number of mails]

Prints the time from start to ready, the resident memory, the pipe hop alone (a reader that answers without reading),
and the same mails judged in this process, by one reader, and by two. Medians of five interleaved rounds, and the best
one, which is nearer the truth on a shared machine.
"""

import os
import random
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # -I leaves a checkout out

from triage.core.policy import Policy
from triage.paths import config_dir, models_dir
from triage.service.confine import MEMORY, SECONDS, Outcome, Pool
from triage.service.reader import Judging, prepare, serve
from triage.service.wire import Setup

Mails = list[bytes]

ROUNDS = 5
HOP_COMMAND = (sys.executable, "-I", str(Path(__file__).resolve()), "--echo")
SENTENCES = (
    "Solicitamos a segunda via da fatura do mês de maio de 2026, referente à linha (27) 3636-1234.",
    "A conta no valor de R$ 1.234,56 vence em 10/06/2026 e ainda não foi entregue neste setor.",
    "Informamos que o ramal da recepção está sem tom desde ontem e os cidadãos não conseguem ligar.",
    "Peço a prorrogação do vencimento, pois o empenho depende da liberação do orçamento.",
    "O número da linha será mantido, somente o endereço de instalação muda para a nova sede.",
    "Seguem os dados: CNPJ 27.080.571/0001-30, Secretaria de Estado da Educação, contato (27) 99999-0000.",
    "Qualquer dúvida estamos à disposição, favor confirmar o recebimento desta mensagem.",
    "Segue em anexo a folhinha preenchida, conforme orientação do Boletim 0001.",
)
SUBJECTS = ("2.2 Segunda via de fatura", "conta", "RES: Mudança de endereço", "Linha muda", "Prorrogação de fatura")


def mail(number: int) -> bytes:
    """An Outlook-like mail of a few kB to some tens of kB, half of them with a quoted thread."""
    dice = random.Random(number)
    plain = "\n\n".join(dice.choices(SENTENCES, k=dice.randint(3, 14)))
    if dice.random() < 0.5:
        quoted = "\n".join(f"> {sentence}" for sentence in dice.choices(SENTENCES, k=dice.randint(5, 60)))
        plain += f"\n\nAtenciosamente,\nAna Souza\n(27) 3636-4321\n\nEm 10/05/2026, Bia escreveu:\n{quoted}"
    html = "".join(f'<p class="MsoNormal"><span style="color:#1F497D">{line}</span></p>' for line in plain.split("\n"))
    style = "p.MsoNormal{margin:0cm;font-size:11.0pt;font-family:Calibri}" * dice.randint(5, 200)
    return "\r\n".join(
        (
            f"From: Ana Souza <ana.souza{number % 50}@sedu.es.gov.br>",
            "To: atencao@oi.net.br",
            "Cc: telefonia@seger.es.gov.br",
            f"Subject: {dice.choice(SUBJECTS)}",
            f"Message-ID: <{number}@sedu.es.gov.br>",
            "Date: Mon, 11 May 2026 10:00:00 -0300",
            "MIME-Version: 1.0",
            'Content-Type: multipart/alternative; boundary="=_b"',
            *("", "--=_b", "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", plain),
            *("--=_b", "Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: 8bit", ""),
            f"<html><head><style>{style}</style></head><body>{html}</body></html>",
            *("--=_b--", ""),
        )
    ).encode()


def model() -> Path | None:
    """The trained classifier's folder; None where it is not trained yet."""
    return models_dir() if (models_dir() / "classifier.npz").exists() else None


def setup() -> Setup:
    """What a reader is given, for the judging in this process."""
    folder = model()
    return Setup(Policy(), str(config_dir()), str(folder) if folder else None, MEMORY, SECONDS)


def echo(given: Setup) -> Judging:
    """A reader that judges one mail at its start and gives that answer to all."""
    answer = prepare(given)(mail(1))
    return lambda _: answer


def timed(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def through(readers: Pool, mails: Mails) -> Callable[[], list[tuple[int, Outcome]]]:
    return lambda: list(readers.judge_many(enumerate(mails)))


def one_by_one(readers: Pool, mails: Mails) -> Callable[[], list[Outcome]]:
    return lambda: [readers.judge_one(raw) for raw in mails]


def started(**options: object) -> Pool:
    readers = Pool(Policy(), model=model(), **options)  # type: ignore[arg-type] # options are Pool's own
    readers.wait_ready()
    return readers


def resident() -> list[int]:
    """MB of each nursery and reader that now runs."""
    nurseries = _children(os.getpid())
    found = [*nurseries, *(reader for nursery in nurseries for reader in _children(nursery))]
    return [int((_of(pid) / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1_000_000 for pid in found]


def _children(parent: int) -> list[int]:
    tasks = (_of(parent) / "task").iterdir()
    return [int(pid) for task in tasks for pid in (task / "children").read_text().split()]


def _of(pid: int) -> Path:
    return Path(f"/proc/{pid}")


def main(count: int) -> None:
    mails = [mail(number) for number in range(count)]
    print(f"{count} mails, {sum(map(len, mails)) / count / 1000:.1f} kB each, classifier: {bool(model())}")
    here = prepare(setup())
    began = time.perf_counter()
    with started(size=1) as one:
        print(f"start to ready: {time.perf_counter() - began:.2f} s, {resident()} MB")
        with started(size=2) as two, started(size=1, command=HOP_COMMAND) as hop:
            actions = {
                "hop alone, pipelined": through(hop, mails),
                "hop alone, one by one": one_by_one(hop, mails),
                "judged in this process": lambda: [here(raw) for raw in mails],
                "judged by one reader": through(one, mails),
                "judged by two readers": through(two, mails),
            }
            rounds = [{name: timed(action) for name, action in actions.items()} for _ in range(ROUNDS)]
            print(f"after the work: {resident()} MB")
    for name in actions:
        each = sorted(taken[name] / count * 1e6 for taken in rounds)
        print(f"{name:24} {statistics.median(each):8.0f} µs a mail, {each[0]:8.0f} at best")


if __name__ == "__main__":
    if sys.argv[1:] == ["--echo"]:
        serve(echo)
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000)
