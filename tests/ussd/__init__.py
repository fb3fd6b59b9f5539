"""Tests of the flow engine and of the flows that are shipped."""
