"""The engine on Spark: records are shuffled by blocking key, and the kernel of `matching.kernel` runs in every bucket. The only home of pyspark."""
