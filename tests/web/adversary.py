"""Guesses which condition made a clip from all that a browser gets but pictures and duration.

What lies inside a coded picture (a slice NAL unit) counts as the picture: reading it is decoding.
"""

import bz2
import hashlib
import struct
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx
import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
Labels = NDArray[np.int64]
Classifier = Callable[[Matrix, Labels, Matrix], Labels]

CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl"}
CHANGES_BY_ITSELF = {"date"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhibit:
    """One clip as a browser got it."""

    features: Mapping[str, float]
    content: bytes
    headers: Mapping[str, str]


def fetch(http: httpx.Client, address: str) -> Exhibit:
    """Get a clip as a player does, and again from its middle, with the time that each took."""
    began = time.perf_counter()
    whole = http.get(address, headers={"Range": "bytes=0-"})
    whole_s = time.perf_counter() - began
    began = time.perf_counter()
    again = http.get(address, headers={"Range": f"bytes={len(whole.content) // 2}-"})
    again_s = time.perf_counter() - began
    headers = {k: v for k, v in whole.headers.items() if k not in CHANGES_BY_ITSELF}
    features = {
        "address length": float(len(address)),
        "status": float(whole.status_code),
        "seconds": whole_s,
        "seconds again": again_s,
        "bytes again": float(len(again.content)),
        "order of headers": _as_number(" ".join(headers)),
        **_file_features(whole.content),
        **{f"address {i}": float(ord(letter)) for i, letter in enumerate(address[-60:])},
        **{f"header {k}": _as_number(v) for k, v in headers.items()},
        **{f"header length {k}": float(len(v)) for k, v in headers.items()},
    }
    return Exhibit(features=features, content=whole.content, headers=headers)


def boxes_of(content: bytes) -> list[tuple[bytes, bytes]]:
    """(kind, content) of every mp4 box in order, those inside others too."""
    found, at = [], 0
    while at + 8 <= len(content):
        size, kind = struct.unpack_from(">I4s", content, at)
        inner = content[at + 8 : at + max(size, 8)]
        found.append((kind, inner))
        if kind in CONTAINERS:
            found += boxes_of(inner)
        at += max(size, 8)
    return found


def sample_table(content: bytes) -> NDArray[np.int64]:
    """The sizes that `stsz` lists."""
    (table,) = (inner for kind, inner in boxes_of(content) if kind == b"stsz")
    one_size, n_samples = struct.unpack_from(">II", table, 4)
    if one_size:
        return np.full(n_samples, one_size)
    return np.frombuffer(table, ">u4", n_samples, 12).astype(np.int64)


def accuracies(
    exhibits: Sequence[Mapping[str, float]], labels: Sequence[str]
) -> tuple[float, float]:
    """Taught with the first half and asked of the second, and the other way round.

    Luck passes chance and two sigma once in forty times; both halves together once in a thousand.
    """
    names = sorted(set[str]().union(*exhibits))
    table = np.array([[one.get(name, -1.0) for name in names] for one in exhibits])
    kinds = sorted(set(labels))
    truth = np.array([kinds.index(label) for label in labels])
    half = len(truth) // 2
    first, second = (table[:half], truth[:half]), (table[half:], truth[half:])
    return _accuracy(first, second), _accuracy(second, first)


def _accuracy(known: tuple[Matrix, Labels], asked: tuple[Matrix, Labels]) -> float:
    """Of the classifier that did best within what is known."""
    table, truth = known
    half = len(truth) // 2

    def promise(classify: Classifier) -> float:
        guessed = classify(table[:half], truth[:half], table[half:])
        return float((guessed == truth[half:]).mean())

    best = max((nearest_mean_of_one, naive_bayes, logistic), key=promise)
    return float((best(table, truth, asked[0]) == asked[1]).mean())


def limit(n_asked: int, n_conditions: int) -> float:
    """Chance and twice its standard deviation."""
    chance = 1 / n_conditions
    return chance + 2 * float(np.sqrt(chance * (1 - chance) / n_asked))


def nearest_mean_of_one(known: Matrix, labels: Labels, asked: Matrix) -> Labels:
    """By the one feature whose class means part the known ones best."""
    known, asked = _standardised(known, asked)
    means = np.array([known[labels == kind].mean(0) for kind in np.unique(labels)])
    guesses = np.abs(known[None] - means[:, None]).argmin(0)
    best = int((guesses == labels[:, None]).mean(0).argmax())
    found: Labels = np.abs(asked[:, best][None] - means[:, best][:, None]).argmin(0)
    return found


def naive_bayes(known: Matrix, labels: Labels, asked: Matrix) -> Labels:
    known, asked = _standardised(known, asked)
    scores = []
    for kind in np.unique(labels):
        own = known[labels == kind]
        spread = own.std(0) + 0.1
        scores.append((-((asked - own.mean(0)) ** 2) / (2 * spread**2) - np.log(spread)).sum(1))
    found: Labels = np.array(scores).argmax(0)
    return found


def logistic(known: Matrix, labels: Labels, asked: Matrix) -> Labels:
    """Softmax regression with a little weight decay, by gradient descent."""
    known, asked = _standardised(known, asked)
    wanted = np.eye(int(labels.max()) + 1)[labels]
    weights = np.zeros((known.shape[1], wanted.shape[1]))
    for _ in range(300):
        raw = known @ weights
        share = np.exp(raw - raw.max(1, keepdims=True))
        share /= share.sum(1, keepdims=True)
        weights -= 0.05 * (known.T @ (share - wanted) / len(known) + 0.01 * weights)
    found: Labels = (asked @ weights).argmax(1)
    return found


def answer_features(answer: Mapping[str, Any], text: str, seconds: float) -> dict[str, float]:
    """What the answer before told of a clip: its entry, and how long the telling took."""
    entry = answer["next"]
    spelled = entry["presentation_id"]
    return {
        "answer length": float(len(text)),
        "answer seconds": seconds,
        "position": float(entry["position"]),
        "position odd": float(entry["position"] % 2),
        "position in three": float(entry["position"] % 3),
        "fields": _as_number(" ".join(entry)),
        **{f"id {i}": float(ord(letter)) for i, letter in enumerate(spelled)},
    }


def _file_features(content: bytes) -> dict[str, float]:
    boxes = boxes_of(content)
    samples = sample_table(content)
    media = b"".join(inner for kind, inner in boxes if kind == b"mdat")
    histogram = np.bincount(np.frombuffer(media, np.uint8), minlength=256) / max(1, len(media))
    shares = histogram[histogram > 0]
    packed = float(len(zlib.compress(content, 6)))
    return {
        "file": float(len(content)),
        "media": float(len(media)),
        "boxes": _as_number(b" ".join(kind for kind, _ in boxes).decode("latin-1")),
        "before the media": float(content.find(b"mdat")),
        "key frames": float(sum(len(inner) for kind, inner in boxes if kind == b"stss")),
        "gzip": packed,
        "gzip of media": float(len(zlib.compress(media, 6))),
        "bzip2 of media": float(len(bz2.compress(media))),
        "entropy": float(-(shares * np.log2(shares)).sum()),
        "largest sample": float(samples.max()),
        "mean sample": float(samples.mean()),
        "spread of samples": float(samples.std()),
        **{f"sample {i}": float(size) for i, size in enumerate(samples[:48])},
        **{f"media begins {i}": float(value) for i, value in enumerate(media[:64])},
        **{f"byte {value}": float(share) for value, share in enumerate(histogram)},
        **{f"head {kind!r}": _as_number(inner.hex()) for kind, inner in boxes if kind != b"mdat"},
    }


def _standardised(known: Matrix, asked: Matrix) -> tuple[Matrix, Matrix]:
    spread = known.std(0)
    mean = known.mean(0)
    told = spread > 1e-9 * (1 + np.abs(mean))  # a feature that never differs says nothing
    parted = mean[told], spread[told]
    return (known[:, told] - parted[0]) / parted[1], (asked[:, told] - parted[0]) / parted[1]


def _as_number(text: str) -> float:
    """Equal texts, equal numbers."""
    return float(int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]))
