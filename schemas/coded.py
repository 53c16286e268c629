"""An article as coded, with the article's own coordinates."""

from schemas.article import Moment
from schemas.base import Record
from schemas.coding import Coding
from schemas.coordinates import Coordinates

UNDATED = "undated"


class CodedArticle(Record):
    """What the coder made of one version of an article; `coding` is None where the story is withdrawn."""

    article_id: str
    article: Coordinates
    content_hash: str
    coder: str
    title: str | None = None
    published_at: Moment | None = None
    source: str | None = None
    url: str | None = None
    coding: Coding | None

    @property
    def day(self) -> str:
        """The UTC day bucket of the article, 'undated' where it has no date."""
        return self.published_at.date().isoformat() if self.published_at else UNDATED
