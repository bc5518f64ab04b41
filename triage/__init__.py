"""triage: a mailbox daemon for SEGER's telephony requests (Boletim 0001)."""

__version__ = "0.1.0"
