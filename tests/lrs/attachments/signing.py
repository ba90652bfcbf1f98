"""Sign statements for tests, by the library directly."""

import json
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from parcels import attachment

from lrs.attachments.rules import SIGNATURE

HASHES = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}


@cache
def key(name: str = "signer"):
    return ec.generate_private_key(ec.SECP256R1()) if name == "elliptic" else rsa.generate_private_key(65537, 2048)


@cache
def certificate(name: str = "signer") -> str:
    """A certificate of that key, as x5c has it."""
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(who, who, key(name).public_key(), 7, made, made + timedelta(days=1))
    return b64encode(builder.sign(key(name), hashes.SHA256()).public_bytes(Encoding.DER)).decode()


def _part(raw: bytes) -> bytes:
    return urlsafe_b64encode(raw).rstrip(b"=")


def jws(payload, *, header: dict | None = None, signer: str = "signer") -> bytes:
    """A compact JWS of that payload (a value, or bytes)."""
    head = {"alg": "RS256"} | (header or {})
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    signed = _part(json.dumps(head).encode()) + b"." + _part(raw)
    return signed + b"." + _part(key(signer).sign(signed, padding.PKCS1v15(), HASHES.get(str(head["alg"]), hashes.SHA256())))


def signed(statement: dict, signature: bytes, **members) -> dict:
    """The statement with the signature among its attachments."""
    entry = attachment(signature, usageType=SIGNATURE, **members)
    return statement | {"attachments": [*statement.get("attachments", ()), entry]}
