"""Writes logit-losses.json and feature-losses.json: values and gradients of the losses, independent of Retort and of any tensor library.

Everything is computed with 60 digits, element by element, straight from the formulas of the papers; gradients are central
differences, whose error at this precision (step 1e-20) is far below the 17 digits that are kept. mpmath's numbers have no
largest or smallest exponent, so probabilities of e**-20000 are what they are. Run: python3 losses_golden.py
"""

import json
import random
from itertools import product
from pathlib import Path

from mpmath import exp, fsum, log, mp, mpf, sqrt

mp.dps = 60
STEP = mpf(10) ** -20


# ---- arrays: nested lists of numbers, the first axis the samples


def shape_of(array):
    return [len(array)] + shape_of(array[0]) if isinstance(array, list) else []


def flat(array):
    return [x for part in array for x in flat(part)] if isinstance(array, list) else [array]


def nest(values, shape):
    if not shape:
        return values[0]
    size = len(values) // shape[0]
    return [nest(values[i * size : (i + 1) * size], shape[1:]) for i in range(shape[0])]


def mean(values):
    values = list(values)
    return fsum(values) / len(values)


def dot(a, b):
    return fsum(x * y for x, y in zip(a, b))


def unit(vector):
    length = sqrt(dot(vector, vector))
    return [x / length for x in vector]


def rows(features):
    return [flat(sample) for sample in features]


# ---- losses of logits


def softmax(logits, temperature=1):
    exps = [exp(z / temperature) for z in logits]
    total = fsum(exps)
    return [e / total for e in exps]


def kl(p, q):
    return fsum(a * log(a / b) for a, b in zip(p, q))


def softened(student, teacher, temperature):
    return [(softmax(s, temperature), softmax(t, temperature)) for s, t in zip(student, teacher)]


def cross_entropy(student, teacher, classes):
    known = [(s, c) for s, c in zip(student, classes) if c >= 0]
    return mean(-log(softmax(s)[c]) for s, c in known) if known else mpf(0)


def forward_kl(student, teacher, classes, temperature):
    return temperature**2 * mean(kl(t, s) for s, t in softened(student, teacher, temperature))


def reverse_kl(student, teacher, classes, temperature):
    return temperature**2 * mean(kl(s, t) for s, t in softened(student, teacher, temperature))


def jsd(student, teacher, classes, temperature, beta):
    def one(s, t):
        m = [beta * b + (1 - beta) * a for a, b in zip(s, t)]
        return beta * kl(t, m) + (1 - beta) * kl(s, m)

    return temperature**2 * mean(one(s, t) for s, t in softened(student, teacher, temperature))


def tvd(student, teacher, classes, temperature):
    return temperature * mean(
        fsum(abs(a - b) for a, b in zip(s, t)) / 2 for s, t in softened(student, teacher, temperature)
    )


def mse(student, teacher, classes):
    return mean((a - b) ** 2 for a, b in zip(flat(student), flat(teacher)))


def standardised(row):
    centre = mean(row)
    deviation = sqrt(mean((z - centre) ** 2 for z in row))
    return [(z - centre) / (deviation + mpf("1e-7")) for z in row]


def standardised_kl(student, teacher, classes, temperature):
    return forward_kl([standardised(s) for s in student], [standardised(t) for t in teacher], classes, temperature)


def dkd(student, teacher, classes, temperature, alpha, beta):
    def parts(logits, target):
        exps = [exp(z / temperature) for z in logits]
        others = exps[:target] + exps[target + 1 :]
        rest = fsum(others)
        total = exps[target] + rest
        return [exps[target] / total, rest / total], [e / rest for e in others]

    def one(s, t, c):
        target = c if c >= 0 else t.index(max(t))
        (s_pair, s_rest), (t_pair, t_rest) = parts(s, target), parts(t, target)
        return alpha * kl(t_pair, s_pair) + beta * kl(t_rest, s_rest)

    return temperature**2 * mean(one(s, t, c) for s, t, c in zip(student, teacher, classes))


def pearson(a, b):
    mean_a, mean_b = mean(a), mean(b)
    product = fsum((x - mean_a) * (y - mean_b) for x, y in zip(a, b))
    norms = sqrt(fsum((x - mean_a) ** 2 for x in a) * fsum((y - mean_b) ** 2 for y in b))
    return product / (norms + mpf("1e-8"))


def dist(student, teacher, classes, temperature, beta, gamma):
    pairs = softened(student, teacher, temperature)
    columns = [([s[k] for s, _ in pairs], [t[k] for _, t in pairs]) for k in range(len(student[0]))]
    inter = 1 - mean(pearson(s, t) for s, t in pairs)
    intra = 1 - mean(pearson(s, t) for s, t in columns)
    return temperature**2 * (beta * inter + gamma * intra)


def tf_kd(student, teacher, classes, temperature, correct):
    def one(s, c):
        others = (1 - correct) / (len(s) - 1)
        virtual = softmax([correct if k == c else others for k in range(len(s))], temperature)
        return kl(virtual, softmax(s))

    known = [one(s, c) for s, c in zip(student, classes) if c >= 0]
    return mean(known) if known else mpf(0)


# ---- losses of features


def linear(vector, weight, bias):
    return [dot(row, vector) + b for row, b in zip(weight, bias)]


def per_place(features, layer):
    """Applies a function of channels to vectors or at each place of maps."""
    if not isinstance(features[0][0], list):
        return [layer(sample) for sample in features]
    result = []
    for sample in features:
        height, width = len(sample[0]), len(sample[0][0])
        places = {(y, x): layer([c[y][x] for c in sample]) for y in range(height) for x in range(width)}
        channels = len(places[0, 0])
        result.append([[[places[y, x][k] for x in range(width)] for y in range(height)] for k in range(channels)])
    return result


def pooled(features, height, width):
    by, bx = len(features[0][0]) // height, len(features[0][0][0]) // width
    return [
        [
            [
                [mean(c[y * by + i][x * bx + j] for i in range(by) for j in range(bx)) for x in range(width)]
                for y in range(height)
            ]
            for c in sample
        ]
        for sample in features
    ]


def same_size(student, teacher):
    height = min(len(student[0][0]), len(teacher[0][0]))
    width = min(len(student[0][0][0]), len(teacher[0][0][0]))
    return pooled(student, height, width), pooled(teacher, height, width)


def squared_error(student, teacher, weights):
    if len(shape_of(student)) == 4:
        student, teacher = same_size(student, teacher)
    if weights:
        weight = [flat(row) for row in weights[0]]
        student = per_place(student, lambda v: linear(v, weight, weights[1]))
    return mean((a - b) ** 2 for a, b in zip(flat(student), flat(teacher)))


def cosine(student, teacher, weights):
    if weights:
        student = [linear(s, weights[0], weights[1]) for s in student]
    return mean(1 - dot(unit(flat(s)), unit(flat(t))) for s, t in zip(student, teacher))


def attention(student, teacher, weights, power):
    def maps(features):
        for sample in features:
            channels = [flat(c) for c in sample]
            yield unit([mean(abs(c[i]) ** int(power) for c in channels) for i in range(len(channels[0]))])

    student, teacher = same_size(student, teacher)
    return mean((a - b) ** 2 for s, t in zip(maps(student), maps(teacher)) for a, b in zip(s, t))


def similarity(student, teacher, weights):
    def gram(features):
        r = rows(features)
        return [unit([dot(a, b) for b in r]) for a in r]

    n = len(student)
    return fsum((a - b) ** 2 for a, b in zip(flat(gram(student)), flat(gram(teacher)))) / n**2


def pkt(student, teacher, weights):
    def probabilities(features):
        r = [unit(row) for row in rows(features)]
        for a in r:
            similarities = [(dot(a, b) + 1) / 2 for b in r]
            total = fsum(similarities)
            yield [s / total for s in similarities]

    epsilon = mpf("1e-7")
    return mean(
        q * log((q + epsilon) / (p + epsilon))
        for s, t in zip(probabilities(student), probabilities(teacher))
        for p, q in zip(s, t)
    )


def nst(student, teacher, weights):
    def discrepancy(s, t):
        s, t = [unit(flat(c)) for c in s], [unit(flat(c)) for c in t]
        kernel = lambda a, b: mean(dot(x, y) ** 2 for x in a for y in b)
        return kernel(t, t) + kernel(s, s) - 2 * kernel(s, t)

    student, teacher = same_size(student, teacher)
    return mean(discrepancy(s, t) for s, t in zip(student, teacher))


def huber(x):
    return x * x / 2 if abs(x) <= 1 else abs(x) - mpf(1) / 2


def rkd_distance(student, teacher, weights):
    def distances(features):
        r = rows(features)
        d = [[sqrt(fsum((x - y) ** 2 for x, y in zip(a, b))) for b in r] for a in r]
        normal = fsum(flat(d)) / (len(r) * (len(r) - 1))
        return [x / normal for x in flat(d)]

    return mean(huber(a - b) for a, b in zip(distances(student), distances(teacher)))


def rkd_angle(student, teacher, weights):
    def cosines(features):
        r = rows(features)
        edge = {
            (i, j): unit([x - y for x, y in zip(r[i], r[j])]) if i != j else [mpf(0)] * len(r[0])
            for i, j in product(range(len(r)), repeat=2)
        }
        return [dot(edge[i, j], edge[k, j]) for i, j, k in product(range(len(r)), repeat=3)]

    return mean(huber(a - b) for a, b in zip(cosines(student), cosines(teacher)))


def vid(student, teacher, weights):
    # The order of the parameters: the spread of each channel, then three layers.
    spread = weights[0]
    layers = [([flat(row) for row in weights[i]], weights[i + 1]) for i in (1, 3, 5)]

    def perceptron(v):
        for i, (weight, bias) in enumerate(layers):
            v = linear(v if i == 0 else [max(x, mpf(0)) for x in v], weight, bias)
        return v

    if len(shape_of(student)) == 4:
        student, teacher = same_size(student, teacher)
    fitted = per_place(student, perceptron)
    variances = [log(1 + exp(a)) + mpf("1e-5") for a in spread]
    return mean(
        ((b - a) ** 2 / variance + log(variance)) / 2
        for s, t in zip(fitted, teacher)
        for s_channel, t_channel, variance in zip(s, t, variances)
        for a, b in zip(flat([s_channel]), flat([t_channel]))
    )


def crd(student, teacher, weights, temperature):
    u = [unit(linear(s, weights[0], weights[1])) for s in rows(student)]
    v = [unit(linear(t, weights[2], weights[3])) for t in rows(teacher)]
    n = len(u)
    logits = [[dot(a, b) / temperature for b in v] for a in u]
    by_student = mean(-log(softmax(logits[i])[i]) for i in range(n))
    by_teacher = mean(-log(softmax([logits[i][j] for i in range(n)])[j]) for j in range(n))
    return by_student + by_teacher


# ---- cases


def gradient(function, array):
    values, shape, result = flat(array), shape_of(array), []
    for i in range(len(values)):
        moved = [function(nest(values[:i] + [values[i] + sign * STEP] + values[i + 1 :], shape)) for sign in (1, -1)]
        result.append(float((moved[0] - moved[1]) / (2 * STEP)))
    return result


def drawn(rng, shape, scale):
    # Multiples of 1/64 are exact in every floating-point type.
    count = 1
    for n in shape:
        count *= n
    return nest([mpf(rng.randint(int(-64 * scale), int(64 * scale))) / 64 for _ in range(count)], shape)


def stored(array):
    return {"shape": shape_of(array), "values": [float(x) for x in flat(array)]}


def logit_case(rng, loss, name, shape, settings, labels="all", match=False, scale=3):
    batch, classes = shape
    teacher = drawn(rng, shape, scale)
    student = [list(r) for r in teacher] if match else drawn(rng, shape, scale)
    known = {"all": lambda i: True, "none": lambda i: False, "every other": lambda i: i % 2 == 1}[labels]
    target = [rng.randrange(classes) if known(i) else -1 for i in range(batch)]
    return finished_logit_case(loss, name, student, teacher, target, settings)


def finished_logit_case(loss, name, student, teacher, target, settings):
    numbers = {key: mpf(value) for key, value in settings.items()}
    function = lambda s: LOGITS[loss](s, teacher, target, **numbers)
    return {
        "loss": loss,
        "name": name,
        "settings": {key: float(value) for key, value in numbers.items()},
        "student": stored(student),
        "teacher": stored(teacher),
        "classes": target,
        "value": float(function(student)),
        "gradient": gradient(function, student),
    }


def feature_case(rng, loss, name, student_shape, teacher_shape, settings=None, weight_shapes=(), match=False, scale=2):
    teacher = drawn(rng, teacher_shape, scale)
    student = nest(flat(teacher), teacher_shape) if match else drawn(rng, student_shape, scale)
    weights = [drawn(rng, shape, 1) for shape in weight_shapes]
    numbers = {key: mpf(value) for key, value in (settings or {}).items()}
    function = lambda s: FEATURES[loss](s, teacher, weights, **numbers)

    def with_weight(i):
        return lambda w: FEATURES[loss](student, teacher, weights[:i] + [w] + weights[i + 1 :], **numbers)

    return {
        "loss": loss,
        "name": name,
        "settings": {key: float(value) for key, value in numbers.items()},
        "student": stored(student),
        "teacher": stored(teacher),
        "weights": [stored(w) for w in weights],
        "value": float(function(student)),
        "gradient": gradient(function, student),
        "weightGradients": [gradient(with_weight(i), w) for i, w in enumerate(weights)],
    }


LOGITS = {
    "cross-entropy": cross_entropy,
    "kl": forward_kl,
    "reverse-kl": reverse_kl,
    "jsd": jsd,
    "tvd": tvd,
    "mse": mse,
    "standardised-kl": standardised_kl,
    "dkd": dkd,
    "dist": dist,
    "tf-kd": tf_kd,
}
FEATURES = {
    "squared-error": squared_error,
    "cosine": cosine,
    "attention": attention,
    "similarity": similarity,
    "pkt": pkt,
    "nst": nst,
    "rkd-distance": rkd_distance,
    "rkd-angle": rkd_angle,
    "vid": vid,
    "crd": crd,
}


def logit_cases(rng):
    usual = {
        "cross-entropy": {},
        "kl": {"temperature": "4"},
        "reverse-kl": {"temperature": "1"},
        "jsd": {"temperature": "1", "beta": "0.5"},
        "tvd": {"temperature": "1"},
        "mse": {},
        "standardised-kl": {"temperature": "2"},
        "dkd": {"temperature": "4", "alpha": "1", "beta": "8"},
        "dist": {"temperature": "1", "beta": "1", "gamma": "1"},
        "tf-kd": {"temperature": "20", "correct": "0.99"},
    }
    for loss, settings in usual.items():
        yield logit_case(rng, loss, "the usual settings", (4, 10), settings)
        yield logit_case(rng, loss, "every other sample without a label", (5, 3), settings, labels="every other")
        yield logit_case(rng, loss, "two classes, no label", (3, 2), settings, labels="none")
        if loss not in ("tvd", "cross-entropy", "tf-kd"):
            # Total variation has no gradient at a match, and the others have no teacher.
            yield logit_case(rng, loss, "perfect match", (3, 6), settings, match=True)
        # Correlations of probabilities that are all but 0 or 1 are lost in any floating-point type.
        if loss not in ("dist", "standardised-kl"):
            teacher = [[mpf(10000), mpf(-10000), mpf(0), mpf(3)], [mpf(-10000), mpf(9999), mpf(10000), mpf(0)]]
            student = [[mpf(-10000), mpf(10000), mpf(1), mpf(2)], [mpf(-9998), mpf(10000), mpf(9999), mpf(-5)]]
            yield finished_logit_case(loss, "logits of 10000", student, teacher, [0, 2], settings)
    yield logit_case(rng, "kl", "sharp", (3, 5), {"temperature": "0.5"})
    yield logit_case(rng, "reverse-kl", "hot", (3, 5), {"temperature": "20"})
    yield logit_case(rng, "jsd", "near the forward KL", (3, 5), {"temperature": "2", "beta": "0.01"})
    yield logit_case(rng, "jsd", "near the reverse KL", (3, 5), {"temperature": "2", "beta": "0.99"})
    yield logit_case(rng, "tvd", "hot", (3, 5), {"temperature": "4"})
    yield logit_case(rng, "dkd", "target alone", (3, 5), {"temperature": "1", "alpha": "1", "beta": "0"})
    yield logit_case(rng, "dkd", "others alone", (3, 5), {"temperature": "1", "alpha": "0", "beta": "1"})
    yield logit_case(rng, "dist", "other weights, hot", (4, 5), {"temperature": "4", "beta": "2", "gamma": "3"})
    yield logit_case(rng, "tf-kd", "cool", (4, 5), {"temperature": "0.25", "correct": "0.9"})


def feature_cases(rng):
    maps, other = (3, 2, 4, 2), (3, 3, 2, 2)
    yield feature_case(rng, "squared-error", "vectors", (3, 4), (3, 4))
    yield feature_case(rng, "squared-error", "vectors, projected", (3, 4), (3, 2), weight_shapes=[(2, 4), (2,)])
    yield feature_case(rng, "squared-error", "maps, projected", maps, other, weight_shapes=[(3, 2, 1, 1), (3,)])
    yield feature_case(rng, "squared-error", "perfect match", (3, 4), (3, 4), match=True)
    yield feature_case(rng, "cosine", "vectors", (3, 4), (3, 4))
    yield feature_case(rng, "cosine", "vectors, projected", (3, 4), (3, 2), weight_shapes=[(2, 4), (2,)])
    yield feature_case(rng, "cosine", "perfect match", (3, 4), (3, 4), match=True)
    for power in (1, 2, 3, 4):
        yield feature_case(rng, "attention", f"power {power}", maps, other, {"power": power})
    yield feature_case(rng, "attention", "perfect match", other, other, {"power": 2}, match=True)
    for loss in ("similarity", "pkt", "rkd-distance", "rkd-angle"):
        yield feature_case(rng, loss, "vectors", (4, 5), (4, 3))
        yield feature_case(rng, loss, "maps", (3, 2, 2, 2), (3, 3, 1, 2))
        if loss != "rkd-distance":
            # Distances have a kink at 0, which differences see.
            yield feature_case(rng, loss, "perfect match", (4, 3), (4, 3), match=True)
    yield feature_case(rng, "nst", "other channels and sizes", maps, other)
    yield feature_case(rng, "nst", "perfect match", other, other, match=True)
    layers = lambda a, b, ones: [(b,), (b, a) + ones, (b,), (b, b) + ones, (b,), (b, b) + ones, (b,)]
    yield feature_case(rng, "vid", "vectors", (3, 4), (3, 2), weight_shapes=layers(4, 2, ()))
    yield feature_case(rng, "vid", "maps", maps, other, weight_shapes=layers(2, 3, (1, 1)))
    heads = [(3, 5), (3,), (3, 4), (3,)]
    yield feature_case(rng, "crd", "the usual temperature", (4, 5), (4, 4), {"temperature": "0.07"}, heads)
    yield feature_case(rng, "crd", "warm", (3, 5), (3, 4), {"temperature": "1"}, heads)


def write(name, cases):
    lines = [json.dumps(case, separators=(",", ":")) for case in cases]
    Path(__file__).with_name(name).write_text("[\n" + ",\n".join(lines) + "\n]\n")


if __name__ == "__main__":
    generator = random.Random(20240301)
    write("logit-losses.json", logit_cases(generator))
    write("feature-losses.json", feature_cases(generator))
