"""From an intent to a draft."""

from datetime import date

from askwell.domain.catalog import Catalog, ColumnRef
from askwell.domain.intent import Intent
from askwell.domain.result import Draft
from askwell.metrics.build import Build
from askwell.metrics.check import check
from askwell.metrics.columns import result_columns
from askwell.metrics.engine import engine
from askwell.metrics.measured import Source
from askwell.metrics.shape import short_names


class Compiler:
    """Compile the intents of one catalog.

    `country` says whose public holidays are no business days. MetricFlow's engine is built
    at the first use of a manifest and shared by all compilers of it.
    """

    def __init__(self, catalog: Catalog, country: str = "KR") -> None:
        self._catalog = catalog
        self._country = country

    def compile(self, intent: Intent, *, today: date) -> Draft:
        """Return the SQL that answers `intent`; synchronous work of about 20 ms.

        A metric that looks back in time is shown by the step it looks back, if by nothing else.
        Empty time buckets of a metric that counts nothing as 0 are shown, up to `today`;
        groups only get rows of 0 where a comparison or a running total needs them.

        Raises:
            BadQuery: a name is unknown or cannot be combined; says which.
            Refused: a share or running total would be wrong.
            Misconfigured: the manifest cannot be read.
        """
        check(intent, self._catalog)
        dialect = self._catalog.dialect
        compiler = engine(self._catalog.manifest, dialect)
        grain = intent.grain or compiler.needed_grain(intent.metrics)
        intent = intent.model_copy(update={"grain": grain})
        names = short_names(intent.dimensions, intent.metrics)
        source = Source(self._catalog, compiler, names, self._country)
        statement = Build(source, intent, today).statement()
        return Draft(
            sql=statement.sql(dialect=dialect, pretty=True),
            dialect=dialect,
            way="governed",
            columns=result_columns(intent, self._catalog, names),
            reads=_reads(intent, self._catalog),
        )


def _reads(intent: Intent, catalog: Catalog) -> tuple[ColumnRef, ...]:
    fields = (*intent.dimensions, *(f.field for f in intent.filters))
    nouns = [catalog.metric_named[m] for m in intent.metrics]
    refs = {r for noun in nouns for r in noun.reads}
    refs |= {r for field in fields for r in catalog.dimension_named[field].reads}
    return tuple(sorted(refs, key=lambda r: (r.table, r.column)))
