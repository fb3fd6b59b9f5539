"""Every setting of the product: read once from `MHEALTH_*`, each with its help."""

from mhealth.settings.fields import Settings
from mhealth.settings.pairs import PREFIX
from mhealth.settings.reading import describe_settings, read_settings, settings_from

__all__ = ["PREFIX", "Settings", "describe_settings", "read_settings", "settings_from"]
