"""Golden minima of L-BFGS-B of scipy, for the comparison of Lbfgs with it.

Run: python3 lbfgs.py   (writes lbfgs.json beside itself; made with scipy 1.17.1)
"""
import json
import pathlib

import numpy as np
import scipy
from scipy.optimize import minimize

HERE = pathlib.Path(__file__).parent


def rosenbrock(x):
    curve = x[1:] - x[:-1] ** 2
    off = 1 - x[:-1]
    gradient = np.zeros_like(x)
    gradient[:-1] += -400 * x[:-1] * curve - 2 * off
    gradient[1:] += 200 * curve
    return float(np.sum(100 * curve**2 + off**2)), gradient


def beale(x):
    a, b = x
    r = np.array([1.5 - a + a * b, 2.25 - a + a * b**2, 2.625 - a + a * b**3])
    da = np.array([b - 1, b**2 - 1, b**3 - 1])
    db = np.array([a, 2 * a * b, 3 * a * b**2])
    return float(r @ r), np.array([2 * r @ da, 2 * r @ db])


def wood(x):
    a, b, c, d = x
    value = (
        100 * (b - a**2) ** 2 + (1 - a) ** 2 + 90 * (d - c**2) ** 2 + (1 - c) ** 2
        + 10.1 * ((b - 1) ** 2 + (d - 1) ** 2) + 19.8 * (b - 1) * (d - 1)
    )
    gradient = np.array([
        -400 * a * (b - a**2) - 2 * (1 - a),
        200 * (b - a**2) + 20.2 * (b - 1) + 19.8 * (d - 1),
        -360 * c * (d - c**2) - 2 * (1 - c),
        180 * (d - c**2) + 20.2 * (d - 1) + 19.8 * (b - 1),
    ])
    return value, gradient


def curve(x):
    """A power law through twelve points that it does not meet, by the pseudo-Huber loss."""
    t = np.arange(1, 13, dtype=float)
    y = 2 + 3 * t**-0.5 + 0.1 * np.sin(7 * t)
    power = np.exp(x[1] - x[2] * np.log(t))
    r = x[0] + power - y
    root = np.sqrt(1 + r**2)
    slope = r / root
    return float(np.sum(r**2 / (1 + root))), np.array([
        np.sum(slope), np.sum(slope * power), np.sum(-slope * power * np.log(t)),
    ])


PROBLEMS = {
    "rosenbrock": (rosenbrock, [[-1.2, 1], [-1.2, 1, -1.2, 1, -1.2, 1]]),
    "beale": (beale, [[1, 1], [0, 0]]),
    "wood": (wood, [[-3, -1, -3, -1], [2, 0, -1, 3]]),
    "curve": (curve, [[1, 0, 1], [0, 2, 0.1]]),
}


def main():
    goldens = []
    for name, (function, starts) in PROBLEMS.items():
        for start in starts:
            found = minimize(
                function, np.array(start, float), jac=True, method="L-BFGS-B",
                options=dict(maxcor=10, ftol=0, gtol=1e-12, maxiter=10000, maxfun=100000),
            )
            goldens.append(dict(
                problem=name, start=start, x=found.x.tolist(), value=float(found.fun), evaluations=int(found.nfev),
            ))
    text = json.dumps(dict(scipy=scipy.__version__, minima=goldens), indent=2)
    (HERE / "lbfgs.json").write_text(text + "\n")


main()
