"""Videos and pages elsewhere: an address, a title, a picture, and a frame that opens on a click."""
