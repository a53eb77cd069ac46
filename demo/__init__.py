"""A synthetic county with its truth: `build` makes three real source databases, `deliver.as_files` the files of an office.

Nobody in it exists: every code and number begins with 99, which GB/T 2260 gives to no place.
"""

from demo.county import County, build

__all__ = ["County", "build"]
