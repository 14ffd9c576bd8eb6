"""Fixtures of the tests of the playground."""

from tests.playground.pages import open_page, playground  # noqa: F401 (fixtures)
