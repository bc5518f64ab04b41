"""What the settings mean to the core: modes, trust, thresholds. Built by `triage.settings`."""

from dataclasses import dataclass, replace

from triage.core.vocabulary import Mode

SEGER_ADDRESS = "telefonia@seger.es.gov.br"


@dataclass(frozen=True, slots=True)
class Policy:
    """The part of the settings that judging and deciding read.

    `nameless_results`: our server signs its Authentication-Results with no name, and the topmost such is its word.
    `own` holds all our own addresses, lower case; `answer_since` is an ISO date-time or "first-run".
    Four certainties, below which a person decides: `certainty` of kind and item, for an answer in SEGER's name;
    `certainty_ignored` that a message asks for nothing; `certainty_status` of the operator's status, and
    `certainty_done` of a completion.
    """

    mode: Mode = Mode.OBSERVE
    item_modes: tuple[tuple[str, Mode], ...] = ()
    answer_since: str = "first-run"
    own: frozenset[str] = frozenset({SEGER_ADDRESS, "telefonias@seger.es.gov.br"})
    pabx_organs: frozenset[str] = frozenset()
    authserv_ids: frozenset[str] = frozenset()
    nameless_results: bool = False
    operator_domains: frozenset[str] = frozenset({"oi.net.br"})
    carrier_domains: frozenset[str] = frozenset()
    carrier_to: tuple[str, ...] = ()
    certainty: float = 0.85
    certainty_ignored: float = 0.7
    certainty_status: float = 0.4
    certainty_done: float = 0.8

    def mode_for(self, item: str | None) -> Mode:
        """The mode of an item: its own where the settings give one, the general one otherwise."""
        return dict(self.item_modes).get(item or "", self.mode)


def believing_nobody(policy: Policy) -> Policy:
    """`policy` where no server's word can be relied on: nobody is authenticated, so no sender moves a case (E2, E3)."""
    return replace(policy, authserv_ids=frozenset(), nameless_results=False)
