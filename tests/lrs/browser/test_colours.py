"""Coloured JSON says what the bytes say, and nothing in it runs."""

import html
import json
import re

from hypothesis import given
from hypothesis import strategies as st

from lrs.browser.colours import coloured

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


def text_of(markup: str) -> str:
    return html.unescape(re.sub(r"</?span[^>]*>", "", markup))


@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_the_value_is_the_same(value, ascii_only, indent):
    raw = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "replace")
    assert json.loads(text_of(coloured(raw))) == json.loads(raw)


@given(st.binary(max_size=300))
def test_any_bytes_give_inert_markup(raw):
    left = re.sub(r'<span class="j-(key|text|number|word)">|</span>', "", coloured(raw))
    assert "<" not in left
    assert ">" not in left


def test_numbers_stay_as_they_were_written():
    assert text_of(coloured(b'{"a":0.10,"b":-0,"c":1e400}')) == '{\n  "a": 0.10,\n  "b": -0,\n  "c": 1e400\n}'


def test_keys_texts_numbers_and_words_differ():
    shown = coloured(b'{"k":["t",1,true,null,{},[]]}')
    assert '<span class="j-key">&#34;k&#34;</span>' in shown
    assert '<span class="j-text">&#34;t&#34;</span>' in shown
    assert '<span class="j-number">1</span>' in shown
    assert '<span class="j-word">true</span>' in shown
    assert text_of(shown).endswith("{},\n    []\n  ]\n}")


def test_a_direction_mark_is_seen():
    assert "\\u202e" in coloured('"\u202egnp.exe"'.encode())
