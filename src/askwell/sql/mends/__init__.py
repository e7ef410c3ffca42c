"""What can be mended on the tree without a model.

Each mend is a plain function from a tree and a catalog to the mended tree, in a file of its
own; it returns an equal tree where there is nothing to mend, and never guesses between two
ways. `MENDS` is their order.
"""

from collections.abc import Callable

from sqlglot import exp

from askwell.domain.catalog import Catalog

Mend = Callable[[exp.Expr, Catalog], exp.Expr]
