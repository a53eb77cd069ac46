"""Which records are the same birth? Fellegi-Sunter linkage of any number of registries, on recordlinkage's Index and Compare.

Front doors: `matching.link.night`, `matching.link.link`, `matching.train.train`, `matching.evaluate.evaluate`.
"""
