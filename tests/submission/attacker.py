"""A reader who wants to know: everything printed, every sum, linear programming. It shares no code with what it attacks."""

from __future__ import annotations

from itertools import product

import numpy as np
from scipy.optimize import linprog

HIDDEN = "*"


class Attacker:
    """What it was shown, cell by cell; a cell is a tuple of words, the same words for the same births in every table it reads."""

    def __init__(self):
        self.names, self.bounds, self.rows = {}, [], []

    def cell(self, name):
        if name not in self.names:
            self.names[name] = len(self.bounds)
            self.bounds.append((0, None))
        return self.names[name]

    def reads(self, frame, least=1, where=()):
        """A released frame, its `births` as printed; a hidden cell is at least `least`, since zeros are shown."""
        for row in frame.itertuples(index=False):
            *words, births = row
            self.bounds[self.cell((*where, *words))] = (least, None) if births == HIDDEN else (int(births), int(births))

    def knows(self, name, births):
        self.bounds[self.cell(name)] = (births, births)

    def adds(self, whole, parts):
        self.rows.append({self.cell(whole): 1, **{self.cell(part): -1 for part in parts}})

    def range(self, *terms):
        """The least and the most that a cell, or a cell less another, can be."""
        cost = np.zeros(len(self.bounds))
        for sign, name in terms:
            cost[self.cell(name)] += sign
        sums = np.zeros((len(self.rows), len(self.bounds)))
        for at, row in enumerate(self.rows):
            for place, sign in row.items():
                sums[at, place] = sign
        rules = {"A_eq": sums, "b_eq": np.zeros(len(sums)), "bounds": self.bounds} if len(sums) else {"bounds": self.bounds}
        least, most = linprog(cost, **rules), linprog(-cost, **rules)
        assert {least.status, most.status} <= {0, 3}, "the tables contradict each other"
        return (-np.inf if least.status == 3 else least.fun, np.inf if most.status == 3 else -most.fun)


def two_way(attacker, areas, sexes, where=()):
    """The sums of a county's table by township and sex."""
    county, *towns = areas
    both, *parts = sexes
    for sex in sexes:
        attacker.adds((*where, county, sex), [(*where, town, sex) for town in towns])
    for area in areas:
        attacker.adds((*where, area, both), [(*where, area, part) for part in parts])
    return product(areas, sexes)
