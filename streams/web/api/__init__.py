"""The HTTP API: what can be asked, how an answer is written, and what is refused."""

from streams.web.api.application import Parts, build_api

__all__ = ["Parts", "build_api"]
