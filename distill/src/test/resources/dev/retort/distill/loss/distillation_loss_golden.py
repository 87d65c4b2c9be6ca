"""Writes distillation-loss.json: values and gradients of Hinton's loss, independent of Retort and of any tensor library.

Everything is computed in 80-digit decimals straight from the definition; gradients are central differences, whose error
at this precision (step 1e-25) is far below the 17 digits that are kept. Run: python3 distillation_loss_golden.py
"""

import json
import random
from decimal import Decimal, getcontext
from pathlib import Path

getcontext().prec = 80
STEP = Decimal(10) ** -25


def softmax(logits):
    exps = [z.exp() for z in logits]
    total = sum(exps)
    return [e / total for e in exps]


def loss(student, teacher, classes, temperature, hard, soft):
    n = len(student)
    divergence = Decimal(0)
    for s, t in zip(student, teacher):
        p = softmax([z / temperature for z in t])
        q = softmax([z / temperature for z in s])
        divergence += sum(a * (a / b).ln() for a, b in zip(p, q))
    known = [(s, c) for s, c in zip(student, classes) if c >= 0]
    entropy = Decimal(0)
    if known:
        entropy = -sum(softmax(s)[c].ln() for s, c in known) / len(known)
    return hard * entropy + soft * temperature * temperature * divergence / n


def gradient(student, *rest):
    result = []
    for i, row in enumerate(student):
        out = []
        for j in range(len(row)):
            values = []
            for sign in (1, -1):
                moved = [list(r) for r in student]
                moved[i][j] += sign * STEP
                values.append(loss(moved, *rest))
            out.append(float((values[0] - values[1]) / (2 * STEP)))
        result.append(out)
    return result


def case(rng, name, batch, classes, temperature, hard, soft, unlabelled=False, match=False, scale=3):
    def row():
        # Multiples of 1/64 are exact in every floating-point type.
        return [Decimal(rng.randint(-64 * scale, 64 * scale)) / 64 for _ in range(classes)]

    teacher = [row() for _ in range(batch)]
    student = [list(r) for r in teacher] if match else [row() for _ in range(batch)]
    labels = [-1 if unlabelled and i % 2 == 0 else rng.randrange(classes) for i in range(batch)]
    args = (teacher, labels, Decimal(temperature), Decimal(hard), Decimal(soft))
    return {
        "name": name,
        "temperature": float(temperature),
        "hardWeight": float(hard),
        "softWeight": float(soft),
        "student": [[float(z) for z in r] for r in student],
        "teacher": [[float(z) for z in r] for r in teacher],
        "classes": labels,
        "loss": float(loss(student, *args)),
        "gradient": gradient(student, *args),
    }


rng = random.Random(20150309)
cases = [
    case(rng, "the authors' choice", 4, 10, "4", "0.1", "0.9"),
    case(rng, "temperature one", 3, 5, "1", "0.5", "0.5"),
    case(rng, "sharp", 2, 4, "0.5", "0.3", "0.7"),
    case(rng, "hot", 3, 6, "20", "0.1", "0.9"),
    case(rng, "soft labels alone", 5, 3, "2", "0", "1"),
    case(rng, "labels alone", 5, 3, "2", "1", "0"),
    case(rng, "every other sample without a label", 6, 10, "4", "0.1", "0.9", unlabelled=True),
    case(rng, "large logits", 3, 10, "4", "0.1", "0.9", scale=40),
    case(rng, "perfect match", 4, 7, "3", "0", "1", match=True),
    case(rng, "one sample", 1, 2, "4", "0.1", "0.9"),
]
Path(__file__).with_name("distillation-loss.json").write_text(json.dumps(cases, indent=1) + "\n")
