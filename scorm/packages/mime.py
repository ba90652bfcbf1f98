"""Our own table of media types: the machine's table differs from server to server, and with ``nosniff`` a wrong type breaks a course.

No charset is added: old courses name their encoding inside the page, and a header would override it.
"""

UNKNOWN = "application/octet-stream"

TYPES = {
    "html": "text/html", "htm": "text/html", "xhtml": "application/xhtml+xml", "xht": "application/xhtml+xml",
    "css": "text/css", "js": "text/javascript", "mjs": "text/javascript", "json": "application/json", "map": "application/json",
    "jsonld": "application/ld+json", "webmanifest": "application/manifest+json", "wasm": "application/wasm",
    "xml": "application/xml", "xsd": "application/xml", "xsl": "application/xml", "xslt": "application/xml", "dtd": "application/xml-dtd",
    "txt": "text/plain", "md": "text/plain", "log": "text/plain", "csv": "text/csv", "vtt": "text/vtt", "srt": "text/plain",
    "png": "image/png", "apng": "image/apng", "jpg": "image/jpeg", "jpeg": "image/jpeg", "jfif": "image/jpeg", "gif": "image/gif",
    "webp": "image/webp", "avif": "image/avif", "svg": "image/svg+xml", "svgz": "image/svg+xml", "ico": "image/x-icon",
    "cur": "image/x-icon", "bmp": "image/bmp", "tif": "image/tiff", "tiff": "image/tiff",
    "mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac", "oga": "audio/ogg", "ogg": "audio/ogg", "opus": "audio/ogg",
    "wav": "audio/wav", "weba": "audio/webm", "flac": "audio/flac", "mid": "audio/midi",
    "mp4": "video/mp4", "m4v": "video/mp4", "webm": "video/webm", "ogv": "video/ogg", "mov": "video/quicktime", "avi": "video/x-msvideo",
    "wmv": "video/x-ms-wmv", "flv": "video/x-flv", "mkv": "video/x-matroska", "mpg": "video/mpeg", "mpeg": "video/mpeg",
    "ts": "video/mp2t", "m3u8": "application/vnd.apple.mpegurl", "mpd": "application/dash+xml",
    "woff": "font/woff", "woff2": "font/woff2", "ttf": "font/ttf", "otf": "font/otf", "eot": "application/vnd.ms-fontobject",
    "pdf": "application/pdf", "rtf": "application/rtf", "zip": "application/zip", "epub": "application/epub+zip",
    "doc": "application/msword", "xls": "application/vnd.ms-excel", "ppt": "application/vnd.ms-powerpoint",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text", "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "swf": "application/x-shockwave-flash", "glb": "model/gltf-binary", "gltf": "model/gltf+json", "atlas": "text/plain",
}  # fmt: skip

_PACKED = {TYPES[name] for name in ("png", "apng", "jpg", "gif", "webp", "avif", "woff", "woff2", "pdf", "zip", "epub", "swf", "glb")}
_PACKED_KINDS = ("audio/", "video/", "application/vnd.openxmlformats", "application/vnd.oasis")


def extension(path: str) -> str:
    """The last extension in small letters, without its dot; empty for ``.htaccess`` and for names without one."""
    stem, dot, last = path.rpartition("/")[2].rpartition(".")
    return last.lower() if dot and stem else ""


def type_of(path: str) -> str:
    """The media type by name; what is not in the table, server programs among it, is a plain download."""
    return TYPES.get(extension(path), UNKNOWN)


def is_packed(path: str) -> bool:
    """True for what is compressed already or must be seekable: it is stored as it is."""
    kind = type_of(path)
    return kind in _PACKED or kind.startswith(_PACKED_KINDS) or extension(path) == "svgz"
