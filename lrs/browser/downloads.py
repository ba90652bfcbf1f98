"""Names for files that came with statements: made by us, so that a sender cannot choose what a double click does."""

_ENDINGS = {
    "application/json": "json",
    "application/pdf": "pdf",
    "application/zip": "zip",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "image/gif": "gif",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "text/csv": "csv",
    "text/plain": "txt",
    "video/mp4": "mp4",
    "video/webm": "webm",
}


def file_name(sha2: str, content_type: str) -> str:
    """``attachment-1a2b3c4d.pdf``; ``.bin`` for a kind that is not on the list."""
    kind = content_type.partition(";")[0].strip().lower()
    return f"attachment-{sha2[:12]}.{_ENDINGS.get(kind, 'bin')}"
