"""Backups with proof: made of one moment, told table by table, restored whole or not at all."""
