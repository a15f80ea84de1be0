"""save: a picture file, written whole or not at all."""

from pathlib import Path

from restograph.errors import ImageError, OutputExists
from restograph.image.files import refuse_existing, same_file
from restograph.image.picture import Picture
from restograph.image.write import format_of, write_picture


def save(
    picture: Picture, path: Path, *, source: Path, force: bool, strip_metadata: bool, strip_location: bool
) -> tuple[str, ...]:
    """Write the picture, never over `source`; return what a user has to know. Raises OutputExists or ImageError."""
    return write_picture(
        picture,
        path,
        force=force,
        strip_metadata=strip_metadata,
        strip_location=strip_location,
        source=source,
    )


def refuse_early(path: Path, source: Path, force: bool) -> None:
    """Raise what saving would raise for this name, before any work is spent on it."""
    format_of(path)
    if same_file(path, source):
        raise OutputExists(f"{str(path)!r} is the input itself; choose another name for the output")
    refuse_existing(path, force)
    if not path.parent.is_dir():
        raise ImageError(f"there is no folder {str(path.parent)!r} for the output; create it first")
