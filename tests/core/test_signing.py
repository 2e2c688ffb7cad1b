"""Signed texts: ours and those of the libraries are the same."""

import hashlib

import pytest
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from core.signing import Signing


@pytest.fixture(params=["session", "forms"])
def theirs(request) -> URLSafeTimedSerializer:
    if request.param == "forms":
        return URLSafeTimedSerializer("the key", salt="wtf-csrf-token")
    app = Flask(__name__)
    app.secret_key = "the key"
    found = SecureCookieSessionInterface().get_signing_serializer(app)
    assert found is not None
    return found


@pytest.mark.parametrize("value", ["7dc3c7d6ed96", {"_user_id": "abc", "_fresh": True}, "字" * 900])
def test_each_reads_what_the_other_wrote(theirs, value) -> None:
    ours = Signing(theirs)
    assert theirs.loads(ours.dumps(value)) == value
    assert ours.loads(str(theirs.dumps(value)), max_age=60) == value


def test_what_is_not_signed_or_too_old_is_refused(theirs) -> None:
    ours, text = Signing(theirs), Signing(theirs).dumps("abc")
    other = Signing(URLSafeTimedSerializer("another key", salt=theirs.salt))
    for forged in ("", "a", text[:-1], "x" + text, other.dumps("abc")):
        with pytest.raises(BadSignature):
            ours.loads(forged, max_age=60)
    with pytest.raises(SignatureExpired):
        ours.loads(text, max_age=-1)


def test_the_key_is_that_of_the_salt() -> None:
    one, other = (
        Signing(
            URLSafeTimedSerializer("k", salt=salt, signer_kwargs={"digest_method": hashlib.sha1})
        )
        for salt in ("a", "b")
    )
    with pytest.raises(BadSignature):
        other.loads(one.dumps("abc"), max_age=60)
