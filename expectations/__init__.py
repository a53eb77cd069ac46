"""Is each delivery fit to be matched? The only home of Great Expectations for intake.

Front door: `expectations.accept.night`. One suite a registry (`suites/`), thresholds with their reasons in `thresholds.py`.
Great Expectations takes five seconds to import: it is imported by the modules that need it, never here.
"""
