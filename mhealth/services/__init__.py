"""The deeds of the road: take a turn, take an SMS, send a message, sweep."""
