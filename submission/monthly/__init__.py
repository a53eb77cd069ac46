"""The monthly return: counted from linked births, revised with reasons, judged, approved by a person, sealed for good."""
