"""Turns the weights of a BERT sentence model into a small int8 ONNX graph; called by `bot.nlu.encoder`.

The graph takes token ids of equally long sentences, `ids (n, t)`, and gives unit vectors `embedding (n, d)`, and
`halfway (n, d)`, the same from the middle of the network, where more of the wording is left.
There is no attention mask: the encoder runs sentences one by one, so nothing is ever padded.

Written in onnxruntime's own operators, each a whole step of the network: a sentence is so little work that handing
numbers from one small operator to the next would take a tenth of its time.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bytes = npt.NDArray[np.int8]
Weights = dict[str, Floats]

OPSET: Final = 17
RUNTIME: Final = "com.microsoft"
"""The domain of onnxruntime's own operators, documented as ContribOperators in its repository."""


@dataclass(frozen=True, slots=True)
class BertShape:
    """The numbers of the model's own config.json that the graph depends on."""

    layers: int
    heads: int
    hidden: int
    epsilon: float


def write_quantised(*, weights: Weights, shape: BertShape, target: Path) -> None:
    """Write the int8 graph to `target`: a second, once per machine."""
    import onnx

    onnx.save(_BertGraph(weights, shape).model(), str(target))


def quantised(weight: Floats, axis: int) -> tuple[Bytes, Floats]:
    """Return whole numbers from -127 to 127 and their scales, one for each place along the other axis.

    One scale for a whole matrix would be as fast but loses more than a point of accuracy.
    """
    scales = np.maximum(np.abs(weight).max(axis=axis, keepdims=True), np.finfo(np.float32).tiny) / 127
    return np.rint(weight / scales).astype(np.int8), scales.astype(np.float32)


class _BertGraph:
    """Builds the graph node by node; a value is passed on as its name."""

    def __init__(self, weights: Weights, shape: BertShape) -> None:
        from onnx import helper, numpy_helper

        self._make = helper
        self._tensor = numpy_helper.from_array
        self._weights = weights
        self._shape = shape
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def model(self) -> Any:
        from onnx import TensorProto

        halfway, last = self._layers(self._embed("ids"))
        outputs = {"embedding": last, "halfway": halfway}
        for name, value in outputs.items():
            mean = self._node("ReduceMean", value, axes=[1], keepdims=0)
            self._nodes.append(self._make.make_node("LpNormalization", [mean], [name], axis=1, p=2))
        graph = self._make.make_graph(
            self._nodes,
            "sentence_encoder",
            [self._make.make_tensor_value_info("ids", TensorProto.INT64, ["n", "t"])],
            [self._make.make_tensor_value_info(name, TensorProto.FLOAT, ["n", self._shape.hidden]) for name in outputs],
            self._constants,
        )
        # IR 8 belongs to opset 17; newer ones are refused by older runtimes for no gain.
        opsets = [self._make.make_opsetid("", OPSET), self._make.make_opsetid(RUNTIME, 1)]
        return self._make.make_model(graph, opset_imports=opsets, ir_version=8)

    def _node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self._nodes_of(kind, *inputs, outputs=1, **attributes)[0]

    def _runtime_node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        return self._node(kind, *inputs, domain=RUNTIME, **attributes)

    def _nodes_of(self, kind: str, *inputs: str, outputs: int, **attributes: Any) -> list[str]:
        """A node of several outputs."""
        names = [f"v{len(self._nodes)}_{place}" for place in range(outputs)]
        self._nodes.append(self._make.make_node(kind, list(inputs), names, name=f"{kind}_{names[0]}", **attributes))
        return names

    def _constant(self, value: npt.NDArray[Any]) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(self._tensor(np.array(value, order="C"), name))
        return name

    def _ints(self, *values: int) -> str:
        return self._constant(np.array(values, dtype=np.int64))

    def _weight(self, *parts: str) -> tuple[str, str, str]:
        """The weight of these parts of the network side by side, in whole numbers, their scales, and the bias."""
        weight = np.concatenate([self._weights[f"{part}.weight"] for part in parts]).T
        bias = np.concatenate([self._weights[f"{part}.bias"] for part in parts])
        whole, scales = quantised(weight, axis=0)
        return self._constant(whole), self._constant(scales[0]), self._constant(bias)

    def _dense(self, value: str, part: str) -> str:
        weight, scales, bias = self._weight(part)
        return self._runtime_node("DynamicQuantizeMatMul", value, weight, scales, "", bias)

    def _norm_of_sum(self, value: str, other: str, prefix: str) -> str:
        scale = self._constant(self._weights[f"{prefix}.weight"])
        shift = self._constant(self._weights[f"{prefix}.bias"])
        return self._runtime_node("SkipLayerNormalization", value, other, scale, shift, epsilon=self._shape.epsilon)

    def _embed(self, ids: str) -> str:
        whole, scales = quantised(self._weights["embeddings.word_embeddings.weight"], axis=1)
        rows = self._node("Cast", self._node("Gather", self._constant(whole), ids), to=self._make.TensorProto.FLOAT)
        words = self._node("Mul", rows, self._node("Gather", self._constant(scales), ids))
        # One sentence at a time: every token is of type 0, so that row joins the positions.
        kinds = self._weights["embeddings.token_type_embeddings.weight"][0]
        table = self._constant(self._weights["embeddings.position_embeddings.weight"] + kinds)
        length = self._node("Shape", ids, start=1, end=2)
        positions = self._node("Slice", table, self._ints(0), length, self._ints(0))
        scale = self._constant(self._weights["embeddings.LayerNorm.weight"])
        shift = self._constant(self._weights["embeddings.LayerNorm.bias"])
        together = self._node("Add", words, positions)
        return self._node("LayerNormalization", together, scale, shift, axis=-1, epsilon=self._shape.epsilon)

    def _layers(self, value: str) -> tuple[str, str]:
        """The output of a layer a little past the middle, the fourth of six, and of the last one."""
        halfway = value
        for number in range(self._shape.layers):
            prefix = f"encoder.layer.{number}"
            attended = self._dense(
                self._attention(value, f"{prefix}.attention.self"), f"{prefix}.attention.output.dense"
            )
            value = self._norm_of_sum(attended, value, f"{prefix}.attention.output.LayerNorm")
            # Gelu by tanh: a third faster than by the error function, and nearer to it than whole numbers are.
            weight, scales, bias = self._weight(f"{prefix}.intermediate.dense")
            product = self._runtime_node("DynamicQuantizeMatMul", value, weight, scales)
            inner = self._runtime_node("FastGelu", product, bias)
            outer = self._dense(inner, f"{prefix}.output.dense")
            value = self._norm_of_sum(outer, value, f"{prefix}.output.LayerNorm")
            if number <= self._shape.layers // 2:
                halfway = value
        return halfway, value

    def _attention(self, value: str, prefix: str) -> str:
        weight, scales, bias = self._weight(*(f"{prefix}.{part}" for part in ("query", "key", "value")))
        whole, scale, zero = self._nodes_of("DynamicQuantizeLinear", value, outputs=3)
        zeros = self._constant(np.zeros(3 * self._shape.hidden, dtype=np.int8))
        inputs = whole, weight, bias, scale, scales, "", zero, zeros
        return self._runtime_node("QAttention", *inputs, num_heads=self._shape.heads)
