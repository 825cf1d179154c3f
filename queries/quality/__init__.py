"""How good the records are where nothing is wrong with their form: what repeats, what lacks, what came late.

A measure is one function in a file of this folder; writing it there is all there is to adding one. The contract says
what must hold; a measure counts what may be so and had better not be. Both put questions of one kind, so that a count
and its rows cannot disagree.
"""

import pkgutil
from importlib import import_module

from queries.quality.measure import MEASURES, Shortcoming, measures_of, shortcomings

__all__ = ["MEASURES", "Shortcoming", "measures_of", "shortcomings"]

for _found in pkgutil.iter_modules(__path__):
    import_module(f"{__name__}.{_found.name}")
