"""Every setting of the product: read once from `MHEALTH_*`, each with its help."""

from mhealth.settings.fields import Settings
from mhealth.settings.pairs import PREFIX
from mhealth.settings.reading import (
    SettingsSeen,
    describe_settings,
    look_at_settings,
    read_settings,
    settings_from,
)

__all__ = [
    "PREFIX",
    "Settings",
    "SettingsSeen",
    "describe_settings",
    "look_at_settings",
    "read_settings",
    "settings_from",
]
