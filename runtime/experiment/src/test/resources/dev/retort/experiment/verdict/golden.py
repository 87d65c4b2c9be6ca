"""Computes golden.csv: the sequential sign-flip test and the e-process by plain enumeration.

Written from the definitions, one sign vector at a time, without any of the short cuts of the Java
code. Run: python3 golden.py > golden.csv
Columns: maximum;power;alpha;first seed that rejects at alpha or -;smallest level that rejects;
e-value;differences
"""
import itertools
import math
import random


def share(n, maximum, power):
    return (n / maximum) ** power


def looks(maximum, power, alpha):
    found, spent = [], 0.0
    for n in range(1, maximum + 1):
        if 2.0**-n <= alpha and math.floor(alpha * (share(n, maximum, power) - spent) * 2**n) >= 1:
            found.append(n)
            spent = share(n, maximum, power)
    return found


def rejected_at(d, level, maximum, power, alpha):
    """The set of rejected sign vectors is built look by look; the observed one is all +1."""
    gone, spent = set(), 0.0
    observed = (1,) * maximum
    for n in looks(maximum, power, alpha):
        if n > len(d):
            return None
        magnitude = [abs(x) ** 0.9999 for x in d[:n]]
        tie = 1e-10 * math.fsum(magnitude)
        sums = {}
        for signs in itertools.product((1, -1), repeat=n):
            if not any(signs[: len(g)] == g for g in prefixes(gone, signs)):
                # The sign of a difference times the flip.
                terms = (s * math.copysign(m, x) for s, m, x in zip(signs, magnitude, d))
                sums[signs] = math.fsum(terms)
        budget = math.floor(level * (share(n, maximum, power) - spent) * 2**n)
        spent = share(n, maximum, power)
        ordered = sorted(sums.values(), reverse=True)
        new = set()
        for signs, total in sums.items():
            # Scores differ by half of what sums differ by.
            at_least = bisect_count(ordered, total - 2 * tie)
            if at_least <= budget:
                new.add(signs)
        if observed[:n] in new:
            return n
        gone |= new
    return None


def prefixes(gone, signs):
    lengths = {len(g) for g in gone}
    return [signs[:k] for k in lengths if signs[:k] in gone]


def bisect_count(ordered, bar):
    low, high = 0, len(ordered)
    while low < high:
        middle = (low + high) // 2
        if ordered[middle] >= bar:
            low = middle + 1
        else:
            high = middle
    return low


def p_value(d, maximum, power, alpha):
    if rejected_at(d, 1.0, maximum, power, alpha) is None:
        return 1.0
    low, high = 2.0**-40, 1.0
    for _ in range(40):
        middle = (low + high) / 2
        if rejected_at(d, middle, maximum, power, alpha) is not None:
            high = middle
        else:
            low = middle
    return high


def e_value(d):
    total = 0.0
    for stake in (0.25, 0.5, 1, 2, 4):
        wealth, squares = 1.0, 0.0
        for i, x in enumerate(d, 1):
            squares += x * x
            if squares > 0:
                wealth *= 1 + math.tanh(stake * x / math.sqrt(squares / i))
        total += wealth
    return total / 5


def main():
    random.seed(20)
    for case in range(48):
        maximum = (8, 9, 10)[case % 3]
        power = (1.0, 1.5, 3.0)[case // 3 % 3]
        alpha = (0.05, 0.1, 0.025)[case // 9 % 3]
        effect = (0.0, 0.8, 2.0)[case // 2 % 3]
        d = [random.gauss(effect, 1) for _ in range(maximum)]
        if case % 4 == 1:
            d = [round(x * 2) / 20 for x in d]
        if case % 4 == 2:
            d = [x * 10 ** random.uniform(-2, 2) for x in d]
        rejects = rejected_at(d, alpha, maximum, power, alpha)
        print(
            maximum,
            power,
            alpha,
            "-" if rejects is None else rejects,
            repr(p_value(d, maximum, power, alpha)),
            repr(e_value(d)),
            " ".join(map(repr, d)),
            sep=";",
        )


main()
