"""A flow as a picture: what stands on it, where, and how it is written down."""
