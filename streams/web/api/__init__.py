"""The HTTP API: what can be asked, how an answer is written, and what is refused."""

from streams.web.old_api import Counted, build_api

__all__ = ["Counted", "build_api"]
