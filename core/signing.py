"""Signed texts as Flask and its extensions write them, for who reads and writes hundreds a second.

The texts and the keys are theirs; only what they make anew each time – the signer, the key derived
from the secret, an attempt to compress a hundred characters – is made once, or not at all.
"""

import hmac
from typing import Any

from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode
from itsdangerous.signer import SigningAlgorithm

#: Characters of a text that gains nothing by being compressed: mostly what is drawn at random.
SHORT = 400


class _AtOnce(SigningAlgorithm):
    """HMAC as theirs, in one call instead of one for each of its steps."""

    def __init__(self, digest: str) -> None:
        self._digest = digest

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        return hmac.digest(key, value, self._digest)


class Signing:
    """Reads and writes what a serializer does."""

    def __init__(self, serializer: URLSafeTimedSerializer) -> None:
        self._serializer = serializer
        theirs = serializer.make_signer(serializer.salt)
        self._signer = TimestampSigner(
            theirs.derive_key(),
            sep=theirs.sep,
            key_derivation="none",
            digest_method=theirs.digest_method,
            algorithm=_AtOnce(theirs.digest_method().name),
        )

    def loads(self, text: str, max_age: int) -> Any:
        """What was signed at most so many seconds ago. Raises BadSignature."""
        return self._serializer.load_payload(self._signer.unsign(text, max_age=max_age))

    def dumps(self, value: Any) -> str:
        written = self._serializer.serializer.dumps(value, **self._serializer.serializer_kwargs)
        if len(written) > SHORT:
            return self._signer.sign(self._serializer.dump_payload(value)).decode()
        return self._signer.sign(base64_encode(written)).decode()
