"""Turns the weights of a BERT sentence model into a small int8 ONNX graph; called by `bot.nlu.encoder`.

The graph takes token ids of equally long sentences, `ids (n, t)`, and gives unit vectors `embedding (n, d)`, and
`halfway (n, d)`, the same from the middle of the network, where more of the wording is left.
There is no attention mask: the encoder runs sentences one by one, so nothing is ever padded.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Weights = dict[str, Floats]

OPSET: Final = 17


@dataclass(frozen=True, slots=True)
class BertShape:
    """The numbers of the model's own config.json that the graph depends on."""

    layers: int
    heads: int
    hidden: int
    epsilon: float


def write_quantised(*, weights: Weights, shape: BertShape, target: Path) -> None:
    """Write the int8 graph to `target`; some seconds, once per machine.

    Weights are quantised per output channel: per tensor is as fast but loses more than a point of accuracy.
    """
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.quantization.quant_utils import add_pre_process_metadata

    plain = target.with_suffix(".fp32.onnx")
    model = _BertGraph(weights, shape).model()
    # Every shape is known and nothing is left to fold: this mark spares the reader a warning that says otherwise.
    add_pre_process_metadata(model)
    try:
        onnx.save(model, str(plain))
        quantize_dynamic(str(plain), str(target), per_channel=True, weight_type=QuantType.QInt8)
    finally:
        plain.unlink(missing_ok=True)


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
            self._nodes.append(self._make.make_node("Identity", [self._unit_mean(value)], [name]))
        graph = self._make.make_graph(
            self._nodes,
            "sentence_encoder",
            [self._make.make_tensor_value_info("ids", TensorProto.INT64, ["n", "t"])],
            [self._make.make_tensor_value_info(name, TensorProto.FLOAT, ["n", self._shape.hidden]) for name in outputs],
            self._constants,
        )
        # IR 8 belongs to opset 17; newer ones are refused by older runtimes for no gain.
        opset = self._make.make_opsetid("", OPSET)
        return self._make.make_model(graph, opset_imports=[opset], ir_version=8)

    def _node(self, kind: str, *inputs: str, **attributes: Any) -> str:
        name = f"v{len(self._nodes)}"
        self._nodes.append(self._make.make_node(kind, list(inputs), [name], name=f"{kind}_{name}", **attributes))
        return name

    def _constant(self, value: npt.NDArray[Any]) -> str:
        name = f"c{len(self._constants)}"
        self._constants.append(self._tensor(np.array(value, order="C"), name))
        return name

    def _ints(self, *values: int) -> str:
        return self._constant(np.array(values, dtype=np.int64))

    def _dense(self, value: str, weight: Floats, bias: Floats) -> str:
        product = self._node("MatMul", value, self._constant(weight.T))
        return self._node("Add", product, self._constant(bias))

    def _named_dense(self, value: str, prefix: str) -> str:
        return self._dense(value, self._weights[f"{prefix}.weight"], self._weights[f"{prefix}.bias"])

    def _norm(self, value: str, prefix: str) -> str:
        scale = self._constant(self._weights[f"{prefix}.weight"])
        shift = self._constant(self._weights[f"{prefix}.bias"])
        return self._node("LayerNormalization", value, scale, shift, axis=-1, epsilon=self._shape.epsilon)

    def _embed(self, ids: str) -> str:
        words = self._node("Gather", self._constant(self._weights["embeddings.word_embeddings.weight"]), ids)
        # One sentence at a time: every token is of type 0, so that row joins the positions.
        kinds = self._weights["embeddings.token_type_embeddings.weight"][0]
        table = self._constant(self._weights["embeddings.position_embeddings.weight"] + kinds)
        length = self._node("Gather", self._node("Shape", ids), self._ints(1))
        positions = self._node("Slice", table, self._ints(0), length, self._ints(0))
        return self._norm(self._node("Add", words, positions), "embeddings.LayerNorm")

    def _layers(self, value: str) -> tuple[str, str]:
        """The output of a layer a little past the middle, the fourth of six, and of the last one."""
        halfway = value
        for number in range(self._shape.layers):
            prefix = f"encoder.layer.{number}"
            attended = self._named_dense(self._attention(value, prefix), f"{prefix}.attention.output.dense")
            value = self._norm(self._node("Add", attended, value), f"{prefix}.attention.output.LayerNorm")
            inner = self._gelu(self._named_dense(value, f"{prefix}.intermediate.dense"))
            outer = self._named_dense(inner, f"{prefix}.output.dense")
            value = self._norm(self._node("Add", outer, value), f"{prefix}.output.LayerNorm")
            if number <= self._shape.layers // 2:
                halfway = value
        return halfway, value

    def _attention(self, value: str, prefix: str) -> str:
        query, key, value = self._query_key_value(value, f"{prefix}.attention.self")
        heads = self._node("Softmax", self._node("MatMul", query, key), axis=-1)
        joined = self._node("Transpose", self._node("MatMul", heads, value), perm=[0, 2, 1, 3])
        return self._node("Reshape", joined, self._ints(0, 0, self._shape.hidden))

    def _query_key_value(self, value: str, prefix: str) -> tuple[str, str, str]:
        """One product for all three, then cut: `query (n,h,t,w)`, `key (n,h,w,t)`, `value (n,h,t,w)`."""
        width = self._shape.hidden // self._shape.heads
        scale = np.float32(1 / math.sqrt(width))
        weights = [self._weights[f"{prefix}.{part}.weight"] for part in ("query", "key", "value")]
        biases = [self._weights[f"{prefix}.{part}.bias"] for part in ("query", "key", "value")]
        weight = np.concatenate([weights[0] * scale, *weights[1:]])
        bias = np.concatenate([biases[0] * scale, *biases[1:]])
        parts = self._node("Reshape", self._dense(value, weight, bias), self._ints(0, 0, 3, self._shape.heads, width))
        turned = self._node("Transpose", parts, perm=[2, 0, 3, 1, 4])
        query, key, values = (self._node("Gather", turned, self._index(i), axis=0) for i in range(3))
        return query, self._node("Transpose", key, perm=[0, 1, 3, 2]), values

    def _index(self, value: int) -> str:
        return self._constant(np.array(value, dtype=np.int64))

    def _number(self, value: float) -> str:
        return self._constant(np.array(value, dtype=np.float32))

    def _gelu(self, value: str) -> str:
        bent = self._node("Erf", self._node("Div", value, self._number(math.sqrt(2))))
        product = self._node("Mul", value, self._node("Add", bent, self._number(1.0)))
        return self._node("Mul", product, self._number(0.5))

    def _unit_mean(self, value: str) -> str:
        mean = self._node("ReduceMean", value, axes=[1], keepdims=0)
        length = self._node("ReduceL2", mean, axes=[1], keepdims=1)
        return self._node("Div", mean, self._node("Max", length, self._number(1e-12)))
