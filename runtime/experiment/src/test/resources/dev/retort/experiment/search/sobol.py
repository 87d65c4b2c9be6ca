"""Prints sobol.csv: points of the unscrambled Sobol sequence as SciPy has it, one a line.

Run: python3 sobol.py > sobol.csv
"""
from scipy.stats import qmc

points = qmc.Sobol(d=6, scramble=False).random(1024)
for index in (0, 1, 2, 3, 4, 5, 6, 7, 63, 64, 500, 1000, 1023):
    print(index, *map(repr, map(float, points[index])), sep=";")
