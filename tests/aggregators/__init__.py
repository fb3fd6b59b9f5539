"""Tests of the aggregators room."""
