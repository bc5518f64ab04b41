"""`triage evaluate`: the labelled messages beside a labels file judged, and the figures of quality."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import track
from rich.table import Table
from rich.text import Text

from triage.cli.exits import USAGE, WRONG, fail
from triage.cli.options import AsJson, Config, bulletin_or_exit, settings_or_exit
from triage.core.report import verdict_object
from triage.mail.sources import Source
from triage.paths import models_dir
from triage.service.child import ReaderUnavailable
from triage.service.confine import Pool
from triage.service.judging import judge_sources

if TYPE_CHECKING:
    from triage.learn.evaluate import Evaluation

Labels = list[dict[str, object]]


def evaluate(
    ctx: typer.Context,
    labels: Annotated[Path, typer.Argument(metavar="RÓTULOS.jsonl", help="um rótulo por linha, ao lado das mensagens")],
    config: Config = None,
    as_json: AsJson = False,
) -> None:
    """Julga as mensagens rotuladas e mostra as medidas de qualidade, a confusão, a calibração e os erros."""
    settings = settings_or_exit(config, need_mailbox=False)
    bulletin, templates = bulletin_or_exit()
    rows = _labels(labels)
    sources = [_source(labels.parent / str(row["file"])) for row in rows]
    try:
        with Pool(settings.policy(), model=models_dir(), egg=ctx.obj) as pool:
            opinions = judge_sources(sources, pool, bulletin, templates, settings.policy())
            shown = track(opinions, "julgando", len(rows), console=Console(stderr=True), transient=True)
            verdicts = [
                _plain(verdict_object(one.name, one.judged.message, one.judged.verdict, one.reply))
                for one in shown
                if one.judged
            ]
    except ReaderUnavailable as why:
        fail([f"o leitor de mensagens não pôde começar: {why}"], USAGE)
    # Imported here, as it brings numpy along, which no other command needs at its start.
    from triage.learn.evaluate import evaluate as hold_against

    result = hold_against(rows, verdicts)
    if as_json:
        sys.stdout.write(json.dumps(result.figures) + "\n")
    else:
        _show(result)


def _labels(path: Path) -> Labels:
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as problem:
        fail([f"{path}: {problem}"], WRONG)


def _source(path: Path) -> Source:
    try:
        return Source(str(path), path.read_bytes())
    except OSError as failure:
        return Source(str(path), error=failure.strerror or str(failure))


def _plain(verdict: dict[str, object]) -> dict[str, object]:
    """The verdict as a script would read it: enums as their words."""
    decoded: dict[str, object] = msgspec.json.decode(msgspec.json.encode(verdict))
    return decoded


def _show(result: "Evaluation") -> None:
    console = Console(highlight=False)
    figures = Table(box=None, show_header=False)
    for name, value in result.figures.items():
        figures.add_row(name, "–" if value is None else str(value))
    console.print(figures)
    for part, confusion in result.confusion.items():
        mixed = {pair: count for pair, count in confusion.items() if pair[0] != pair[1]}
        if mixed:
            console.print(Text(f"\nconfusão: {part}", "bold"))
        for (right, given), count in mixed.items():
            console.print(f"  {right} → {given}: {count}")
    console.print(Text("\ncalibração (certeza média, acerto, mensagens)", "bold"))
    for certainty, share, count in result.calibration:
        console.print(f"  {certainty:.3f}  {share:.3f}  {count}")
    if result.errors:
        console.print(Text("\nerros", "bold"))
    for one in result.errors:
        harm = Text(f"DANO: {'; '.join(one.harm)}  ", "bold red") if one.harm else Text()
        wrong = " | ".join(f"{d.part}: {d.given!r}, certo {d.right!r}" for d in one.differences)
        console.print(Text.assemble((f"  {one.name}  ", "bold"), harm, wrong), soft_wrap=True)
