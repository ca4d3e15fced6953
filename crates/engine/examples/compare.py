"""What others take for the same: onnxruntime for the network, rembg for a whole job. Medians of seven.

    pip install onnxruntime==1.27.0 rembg==2.0.86
    python compare.py u2netp.onnx ../../../samples/coffee.jpg

The model's file is in the wheel that ../weights/NOTICE names. Ours: `cargo test --release -p
backdrop-network how_long -- --ignored --nocapture`, and `cargo xtask bench samples/coffee.jpg 7`.
"""

import io
import os
import shutil
import statistics
import sys
import tempfile
import time

import numpy
import onnxruntime
from PIL import Image

MODEL, PHOTO = sys.argv[1:3]


def median(work, runs=7):
    """In milliseconds; the first run does not count."""
    times = []
    for _ in range(runs + 1):
        start = time.perf_counter()
        work()
        times.append((time.perf_counter() - start) * 1e3)
    return statistics.median(times[1:])


options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(MODEL, options, providers=["CPUExecutionProvider"])
picture = numpy.random.default_rng(1).random((1, 3, 320, 320), dtype=numpy.float32)
name = session.get_inputs()[0].name
print(f"onnxruntime {onnxruntime.__version__}, 320 × 320, one thread: {median(lambda: session.run(None, {name: picture})):.0f} ms")

# Where rembg looks for its models, so that it fetches none.
os.environ["U2NET_HOME"] = home = tempfile.mkdtemp()
os.environ["MODEL_CHECKSUM_DISABLED"] = "1"
shutil.copy(MODEL, os.path.join(home, "u2netp.onnx"))
import rembg  # noqa: E402

photo = Image.open(PHOTO).convert("RGB")
factor = (12e6 / photo.width / photo.height) ** 0.5
large = photo.resize((int(photo.width * factor), int(photo.height * factor)), Image.Resampling.BILINEAR)
file = io.BytesIO()
large.save(file, "JPEG", quality=92)
cutter = rembg.new_session("u2netp", providers=["CPUExecutionProvider"])
whole = median(lambda: rembg.remove(file.getvalue(), session=cutter))
print(f"rembg, {large.width} × {large.height}, from JPEG to PNG: {whole:.0f} ms")
shutil.rmtree(home)
