"""The words of hedui: contracts, code sets, identity numbers, areas, dates, names, findings, errors. No input or output of its own."""
