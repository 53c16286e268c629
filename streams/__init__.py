"""Tidings: news articles in, live tables of who did what to whom out."""
