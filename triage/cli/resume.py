"""`triage rearm` and `triage thaw`: a person lets go on what stopped by itself."""

from typing import Annotated

import typer

from triage.cli.exits import WRONG, fail
from triage.cli.options import Config, registry_or_exit
from triage.core.decision import OutboxState
from triage.service import by_hand
from triage.service.house import House
from triage.store.engine import read
from triage.store.outbox import mails


def rearm(config: Config = None) -> None:
    """Religa o envio depois que o disjuntor o parou."""
    house = registry_or_exit(config)
    if not by_hand.rearm(house):
        fail(["o disjuntor não está desarmado"], WRONG)
    print("envio religado")
    _tell_held(house)


def thaw(folder: Annotated[str, typer.Argument(metavar="PASTA")], config: Config = None) -> None:
    """Volta a responder às mensagens de uma pasta cuja identidade mudou."""
    house = registry_or_exit(config)
    if not by_hand.thaw(house, folder):
        fail([f"a pasta {folder} não está congelada"], WRONG)
    print(f"pasta {folder} descongelada")
    _tell_held(house)


def _tell_held(house: House) -> None:
    with read(house.engine) as connection:
        held = len(mails(connection, (OutboxState.HELD,)))
    if held:
        print(f"{held} retidas: veja com `triage outbox list` e deixe sair com `triage outbox release`")
