"""Export: the network as an int8 ONNX graph that runs without torch."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from onnxruntime.quantization.shape_inference import quant_pre_process

from training.network import Network

_OPSET: Final = 17


def export(network: Network, path: Path, *, version: str) -> None:
    """Write the network, its weights in int8 by channel; activations are quantised as they come."""
    with tempfile.TemporaryDirectory() as folder:
        full, prepared = Path(folder) / "full.onnx", Path(folder) / "prepared.onnx"
        _write(network, full)
        quant_pre_process(full, prepared, skip_symbolic_shape=True)
        quantize_dynamic(prepared, path, weight_type=QuantType.QInt8, per_channel=True)
    model = onnx.load(path)
    onnx.helper.set_model_props(model, {"version": version})
    onnx.save(model, path)


def _write(network: Network, path: Path) -> None:
    example = (torch.randint(0, 1000, (3, 17)), torch.ones(3, 17))
    names = ("ids", "mask")
    torch.onnx.export(
        network.float().eval(),
        example,
        path,
        input_names=list(names),
        output_names=["sentence", "token", "argument"],
        dynamic_axes={name: {0: "sentences", 1: "pieces"} for name in names},
        opset_version=_OPSET,
        dynamo=False,  # its graph is what the quantiser reads best
    )
