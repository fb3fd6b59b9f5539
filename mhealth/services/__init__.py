"""The deeds of the road: take a turn, take an SMS, send a message, sweep.

Those that the edges call with an open session never commit. A turn, a drain and a sweep open their
own transactions, since where these begin and end is what they are about.
"""
