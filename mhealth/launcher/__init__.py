"""Starts the whole product as processes on one machine."""
