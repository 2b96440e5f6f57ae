"""Steps of gradient descent on two small models with libtorch on one thread, for comparison with 'Benchmarks steps'.

On Debian: apt-get install python3-torch libopenblas0-pthread; then /usr/bin/python3 bench/libtorch_steps.py
OPENBLAS_CORETYPE=SkylakeX makes OpenBLAS use AVX-512 on processors that it does not know.
"""

import time

import torch

SECONDS = 3.0


def measure(name, batch, widths, dtype):
    torch.manual_seed(1)
    rows = torch.randn(batch, widths[0], dtype=dtype)
    labels = torch.randint(0, widths[-1], (batch,))
    weights = [(0.05 * torch.randn(m, n, dtype=dtype)).requires_grad_() for m, n in zip(widths, widths[1:])]
    biases = [torch.zeros(n, dtype=dtype, requires_grad=True) for n in widths[1:]]
    parameters = weights + biases

    def step():
        x = rows
        for layer, (weight, bias) in enumerate(zip(weights, biases)):
            x = torch.addmm(bias, torch.relu(x) if layer else x, weight)
        loss = torch.nn.functional.cross_entropy(x, labels)
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for parameter, gradient in zip(parameters, gradients):
                parameter.add_(gradient, alpha=-0.01)

    times = []
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end:
        before = time.perf_counter()
        step()
        times.append(time.perf_counter() - before)
    times.sort()
    label = f"{name}, {str(dtype).removeprefix('torch.')}"
    print(f"{label:52} {1e6 * times[0]:9.1f} {1e6 * times[len(times) // 2]:10.1f}")


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(f"{'step, libtorch ' + torch.__version__:52} {'best µs':>9} {'median µs':>10}")
    for number in (torch.float32, torch.float64):
        measure("softmax regression 784-10, batch 256", 256, (784, 10), number)
        measure("perceptron 784-128-10, batch 64", 64, (784, 128, 10), number)
