"""Tokens of forms: those of Flask-WTF, made once for a page and asked of whatever may act."""

import pytest
from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms.validators import ValidationError

from core import forgery
from core.forms import Form

pytestmark = pytest.mark.once


def test_flask_wtf_takes_our_token_for_its_own(app: Flask) -> None:
    with app.test_request_context():
        made = forgery.token()
        assert generate_csrf() == forgery.token() == made
        validate_csrf(made)
        kept = session[forgery.TOKEN]
        g.pop(forgery.TOKEN)
        assert generate_csrf()
        assert session[forgery.TOKEN] == kept
        session[forgery.TOKEN] = "another"
        with pytest.raises(ValidationError):
            validate_csrf(made)


def test_forms_and_their_page_carry_the_same_token(app: Flask) -> None:
    with app.test_request_context():
        form = Form(meta={"csrf": True})
        shown = app.jinja_env.from_string("{{ csrf_token() }}").render()
        context = {}
        app.update_template_context(context)
        assert form.csrf_token.current_token == shown == context["csrf_token"]() == forgery.token()


def test_what_may_act_is_asked_for_its_token(own_app: Flask) -> None:
    own_app.config["WTF_CSRF_ENABLED"] = True
    browser = own_app.test_client()
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert browser.open("/logout", method=method).status_code in {400, 405}
    assert "页面已过期" in browser.post("/logout").text
    assert browser.get("/login").status_code == 200
    with browser.session_transaction() as cookie:
        kept = cookie[forgery.TOKEN]
    with own_app.test_request_context():
        session[forgery.TOKEN] = kept
        token = forgery.token()
    assert browser.post("/logout", headers={"X-CSRFToken": token}).status_code == 401
    assert browser.post("/logout", data={"csrf_token": token}).status_code == 401
    assert browser.post("/logout", data={"csrf_token": token[:-1]}).status_code == 400
