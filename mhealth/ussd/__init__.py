"""The USSD dialogue engine: pure, from flow files to screens."""
