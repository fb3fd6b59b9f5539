"""The carrier simulator: a process of its own with phones on a web page."""
