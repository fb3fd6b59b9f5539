"""Keys of 32 bytes, as settings write them: base64."""

import base64
import binascii

KEY_BYTES = 32


def read_key(text: str) -> bytes:
    """The key. Raises ValueError saying why it is none."""
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if len(key) != KEY_BYTES:
        raise ValueError(f"needs {KEY_BYTES} bytes, has {len(key)}")
    return key
