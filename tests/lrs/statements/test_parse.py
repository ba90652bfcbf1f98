"""Bodies are taken apart into the client's own bytes; what a parser would let pass silently is refused."""

import json

import pytest
from hypothesis import given
from samples import json_values

from lrs.statements.errors import Broken
from lrs.statements.parse import MAX_DEPTH, check_depth, parse, split

REFUSED = {
    "nothing": b"",
    "not JSON": b"{actor}",
    "a key twice": b'{"a":1,"a":1}',
    "a key twice, spaced": b'{"a" : 1, "a"\n:1}',
    "a key twice beside an escaped colon": b'{"a":1,"a":2,"x":"\\u003a\\u003A"}',
    "a key twice, once written with an escape": b'{"a":1,"\\u0061":2}',
    "a key twice beside a text that looks like a key": b'{"a":1,"a":2,"x":"\\":"}',
    "a key twice, deep": b'{"x":[{"y":{"b":1,"c":[],"b":2}}]}',
    "a key twice beside a text that begins with a colon": b'{"a":":x","a":":y"}',
    "NaN": b'{"a":NaN}',
    "infinity": b'{"a":-Infinity}',
    "bad UTF-8": b'{"a":"\xff"}',
    "an encoded surrogate": b'{"a":"\xed\xa0\x80"}',
    "half a surrogate pair": b'{"a":"\\ud800"}',
    "a byte order mark": b'\xef\xbb\xbf{"a":1}',
    "something after it": b'{"a":1} x',
    "a leading zero": b'{"a":01}',
    "a trailing comma": b'{"a":1,}',
    "a control character": b'{"a":"\x01"}',
    "too deep": b"[" * 300 + b"]" * 300,
    "far too deep": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
}
KEPT = {
    "long decimals": b'{"a":0.10,"b":-0,"c":1.000000000000000000001}',
    "huge numbers": b'{"a":1e400,"b":123456789012345678901234567890}',
    "a very long integer": b'{"a":' + b"9" * 6000 + b"}",
    "a NUL": b'{"a":"\\u0000"}',
    "a surrogate pair": b'{"a":"\\ud83d\\ude00"}',
    "texts that look like keys": b'{"a":"\\":","b":":c\\\\","d":" :"}',
    "the deepest": b"[" * MAX_DEPTH + b"]" * MAX_DEPTH,
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED)
def test_refuses(raw):
    with pytest.raises(Broken):
        parse(raw)


@pytest.mark.parametrize("raw", KEPT.values(), ids=KEPT)
def test_takes(raw):
    parse(raw)


def test_depth_is_counted():
    check_depth(json.loads("[" * MAX_DEPTH + "]" * MAX_DEPTH))
    with pytest.raises(Broken, match="deeper than 64"):
        check_depth(json.loads('{"a":' * MAX_DEPTH + "[]" + "}" * MAX_DEPTH))


@given(json_values)
def test_gives_what_the_standard_parser_gives(value):
    raw = json.dumps(value).encode()
    assert json.dumps(parse(raw)) == json.dumps(json.loads(raw))


@given(json_values, json_values)
def test_finds_any_doubled_key(one, two):
    raw = b'{"k":%s,"other":[{"k":0}],"k":%s}' % (json.dumps(one).encode(), json.dumps(two, ensure_ascii=False).encode())
    with pytest.raises(Broken):
        parse(raw)


@pytest.mark.parametrize("space", [b"", b" ", b"\r\n\t"])
def test_splits_a_batch_into_the_bytes_of_each(space):
    parts = [b'{"a": 1.10 }', b'{"b":[ ]}', b"{}"]
    body = space + b"[" + (space + b"," + space).join(parts) + space + b"]" + space
    assert split(body) == (parts, True)


def test_a_single_one_is_no_batch():
    assert split(b' {"a":1}\n') == ([b'{"a":1}'], False)


def test_a_malformed_batch_is_refused_with_its_place():
    with pytest.raises(Broken, match="line 1, column 8"):
        split(b'[{"a":1]')
