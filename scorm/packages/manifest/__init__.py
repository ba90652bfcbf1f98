"""imsmanifest.xml of SCORM 1.2 and 2004 read into a tree, forgiving what real packages get wrong and saying so. Pure: no I/O."""

from scorm.packages.manifest.parse import Manifest, read_manifest

__all__ = ["Manifest", "read_manifest"]
