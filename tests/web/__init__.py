"""Tests of the files that all pages share."""
