"""`triage demo`: the main job, watched."""

import time
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from triage.cli.options import Config
from triage.demo.mails import samples
from triage.demo.servers import HOST, PASSWORD, USER
from triage.demo.story import Story, stage

Once = Annotated[bool, typer.Option("--once", help="conta a história e termina")]


def demo(config: Config = None, once: Once = False) -> None:
    """O programa de verdade, com servidores embutidos e cartas de exemplo; nada a instalar nem configurar."""
    del config  # stands on every command; the demo brings its own settings
    console = Console(highlight=False)
    with stage(console) as story:
        _introduce(console, story)
        mails = samples()
        for number, sample in enumerate(mails, start=1):
            story.tell(sample, number, len(mails))
        console.print(Text("\nFim da história.", "bold"))
        if not once:
            _stay(console)


def _introduce(console: Console, story: Story) -> None:
    console.print(Text("triage: a caixa telefonia@seger.es.gov.br segundo o Boletim 0001", "bold"))
    console.print(
        Text.assemble(
            ("IMAP ", "dim"), f"{HOST}:{story.imap_port}", (" sem TLS, usuário ", "dim"), USER, (" senha ", "dim"), PASSWORD,
            ("\nSMTP ", "dim"), f"{HOST}:{story.smtp_port}", (" recebe as respostas", "dim"),
            ("\nAbra a caixa num cliente de e-mail, ou ponha ali a sua própria mensagem.", "dim"),
        )
    )  # fmt: skip


def _stay(console: Console) -> None:
    console.print(Text("Os servidores continuam no ar para você experimentar. Ctrl-C termina.", "dim"))
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return
