"""How much faster LIIF runs here than the way the paper writes it, and that both give the same picture.

    python benchmarks/liif/measure.py

The paper's way, in PyTorch: features unfolded to 3x3 neighbourhoods, the whole MLP for four neighbours of every
output pixel, in chunks of 30,000 queries. Ours, in ONNX Runtime: the first layer folded into one convolution per
input pixel, and only the live neighbours of a grid of output pixels. Weights are random: they change no time.
Both on one thread, in processor seconds, which hardly depend on what else the machine does. Writes benchmarks/results/liif.json.
"""

import hashlib
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "benchmarks"))
from record import write  # noqa: E402

from restograph.models.anyfactor import HIDDEN, AnyFactorSession  # noqa: E402
from restograph.models.store import HOME_VARIABLE, find  # noqa: E402
from restograph.networks.export.liif import export_liif  # noqa: E402
from restograph.networks.liif import LIIF, EDSRConfig, LIIFConfig, make_coord  # noqa: E402
from restograph.run.apply_any import apply_any  # noqa: E402

FACTORS = (2, 2.5, 3, 4)
NETWORKS = {  # sizes, and the side of the square picture to enlarge
    "light": ("SAFMN 36 channels, 8 blocks; MLP 160-160-160", LIIFConfig(hidden=(160,) * 3), 96),
    "paper": ("EDSR-baseline 64 channels, 16 blocks; MLP 256-256-256-256", LIIFConfig(EDSRConfig(), (256,) * 4), 40),
}
REPEATS, CHUNK = 3, 30_000
LIMIT = 2**31  # bytes: nothing is cut into tiles


class Paper:
    """The paper's way."""

    def __init__(self, net: LIIF) -> None:
        self.net = net

    def encode(self, image: np.ndarray) -> torch.Tensor:
        return self.net.encode((torch.from_numpy(image.transpose(2, 0, 1)[None]) - 0.5) / 0.5)

    def query(self, feat: torch.Tensor, size: int) -> np.ndarray:
        coord = make_coord(size, size)[None]
        cell = torch.full_like(coord, 2 / size)
        parts = [
            self.net.query_plain(feat, coord[:, i : i + CHUNK], cell[:, i : i + CHUNK])
            for i in range(0, size * size, CHUNK)
        ]
        return np.asarray((torch.cat(parts, dim=1) * 0.5 + 0.5).clamp(0, 1).view(size, size, 3).numpy())


class Ours:
    """An installed network, and the seconds of its encoder."""

    def __init__(self, session: AnyFactorSession) -> None:
        self.session, self.encoding = session, 0.0

    def encode(self, batch: np.ndarray) -> np.ndarray:
        begun = time.process_time()
        hidden = self.session.encode(batch)
        self.encoding = time.process_time() - begun
        return hidden

    def query(self, hidden: np.ndarray, grid: Any) -> np.ndarray:
        return self.session.query(hidden, grid)

    def whole(self, image: np.ndarray, size: int) -> np.ndarray:
        return apply_any(self, self.session.card, image, (size, size), LIMIT).pixels


def install(name: str, net: LIIF, home: Path) -> AnyFactorSession:
    """The network as a user has it: two files and a card."""
    folder = home / "models"
    folder.mkdir(exist_ok=True)
    files = folder / f"{name}.onnx", folder / f"{name}-query.onnx"
    export_liif(net, *files)
    first, second = (
        f'weights = "{path.name}"\nsha256 = "{hashlib.sha256(path.read_bytes()).hexdigest()}"\n'
        f"bytes = {path.stat().st_size}\n"
        for path in files
    )
    words = f'name = "{name}"\nfamily = "LIIF"\nkind = "upscale"\noperations = ["super_resolution"]\n'
    words += f'title = "measured"\nlicence = "Apache-2.0"\n{first}'
    tables = f'[any_factor]\n{second}[input]\noutput = "{HIDDEN}"\n'
    (folder / f"{name}.toml").write_text(words + tables, "utf-8")
    return AnyFactorSession(find(name), "cpu", threads=1)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    out = work()
    return time.process_time() - begun, out


def compare(paper: Paper, ours: Ours, side: int, factor: float) -> dict[str, Any]:
    """Processor seconds of both ways, the best of alternating runs, and the largest difference of their pictures."""
    image = np.random.default_rng(side).random((side, side, 3), dtype=np.float32)
    size = int(side * factor + 0.5)
    runs = []
    for _ in range(REPEATS):
        encode, feat = timed(lambda: paper.encode(image))
        query, wanted = timed(lambda feat=feat: paper.query(feat, size))
        whole, made = timed(lambda: ours.whole(image, size))
        runs.append((query, encode + query, whole - ours.encoding, whole))
    best = [min(column) for column in zip(*runs, strict=True)]
    return {
        "factor": factor,
        "from": side,
        "to": size,
        "paper_query_s": round(best[0], 3),
        "paper_whole_s": round(best[1], 3),
        "ours_query_s": round(best[2], 3),
        "ours_whole_s": round(best[3], 3),
        "query_ratio": round(best[0] / best[2], 2),
        "whole_ratio": round(best[1] / best[3], 2),
        "largest_difference": float(f"{np.abs(wanted - made).max():.1e}"),
    }


def main() -> None:
    """Measure both networks at all factors and write the file."""
    torch.set_num_threads(1)
    rows = []
    with TemporaryDirectory() as folder, torch.inference_mode():
        os.environ[HOME_VARIABLE] = folder
        for name, (sizes, config, side) in NETWORKS.items():
            torch.manual_seed(0)
            net = LIIF(config).eval()
            paper, ours = Paper(net), Ours(install(name, net, Path(folder)))
            rows += [{"network": name, "sizes": sizes, **compare(paper, ours, side, factor)} for factor in FACTORS]
    for row in rows:
        print({key: value for key, value in row.items() if key != "sizes"})
    about = {"torch": torch.__version__, "threads": 1, "load": round(os.getloadavg()[0], 1)}
    write("liif", "python benchmarks/liif/measure.py", {**about, "weights": "random", "rows": rows})


if __name__ == "__main__":
    main()
