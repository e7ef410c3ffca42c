"""What SQL may use, by allow-list: functions, table functions, types and syntax.

Functions are named as in the warehouse, one file a dialect. Left out on purpose: whatever reads
files, settings, the system catalogue or the clock, runs SQL or a function given as text, sleeps,
logs, raises, draws random numbers, or pads to any width. `gen_random_uuid` stays: MetricFlow's
conversion metrics need it. Tests prove each list against all functions of the warehouse.
"""

from askwell.sql.functions.duckdb import DUCKDB
from askwell.sql.functions.postgres import POSTGRES

ALLOWED = {"duckdb": DUCKDB, "postgres": POSTGRES}

# sqlglot's own classes, in lower case; whatever is not named here is refused.
_SYNTAX = """
select from join where group having qualify order ordered limit offset fetch with cte subquery
union intersect except table tablealias values lateral unnest pivot cube rollup groupingsets star
distinct alias pivotalias column identifier literal rawstring boolean null var paren tuple
interval intervalspan bracket slice dot window windowspec filter withingroup ignorenulls
respectnulls havingmax case cast trycast datatype datatypeparam columndef exists any all in
between is like ilike similarto escape not neg and or add sub mul div intdiv mod dpipe eq neq gt
gte lt lte nullsafeeq nullsafeneq attimezone placeholder propertyeq array struct limitoptions kwarg
overlaps jsonpath jsonpathroot jsonpathkey jsonpathsubscript
"""
SYNTAX = frozenset(_SYNTAX.split())
