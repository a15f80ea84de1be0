"""Where a command writes: a folder gets four files, a picture's name gets neighbours of that name."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from restograph.errors import RestographError

DOCUMENTS = {".md": "md", ".csl.json": "csl", ".json": "json", ".html": "html", ".bib": "bibtex"}  # endings, formats
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3}


@dataclass(frozen=True)
class Outputs:
    """The files of one answer; None is not written."""

    picture: Path | None = None
    documents: tuple[Path, ...] = ()
    record: Path | None = None

    def paths(self) -> list[Path]:
        """All files that may be written."""
        return [p for p in (self.picture, *self.documents, self.record) if p]

    def refuse(self, force: bool, paths: Sequence[Path] | None = None) -> None:
        """Raise OutputExists before any work if one of the files is there and `force` is off."""
        from restograph.image.files import refuse_existing

        for path in self.paths() if paths is None else paths:
            refuse_existing(path, force)

    def make_folder(self) -> None:
        """Make the folder of the outputs; raises RestographError when that is impossible."""
        for folder in dict.fromkeys(path.parent for path in self.paths()):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise RestographError(
                    f"cannot make the folder {str(folder)!r}: {error.strerror}; choose another -o"
                ) from error

    def said(self, executed: bool) -> str:
        """What was written, for standard error."""
        made = [p for p in (self.picture, self.record) if p]
        written = self.paths() if executed else [p for p in self.paths() if p not in made]
        old = [] if executed else [p for p in made if p.exists()]
        kept = f"; {', '.join(map(str, old))} came from an earlier run" if old else ""
        return f"wrote {', '.join(map(str, written))}{kept}"


def outputs_of(out: str | Path, image: Path | None) -> Outputs:
    """The files that -o OUT stands for: OUT/ is a folder, x.png a picture, x.md, x.json, x.html, x.bib,
    x.csl.json a document.

    A text that ends in a slash is a folder, also with a dot in its name (a Path drops that slash). Raises
    RestographError when the output would be the input picture, or a name cannot stand in a record.
    """
    for name in (out, image or out):
        if not is_text(str(Path(name).absolute())):
            raise RestographError(
                f"the name {str(name)!r} is not UTF-8 text, which a record needs; rename the file or folder"
            )
    folder = str(out).endswith(("/", "\\")) or Path(out).is_dir() or not Path(out).suffix
    out = Path(out)
    if image is None:
        return Outputs(documents=(out / "answer.md", out / "answer.json")) if folder else _document(out)
    if folder:
        picture = out / f"{image.stem}-restored{_suffix(image)}"
        return Outputs(picture, (out / "answer.md", out / "answer.json"), out / "run.json")
    if format_of(out):
        raise RestographError(
            f"-o {str(out)!r} names a document, but a picture is to be made; give a picture's name or a folder"
        )
    if out.exists() and image.exists() and out.samefile(image):
        raise RestographError(f"-o {str(out)!r} is the input picture itself; choose another name")
    name = str(out.with_suffix(""))
    return Outputs(out, (Path(f"{name}.answer.md"), Path(f"{name}.answer.json")), Path(f"{name}.run.json"))


def _suffix(image: Path) -> str:
    """That of the input if its format can be written, else PNG, which loses nothing."""
    from restograph.image.write import SUFFIXES

    return image.suffix if image.suffix.lower() in SUFFIXES else ".png"


def _document(out: Path) -> Outputs:
    """Without a picture: one document by its ending."""
    if not format_of(out):
        raise RestographError(
            f"-o {str(out)!r} names a picture, but no picture was given; add IMAGE, or write to {', '.join(DOCUMENTS)}"
        )
    return Outputs(documents=(out,))


def format_of(path: Path) -> str | None:
    """The format that a document's name asks for: 'bibtex' for refs.bib; None for other names."""
    return next((form for ending, form in DOCUMENTS.items() if path.name.lower().endswith(ending)), None)


def is_text(text: str) -> bool:
    """False if the text holds bytes that are no UTF-8, which Python passes on as lone surrogates."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)


def parse_bytes(text: str | None) -> int | None:
    """Bytes of '2GB', '800 MB', '1.5 GiB', '1000000'; None for None. Raises RestographError."""
    if text is None:
        return None
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([kmg]?)(i?)b?\s*", text.lower(), re.ASCII)
    if not match:
        raise RestographError(f"{text!r} is no amount of memory; write it like 2GB or 800MB")
    return int(float(match[1]) * (1024 if match[3] else 1000) ** _POWERS[match[2]])


def read_bytes(path: Path) -> bytes:
    """A whole file; RestographError when it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise RestographError(f"cannot read {str(path)!r}: {error.strerror or error}; check the path") from error
