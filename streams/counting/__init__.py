"""Coded articles to increments of tables: pure, a function of the log before it."""
