"""Data hyper-cleaning on one shard: src/Problems/HyperCleaningOracle.cs in numpy and float64."""

import csv
import dataclasses

import numpy as np


@dataclasses.dataclass(frozen=True)
class Options:
    """Of the section hyper-cleaning of the experiment: the keys that concern a worker."""

    weight_decay: float = 0.001
    learn_weights: bool = True


@dataclasses.dataclass(frozen=True)
class Part:
    """The rows of one level."""

    rows: np.ndarray      # indices in the whole training set, hence into ψ
    labels: np.ndarray
    features: np.ndarray  # rows × features


def read_shard(path: str) -> tuple[Part, Part]:
    """The training and the validation part of a file with the columns part, row, label and one per feature."""
    with open(path, newline="", encoding="utf-8") as file:
        lines = csv.reader(file)
        head = next(lines, [])
        if head[:3] != ["part", "row", "label"] or len(head) < 4:
            raise ValueError(f"{path}, line 1: the columns must be part, row, label and at least one feature.")
        taken = {"train": ([], [], []), "validation": ([], [], [])}
        for line in lines:
            if len(line) != len(head) or line[0] not in taken:
                raise ValueError(f"{path}, line {lines.line_num}: {len(head)} fields are needed, the first of them train or validation.")
            try:
                row, label, features = int(line[1]), int(line[2]), np.array(line[3:], dtype=np.float32)
            except ValueError as fault:
                raise ValueError(f"{path}, line {lines.line_num}: {fault}.") from fault
            if row < 0 or label < 0 or not np.isfinite(features).all():
                raise ValueError(f"{path}, line {lines.line_num}: row and label must be at least 0, and features finite.")
            for column, value in zip(taken[line[0]], (row, label, features)):
                column.append(value)
    parts = []
    for name, (rows, labels, features) in taken.items():
        if not rows:
            raise ValueError(f"{path} has no {name} row; each part needs at least one.")
        parts.append(Part(np.array(rows), np.array(labels), np.array(features, dtype=np.float64)))
    return parts[0], parts[1]


class HyperCleaning:
    """Upper: mean cross entropy of the softmax model W on validation rows. Lower: the same on training rows, each weighing sigmoid(ψ_row)."""

    def __init__(self, train: Part, validation: Part, options: Options):
        self._train, self._validation, self._options = train, validation, options

    def objection_to(self, n: int, m: int) -> str | None:
        """Why variables of these lengths do not fit the shard."""
        features = self._train.features.shape[1]
        highest_row = max(self._train.rows.max(), self._validation.rows.max())
        highest_label = max(self._train.labels.max(), self._validation.labels.max())
        if highest_row >= n:
            return f"the shard has row {highest_row}, and the upper variable only {n} entries."
        if m % features or highest_label >= m // features:
            return f"the lower variable has {m} entries; the shard needs {features} features times more than {highest_label} classes."
        return None

    def upper_loss(self, lower: np.ndarray) -> tuple[float, np.ndarray]:
        """G and ∂G/∂y; G does not depend on x."""
        part = self._validation
        return weighted_loss(part, lower, np.full(len(part.rows), 1 / len(part.rows)))

    def lower_loss(self, upper: np.ndarray, lower: np.ndarray) -> tuple[float, np.ndarray]:
        """g and ∂g/∂y."""
        loss, gradient = weighted_loss(self._train, lower, self._weights(upper) / len(self._train.rows))
        return loss + self._options.weight_decay * float(lower @ lower), gradient + 2 * self._options.weight_decay * lower

    def lower_hessian_product(self, upper: np.ndarray, lower: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """(∂²g/∂y²) v."""
        a = self._train.features
        p = softmax(a, lower)[1]
        change = a @ direction.reshape(a.shape[1], -1)
        curvature = p * (change - (p * change).sum(axis=1, keepdims=True))
        weights = self._weights(upper) / len(self._train.rows)
        return (a.T @ (weights[:, None] * curvature)).ravel() + 2 * self._options.weight_decay * direction

    def lower_cross_product(self, upper: np.ndarray, lower: np.ndarray, direction: np.ndarray) -> np.ndarray:
        """(∂²g/∂y∂x)ᵀ v; other than 0 only at the training rows of this shard."""
        product = np.zeros_like(upper)
        if self._options.learn_weights:
            a = self._train.features
            change = a @ direction.reshape(a.shape[1], -1)
            weights = self._weights(upper)
            product[self._train.rows] = weights * (1 - weights) / len(weights) * (residuals(self._train, lower) * change).sum(axis=1)
        return product

    def _weights(self, upper: np.ndarray) -> np.ndarray:
        chosen = upper[self._train.rows] if self._options.learn_weights else np.zeros(len(self._train.rows))
        return sigmoid(chosen)


def weighted_loss(part: Part, lower: np.ndarray, weights: np.ndarray) -> tuple[float, np.ndarray]:
    """Σ weight · cross entropy, and its gradient in W, which is features × classes, row-major."""
    logarithms, _ = softmax(part.features, lower)
    entropies = -logarithms[np.arange(len(part.labels)), part.labels]
    return float(weights @ entropies), (part.features.T @ (weights[:, None] * residuals(part, lower))).ravel()


def residuals(part: Part, lower: np.ndarray) -> np.ndarray:
    """Probabilities less one-hot labels."""
    result = softmax(part.features, lower)[1]
    result[np.arange(len(part.labels)), part.labels] -= 1
    return result


def softmax(features: np.ndarray, lower: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms of the probabilities of each row's classes, and the probabilities."""
    logits = features @ lower.reshape(features.shape[1], -1)
    logits -= logits.max(axis=1, keepdims=True)
    logarithms = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return logarithms, np.exp(logarithms)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 0.5 * (1 + np.tanh(0.5 * x))  # without overflow for large |x|
