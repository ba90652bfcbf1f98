"""Pictures that people upload: decoded under limits and written anew, so that nothing of the original file is ever served."""

import io
import secrets
from typing import BinaryIO

from flask_babel import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from core.errors import Invalid, TooLarge
from core.storage import storage

PREFIX = "images/"
SIZE = (1280, 800)
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
MAX_BYTES = 8 << 20
# A JPEG is decoded at a fraction of its size, the others whole: 25 million pixels are 100 MB of memory.
MAX_PIXELS = {"JPEG": 60_000_000}
MAX_PIXELS_OTHERWISE = 25_000_000


def keep(stream: BinaryIO) -> str:
    """Re-encode a picture and store it; answers its key. Slow: call it before ``write()``."""
    key = f"{PREFIX}{secrets.token_hex(16)}.webp"
    storage().put(key, io.BytesIO(reencoded(stream)))
    return key


def reencoded(stream: BinaryIO) -> bytes:
    """A WebP of 1280 × 800 cut from the middle, without metadata. :class:`Invalid` or :class:`TooLarge` for what is no fit picture."""
    data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise TooLarge(fields={"image": [_("The picture is too large: 8 MB at most.")]})
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS.get(image.format, MAX_PIXELS_OTHERWISE):
                raise TooLarge(fields={"image": [_("The picture has too many pixels. Make it smaller, 1280 × 800 is enough.")]})
            image.draft("RGB", (SIZE[0] * 2, SIZE[1] * 2))
            return _encoded(image)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise Invalid(fields={"image": [_("This is not a picture that can be read. PNG, JPEG, WebP and GIF can.")]}) from error


def _encoded(image: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(image)
    fitted = ImageOps.fit(upright.convert("RGBA" if "A" in upright.getbands() or "transparency" in upright.info else "RGB"), SIZE)
    out = io.BytesIO()
    fitted.save(out, "WEBP", quality=82, method=4)
    return out.getvalue()
