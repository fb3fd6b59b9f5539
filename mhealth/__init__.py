"""Health care by feature phone: USSD and SMS between a village, its health worker and its centre."""

__version__ = "0.1.0"
