"""`triage demo`: the main job, watched."""

from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from triage.cli.exits import WRONG, fail
from triage.cli.options import Config

Once = Annotated[bool, typer.Option("--once", help="conta a história e termina")]
WIDEST = 100


def demo(config: Config = None, once: Once = False) -> None:
    """O programa de verdade, com servidores embutidos e cartas de exemplo; nada a instalar nem configurar."""
    del config  # stands on every command; the demo brings its own settings
    console = Console(highlight=False)
    console.width = min(console.width, WIDEST)
    try:
        _play(console, once=once)
    except KeyboardInterrupt:
        console.print(Text("\nAté logo!", "dim"))
    except (TimeoutError, OSError) as failure:
        fail(str(failure).splitlines(), WRONG)


def _play(console: Console, *, once: bool) -> None:
    # The servers are for the demo alone; no other command should wait for their libraries.
    from triage.demo.mails import samples
    from triage.demo.servers import HOST, PASSWORD, USER
    from triage.demo.stage import set_up
    from triage.demo.story import Story
    from triage.demo.visit import stay

    with set_up() as stage:
        story = Story(console, stage)
        console.print(Text("A caixa telefonia@seger.es.gov.br, triada segundo o Boletim 0001", "bold"))
        console.print(f"IMAP {HOST}:{stage.imap_port}, sem TLS, usuário {USER}, senha {PASSWORD}", style="dim")
        console.print(f"SMTP {HOST}:{stage.smtp_port}, sem TLS nem senha, só recebe as respostas", style="dim")
        console.print("Espie com um cliente de e-mail, ou ponha ali a sua própria mensagem.", style="dim")
        mails = samples()
        for number, sample in enumerate(mails, start=1):
            story.tell(sample, number, len(mails))
        console.print(Text("\nFim da história.", "bold"))
        if not once:
            console.print(
                "Os servidores continuam no ar. Ponha uma mensagem em INBOX e veja aqui o que acontece;\n"
                "para ser respondida, ela precisa ter telefonia@seger.es.gov.br em Para ou Cc.  Ctrl-C termina.",
                style="dim",
            )
            stay(story)
