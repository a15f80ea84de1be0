"""From a trained checkpoint to the file that is shipped (tools/ship.py writes the card).

The averaged weights become an ONNX model; what the card must say about the file is returned.
"""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from restograph.errors import ModelError
from restograph.networks.checkpoint import load_checkpoint
from restograph.networks.export.safmn import safmn_bytes
from restograph.networks.safmn import SAFMN


@dataclass(frozen=True)
class Shipped:
    """The exported file with the three lines of its card."""

    path: Path
    sha256: str
    bytes: int
    scale: int

    def toml(self) -> str:
        """The lines of the card that depend on the file."""
        return f'weights = "{self.path.name}"\nsha256 = "{self.sha256}"\nbytes = {self.bytes}\nscale = {self.scale}\n'


def ship(checkpoint: Path, name: str, out_dir: Path) -> Shipped:
    """Export the averaged weights of `checkpoint` to `out_dir/name.onnx`; raises ModelError."""
    net, family = load_checkpoint(checkpoint)
    if not isinstance(net, SAFMN):
        raise ModelError(f"{str(checkpoint)!r} is a {family}; only SAFMN can be exported")
    data = safmn_bytes(net)
    out_dir.mkdir(parents=True, exist_ok=True)
    path = out_dir / f"{name}.onnx"
    path.write_bytes(data)
    return Shipped(path, hashlib.sha256(data).hexdigest(), len(data), net.config.upscaling_factor)
