"""A real account as far as settings go: what pilot and live modes need of a channel."""

LIVE_ACCOUNT = {
    "africastalking_environment": "live",
    "africastalking_username": "district",
    "africastalking_api_key": "a-key-of-the-tests",
    "service_code": "*501*3#",
    "sms_number": "50103",
}
"""By field of `Settings`; nothing listens at its host during tests."""
