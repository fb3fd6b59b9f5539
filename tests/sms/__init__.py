"""Tests of the SMS room."""
