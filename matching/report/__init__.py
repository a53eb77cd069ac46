"""What linking did, to be seen: charts and tables of one run, as one page that opens without a network. Front door: `matching.report.page.report`."""
