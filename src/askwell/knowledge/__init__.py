"""What askwell knows about a company's data, read from dbt and the knowledge folder.

`learn` makes a Catalog (and needs MetricFlow); `catalog` saves and loads one (and does not).
"""
