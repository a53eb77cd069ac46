"""The compiled part: tests of two values, levels of a pair, and the stream that blocks, compares and scores. Arrays in, arrays out."""
