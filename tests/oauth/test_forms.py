"""The token in a form is of one sandbox, one request and one hour."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mock_server.oauth.forms import FORM_SECONDS, FormTokens

KEY = b"k" * 32
REQUEST = "client_id=demo-app&state=1"


def test_a_form_comes_back_for_its_request_until_its_hour_is_over() -> None:
    now = [1000.0]
    forms = FormTokens(KEY, lambda: now[0])
    token = forms.make("abc", REQUEST)
    assert forms.read(token, REQUEST) == "abc"
    assert forms.read(token, REQUEST + "2") is None
    assert FormTokens(b"o" * 32, lambda: now[0]).read(token, REQUEST) is None
    now[0] += FORM_SECONDS - 1
    assert forms.read(token, REQUEST) == "abc"
    now[0] += 1
    assert forms.read(token, REQUEST) is None


@given(st.text(max_size=80), st.text(max_size=20))
def test_no_other_text_is_one(text: str, request: str) -> None:
    forms = FormTokens(KEY, lambda: 1000.0)
    assert forms.read(text, request) is None
    genuine = forms.make("abc", request)
    assert forms.read(genuine + text, request) is (None if text else "abc") or not text
