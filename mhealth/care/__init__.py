"""What the platform does for health: takes an open session, never commits."""
