"""What comes out of a conversion, whatever went in: a checkpoint or a stranger's ONNX file."""

import hashlib
from dataclasses import dataclass

from restograph.models.card import Card
from restograph.models.published import Facts


@dataclass(frozen=True)
class Converted:
    """A file as a model: what its card says so far, its ONNX models, its weights, and how sure all that is."""

    card: Card  # name, licence and file names are still those of the file given
    onnx: tuple[bytes, ...]
    weights: bytes | None  # safetensors; None when an ONNX file was given
    what: str
    sure: str
    checked: str
    facts: Facts | None = None  # to tell published weights by; none for ONNX, whose keys are gone

    @property
    def sha256(self) -> str:
        """SHA-256 of the ONNX model."""
        return hashlib.sha256(self.onnx[0]).hexdigest()
