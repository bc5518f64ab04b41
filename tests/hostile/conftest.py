"""The servers and the program of the service's tests, for hostile mail end to end."""

from tests.service.conftest import dovecot, program

__all__ = ["dovecot", "program"]
