"""Server-sent events as bytes."""

from push_fakes import Got, read_frames

from streams.web.push.messages import comment, encoded, framed


def test_line_breaks_of_any_kind_stay_within_their_message() -> None:
    """Each line of the data has its field name, whatever breaks it."""
    assert framed("event", b"1\n2\r\n3\r4") == b"event: event\ndata: 1\ndata: 2\ndata: 3\ndata: 4\n\n"


def test_text_comes_back_as_it_was() -> None:
    """Line breaks, line separators of Unicode and letters of any script survive."""
    text = "a\nb\r\nc\u2028d \u0085 Путин 🗞"
    frame = framed("event", encoded({"sentence": text}), event_id="1.2")
    assert read_frames(frame) == [Got("event", {"sentence": text}, "1.2")]
    assert frame.count(b"\n") == 4


def test_empty_data_is_still_a_message() -> None:
    """A message has a data field even where that is empty."""
    assert framed("gap", b"") == b"event: gap\ndata: \n\n"


def test_comments_are_one_line() -> None:
    """No comment can begin a message."""
    assert comment("too\nslow") == b": too slow\n\n"
