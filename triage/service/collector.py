"""The garbage collector in processes that load much at their start and then live long."""

import gc

_COLLECT_AFTER = (10_000, 20, 20)


def while_loading() -> None:
    """Look for no garbage until `spare_what_is_loaded`: looking again and again at what stays is a tenth of a start."""
    gc.disable()


def spare_what_is_loaded() -> None:
    """Never look for garbage in what is there to stay, and seldom among what messages leave behind: hardly any."""
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)
    gc.enable()
