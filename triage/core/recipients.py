"""Who must be among the recipients of a request (the items' own text, and clause 5)."""

from triage.core.bulletin import Bulletin, Item, Organ
from triage.core.message import Message


def required_recipients(item: Item, organ: Organ | None, bulletin: Bulletin) -> tuple[str, ...]:
    """The addresses the item wants; the executive of attention only where the organ is known."""
    executive = bulletin.attention(organ) if item.attention else None
    business = (bulletin.business[0].email,) if item.business else ()
    return (*item.channels, *business, *((executive.email,) if executive else ()))


def missing_recipients(message: Message, item: Item, organ: Organ | None, bulletin: Bulletin) -> tuple[str, ...]:
    """The required addresses that stand neither in To nor in Cc."""
    reached = {address.addr for address in (*message.to, *message.cc)}
    return tuple(a for a in required_recipients(item, organ, bulletin) if a not in reached)
