"""What is measured of the engine alone."""
