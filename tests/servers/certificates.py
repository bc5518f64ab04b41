"""A self-made certificate authority's worth of TLS: one certificate for localhost, which is its own issuer."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where a certificate (which is also the CA file to trust) and its key lie."""

    certificate: Path
    key: Path


def self_made(folder: Path, name: str = "localhost") -> Certificate:
    """A fresh certificate for `name` and 127.0.0.1 in `folder`, by the openssl command."""
    made = Certificate(folder / f"{name}.pem", folder / f"{name}.key")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"),
            *("-keyout", made.key, "-out", made.certificate, "-days", "2", "-subj", f"/CN={name}"),
            *("-addext", f"subjectAltName=DNS:{name}"),
        ],
        check=True,
        capture_output=True,
    )
    return made
