"""Signed statements: is the signature that came with a statement well-formed, and does it sign this statement?

1.0.3 Data 2.6, IEEE 9274.1.1 4.2.6: a JSON Web Signature (RFC 7515) in compact form with RS256, RS384 or RS512, whose payload is the
statement before it was signed. Where its header brings a certificate (``x5c``), its key must fit the signature. That finds mistakes; it
does not say who signed, for nobody has said whom to trust.
"""

import re
from base64 import b64decode, urlsafe_b64decode
from binascii import Error as NotBase64

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509 import Certificate, InvalidVersion, load_der_x509_certificate

from lrs.attachments.rules import SIGNATURE, media_type
from lrs.statements.compiled import require
from lrs.statements.errors import Broken
from lrs.statements.meaning import same
from lrs.statements.parse import parse

CONTENT_TYPE = "application/octet-stream"
_ALGORITHMS = {"RS256": hashes.SHA256(), "RS384": hashes.SHA384(), "RS512": hashes.SHA512()}
_PART = re.compile(rb"[A-Za-z0-9_-]+")


def check(statement: dict, jws: bytes, *, content_type: str, version: str) -> None:
    """Raise :class:`Broken` unless ``jws`` is a well-formed signature of the (parsed) statement, which has it among its attachments."""
    if media_type(content_type) != CONTENT_TYPE:
        raise Broken(f"is a signature, so its contentType must be {CONTENT_TYPE}", "signature")
    header, payload, signature, signed = _opened(jws)
    digest = _ALGORITHMS.get(header.get("alg")) if type(header.get("alg")) is str else None
    if digest is None:
        raise Broken(f"is signed with {str(header.get('alg'))[:40]!r}; only {', '.join(_ALGORITHMS)} may be used", "signature")
    if "crit" in header:
        raise Broken('has a JWS header with "crit"; no extension of JWS is understood here', "signature")
    if "x5c" in header:
        _verify(_first_certificate(header["x5c"]), signature, signed, digest)
    _compare(statement, payload, version)


def _opened(jws: bytes) -> tuple[dict, bytes, bytes, bytes]:
    """Header, payload, signature, and what was signed."""
    parts = jws.strip(b" \t\r\n").split(b".")
    if len(parts) != 3 or not all(_PART.fullmatch(part) for part in parts):
        raise Broken("is a signature, but not a JSON Web Signature in compact form (RFC 7515 7.1)", "signature")
    try:
        head, payload, signature = (urlsafe_b64decode(part + b"=" * (-len(part) % 4)) for part in parts)
    except (NotBase64, ValueError):
        raise Broken("is a signature, but one of its three parts is not base64url", "signature") from None
    header = _json(head, "the JWS header")
    if type(header) is not dict:
        raise Broken("has a JWS header that is not a JSON object", "signature")
    return header, payload, signature, parts[0] + b"." + parts[1]


def _json(raw: bytes, what: str):
    try:
        return parse(raw)
    except Broken as broken:
        raise Broken(f"has a signature in which {what} {broken.rule}", "signature") from None


def _first_certificate(chain: object) -> Certificate:
    """The certificate of the signer: the first of the chain, each of which must be one (RFC 7515 4.1.6)."""
    try:
        if type(chain) is not list or not chain:
            raise ValueError
        first, *_ = [load_der_x509_certificate(b64decode(one, validate=True)) for one in chain]
        return first
    except (ValueError, TypeError, InvalidVersion):
        raise Broken("has a JWS header whose x5c is not a list of X.509 certificates in base64", "signature") from None


def _verify(certificate: Certificate, signature: bytes, signed: bytes, digest: hashes.HashAlgorithm) -> None:
    try:
        key = certificate.public_key()
        if not isinstance(key, rsa.RSAPublicKey):
            raise Broken("has a certificate (x5c) whose key is not RSA", "signature")
        key.verify(signature, signed, padding.PKCS1v15(), digest)
    except InvalidSignature:
        raise Broken("has a signature that was not made with the key of its certificate (x5c)", "signature") from None
    except (ValueError, UnsupportedAlgorithm):
        raise Broken("has a certificate (x5c) whose key cannot be used here", "signature") from None


def _compare(statement: dict, payload: bytes, version: str) -> None:
    original = _json(payload, "the payload")
    try:
        require(original, "2.0.0" if version.startswith("2") else "1.0.3")
    except Broken as broken:
        raise Broken(f"has a signed payload that is not a valid statement: {broken.path} {broken.rule}", "signature") from None
    ids = {one["id"].lower() for one in (statement, original) if "id" in one}
    if len(ids) > 1 or not same(_unsigned(statement), _unsigned(original)):
        raise Broken("has a signature of another statement: its payload does not say the same", "signature")


def _unsigned(statement: dict) -> dict:
    """The statement without its signatures, as it was when it was signed."""
    left = [entry for entry in statement.get("attachments", ()) if entry["usageType"] != SIGNATURE]
    rest = {key: value for key, value in statement.items() if key != "attachments"}
    return rest | {"attachments": left} if left else rest
