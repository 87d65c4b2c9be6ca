"""Golden values of test-time compute, computed independently of the Java code: exact fractions, and scipy for fits.

Run: python3 testtime.py   (writes testtime.json beside itself)
"""
import json
import math
import pathlib
from fractions import Fraction

import numpy as np
from scipy.optimize import least_squares, linprog

HERE = pathlib.Path(__file__).parent


# --- majority votes: the number of subsets of k by how many right and wrong answers lead -------------------------
def vote(right, wrong, k):
    n = sum(right) + sum(wrong)
    won = Fraction(0)
    for most in range(1, k + 1):
        states = {(0, 0, 0): 1}  # votes so far, right and wrong answers with the most votes: subsets
        for times, correct in [(t, True) for t in right] + [(t, False) for t in wrong]:
            after = {}
            for (votes, rights, wrongs), subsets in states.items():
                for given in range(min(times, most, k - votes) + 1):
                    leads = given == most
                    key = (votes + given, rights + (leads and correct), wrongs + (leads and not correct))
                    after[key] = after.get(key, 0) + subsets * math.comb(times, given)
            states = after
        for (votes, rights, wrongs), subsets in states.items():
            if votes == k and rights + wrongs > 0:
                won += Fraction(subsets * rights, rights + wrongs)
    return float(won / math.comb(n, k))


def choices(n, most):
    row = [1]
    for x in range(most):
        row.append(row[-1] * (n - x) // (x + 1))
    return row


def vote_of_three(right, one, other, k):
    """The same for three answers, by a sum over their votes."""
    a, b, c = choices(right, k), choices(one, k), choices(other, k)
    won = 0
    for x in range(k + 1):
        # Six times the share of subsets in which the right answer is taken.
        parts = sum(
            b[y] * c[k - x - y] * (6 // (1 + (y == x) + (k - x - y == x)))
            for y in range(max(0, k - 2 * x), min(x, k - x) + 1)
        )
        won += a[x] * parts
    return float(Fraction(won, 6 * math.comb(right + one + other, k)))


def votes():
    cases = [
        ([60], [55, 40, 25, 10, 5, 3, 1, 1], 40),
        ([30, 12], [28, 28, 20, 2], 37),
        ([30, 12], [28, 28, 20, 2], 115),
        ([3, 1], [1] * 30, 9),
        ([2, 2, 2], [2] * 12, 14),
    ]
    golden = [dict(right=r, wrong=w, k=k, value=repr(vote(r, w, k))) for r, w, k in cases]
    assert abs(vote([20], [19, 15], 11) - vote_of_three(20, 19, 15, 11)) < 1e-15
    for r, w, k in (([500_100], [499_900, 0], 101), ([400_000], [390_000, 210_000], 400)):
        golden.append(dict(right=r, wrong=[t for t in w if t], k=k, value=repr(vote_of_three(r[0], *w, k))))
    return golden


# --- coverage laws -----------------------------------------------------------------------------------------------
def spread(most, points=25):
    return sorted({math.floor(most ** (i / (points - 1)) + 0.5) for i in range(points)})


def pass_at_k(n, c, k):
    return 1.0 if n - c < k else 1 - math.comb(n - c, k) / math.comb(n, k)


def known_law(a, b, n, problems):
    """How many problems of each c have, together, the coverage exp(a k^b): the nearest whole numbers."""
    ks = spread(n)
    table = np.array([[pass_at_k(n, c, k) for c in range(n + 1)] for k in ks])
    wanted = np.exp(a * np.array(ks, float) ** b)
    # The least largest deviation over shares that are not negative and add up to 1.
    size = n + 1
    ones = np.ones((len(ks), 1))
    end = linprog(
        np.r_[np.zeros(size), 1],
        A_ub=np.r_[np.c_[table, -ones], np.c_[-table, -ones]],
        b_ub=np.r_[wanted, -wanted],
        A_eq=np.r_[np.ones(size), 0][None, :],
        b_eq=[1],
    )
    shares = end.x[:size] * problems
    counts = np.floor(shares).astype(int)
    for c in np.argsort(counts - shares)[: problems - counts.sum()]:
        counts[c] += 1
    covered = table @ counts / problems
    return {str(c): int(m) for c, m in enumerate(counts) if m}, float(np.abs(covered - wanted).max())


def beta_law(n, problems):
    """Problems at the middles of equal shares of Beta(2, 2), and the least squares of ln c over them."""
    p = np.array([next_quantile((i + 0.5) / problems) for i in range(problems)])
    counts = np.floor(n * p + 0.5).astype(int)
    ks = np.array(spread(n), float)
    c = np.array([np.mean([pass_at_k(n, int(m), int(k)) for m in counts]) for k in ks])
    end = least_squares(lambda t: np.log(c) - t[0] * ks ** t[1], [-1, -1], xtol=1e-15, ftol=1e-15, gtol=1e-15)
    return [int(m) for m in counts], end.x


def next_quantile(share):
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if 3 * middle**2 - 2 * middle**3 < share else (low, middle)
    return low


def main():
    laws = []
    for a, b, n in ((-1.2, -0.5, 60), (-0.7, -0.9, 40), (-2.0, -0.3, 100)):
        counts, error = known_law(a, b, n, 4000)
        print(a, b, n, "largest deviation", error)
        laws.append(dict(a=a, b=b, n=n, counts=counts, deviation=error))
    counts, (a, b) = beta_law(1000, 200)
    print("Beta(2, 2)", a, b)
    golden = dict(votes=votes(), laws=laws, beta=dict(n=1000, counts=counts, a=a, b=b))
    with open(HERE / "testtime.json", "w") as out:
        json.dump(golden, out, indent=1)
        out.write("\n")


main()
