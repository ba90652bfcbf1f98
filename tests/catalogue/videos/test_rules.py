"""Addresses that people paste."""

import pytest

from catalogue.videos import rules

YOUTUBE = "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0"


@pytest.mark.parametrize(
    ("pasted", "frame"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ", YOUTUBE),
        ("https://www.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ&t=42s", YOUTUBE),
        ("http://youtube.com/watch?v=dQw4w9WgXcQ#t=3", YOUTUBE),
        ("https://m.youtube.com/watch?v=dQw4w9WgXcQ", YOUTUBE),
        ("https://youtu.be/dQw4w9WgXcQ?si=abc", YOUTUBE),
        ("youtu.be/dQw4w9WgXcQ", YOUTUBE),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", YOUTUBE),
        ("https://www.youtube.com/embed/dQw4w9WgXcQ", YOUTUBE),
        ("  https://www.youtube.com/live/dQw4w9WgXcQ  ", YOUTUBE),
        ("https://vimeo.com/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
        ("https://vimeo.com/channels/staffpicks/76979871", "https://player.vimeo.com/video/76979871?dnt=1"),
        ("https://vimeo.com/76979871/ab12cd34ef", "https://player.vimeo.com/video/76979871?dnt=1&h=ab12cd34ef"),
        ("https://player.vimeo.com/video/76979871?h=ab12cd34ef&x=1", "https://player.vimeo.com/video/76979871?dnt=1&h=ab12cd34ef"),
        (
            "https://www.ted.com/talks/ken_robinson_do_schools_kill_creativity",
            "https://embed.ted.com/talks/ken_robinson_do_schools_kill_creativity",
        ),
        ("https://www.ted.com/talks/some_talk?language=fr", "https://embed.ted.com/talks/some_talk"),
        ("https://www.dailymotion.com/video/x7tgad0", "https://geo.dailymotion.com/player.html?video=x7tgad0"),
        ("https://dai.ly/x7tgad0", "https://geo.dailymotion.com/player.html?video=x7tgad0"),
    ],
)
def test_videos_become_frames_of_our_own_making(pasted, frame):
    address = rules.read(pasted)
    assert rules.frame_url(address.provider, address.video_id) == frame


@pytest.mark.parametrize(
    "pasted",
    [
        "https://example.org/a/course",
        "https://www.youtube.com/watch?v=short",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQ_too_long",
        "https://www.youtube.com/playlist?list=PL123",
        "https://youtube.com.evil.example/watch?v=dQw4w9WgXcQ",
        "https://evil.example/?u=youtube.com/watch?v=dQw4w9WgXcQ",
        "https://vimeo.com/about",
        "https://notyoutu.be/dQw4w9WgXcQ",
    ],
)
def test_other_pages_have_no_frame(pasted):
    address = rules.read(pasted)
    assert (address.url, address.provider) == (pasted, None)


@pytest.mark.parametrize(
    "pasted",
    ["", "  ", "javascript:alert(1)", "data:text/html,x", "ftp://example.org/", "file:///etc/passwd", "https://", "https://user:pw@example.org/",
     "https://exa mple.org", "https://example.org\\@evil.example/", "just words", "https://example.org:port/", "https://[::1", "x" * 3_000],
)  # fmt: skip
def test_what_is_no_address(pasted):
    assert rules.read(pasted) is None


def test_every_frame_stays_within_its_origin():
    for provider in rules.PROVIDERS:
        for hostile in ('"><script>', "../../x", "a?b=c#d", "x&autoplay=1"):
            url = rules.frame_url(provider, hostile)
            assert url.startswith(provider.frame_origin + "/")
            assert not set(url) & set('"<> #')
