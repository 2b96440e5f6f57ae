"""FedAvg across devices with PyTorch on one thread: the clients, batches and start of 'Benchmarks cross-device ROUNDS FOLDER'.

On Debian: apt-get install python3-torch libopenblas0-pthread; then
OPENBLAS_NUM_THREADS=1 taskset -c 0 /usr/bin/python3 bench/torch_cross_device.py FOLDER
OPENBLAS_CORETYPE=SkylakeX makes OpenBLAS use AVX-512 on processors that it does not know.
"""

import json
import pathlib
import statistics
import sys
import time

import torch
import torch.nn.functional as F

REPETITIONS = 5
MAX_DEVIATION = 1e-3  # of a round's loss: both compute in float, in other orders


def numbers(path, dtype):
    return torch.frombuffer(bytearray(path.read_bytes()), dtype=dtype)


class Run:
    def __init__(self, folder):
        self.plan = json.loads((folder / "run.json").read_text())
        side, classes = self.plan["side"], self.plan["classes"]
        self.images = numbers(folder / "images.f32", torch.float32).view(-1, 1, side, side)
        self.labels = numbers(folder / "labels.i64", torch.int64)
        self.rows = numbers(folder / "rows.i64", torch.int64).view(-1, self.plan["clients"], self.plan["rows"])
        start = numbers(folder / "start.f32", torch.float32)
        pixels = side * side
        # d = 26 c + 2 c (25 c + 1) + (2 c pixels / 16 + 1) classes, for c filters in the first layer
        channels = next(c for c in range(1, 257) if self.length(c, pixels, classes) == len(start))
        shapes = [(channels, 1, 5, 5), (channels,), (2 * channels, channels, 5, 5), (2 * channels,), (channels * pixels // 8, classes), (classes,)]
        self.start = [part.view(shape) for part, shape in zip(start.split([torch.Size(s).numel() for s in shapes]), shapes)]

    @staticmethod
    def length(channels, pixels, classes):
        return 26 * channels + 2 * channels * (25 * channels + 1) + (channels * pixels // 8 + 1) * classes

    @staticmethod
    def scores(parameters, images):
        first, first_bias, second, second_bias, weights, bias = parameters
        values = F.avg_pool2d(torch.tanh(F.conv2d(images, first, first_bias, padding=2)), 2)
        values = F.avg_pool2d(torch.tanh(F.conv2d(values, second, second_bias, padding=2)), 2)
        return torch.addmm(bias, values.flatten(1), weights)

    def train(self):
        """All rounds; the mean loss of each."""
        step, batch = self.plan["step"], self.plan["batch"]
        model = [part.clone() for part in self.start]
        losses = []
        for cohort in self.rows:
            update = [torch.zeros_like(part) for part in model]
            loss_of_round = 0.0
            for rows in cohort:
                point = [part.clone().requires_grad_() for part in model]
                batches = rows.split(batch)
                for chosen in batches:
                    loss = F.cross_entropy(self.scores(point, self.images[chosen]), self.labels[chosen])
                    gradients = torch.autograd.grad(loss, point)
                    loss_of_round += loss.item() / len(batches)
                    with torch.no_grad():
                        for part, gradient in zip(point, gradients):
                            part.add_(gradient, alpha=-step)
                with torch.no_grad():
                    for total, part, before in zip(update, point, model):
                        total.add_(part - before, alpha=1 / len(cohort))
            for part, total in zip(model, update):
                part.add_(total)
            losses.append(loss_of_round / len(cohort))
        return losses


def main(folder):
    torch.set_num_threads(1)
    run = Run(pathlib.Path(folder))
    clients = run.rows.shape[0] * run.rows.shape[1]
    seconds = []
    for repetition in range(-1, REPETITIONS):
        before = time.process_time()
        losses = run.train()
        if repetition >= 0:
            seconds.append(time.process_time() - before)
    deviation = max(abs(ours / theirs - 1) for ours, theirs in zip(losses, run.plan["losses"]))
    print(f"libtorch {torch.__version__}: {len(losses)} rounds; median of {REPETITIONS}")
    print(f"  clients per hour of processor time {3600 * clients / statistics.median(seconds):14,.0f}")
    print(f"  mean loss of clients in the first round {losses[0]:.6f} (there {run.plan['losses'][0]:.6f}), in the last {losses[-1]:.6f} (there {run.plan['losses'][-1]:.6f})")
    print(f"  largest deviation of a round's loss {deviation:.1e}")
    if not deviation <= MAX_DEVIATION:
        sys.exit(f"the losses differ by {deviation:.1e}; at most {MAX_DEVIATION:.0e} can be rounding, so the two did not train the same")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: torch_cross_device.py FOLDER")
    main(sys.argv[1])
