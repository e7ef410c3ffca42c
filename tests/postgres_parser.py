"""What PostgreSQL's own parser makes of SQL: the functions and tables that it would use."""

import itertools
import re

import psycopg


class Parser:
    """Read the parse trees that the server logs; nothing is run."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)
        self._connection.execute("SET search_path = pg_catalog, public, pg_temp")
        self._trees: list[str] = []
        self._connection.add_notice_handler(
            lambda said: self._trees.append(str(said.message_detail))
        )

    def functions(self, sql: str) -> set[str]:
        """Return the names of all functions, aggregates and casts, but not of operators."""
        names = "SELECT DISTINCT proname FROM pg_proc WHERE oid = ANY (%s)"
        return self._names(names, self._oids(sql, "funcid|aggfnoid|winfnoid"))

    def relations(self, sql: str) -> set[str]:
        """Return the tables and views, with their schemas."""
        names = "SELECT oid::regclass::text FROM pg_class WHERE oid = ANY (%s)"
        return self._names(names, self._oids(sql, "relid"))

    def close(self) -> None:
        self._connection.close()

    def _oids(self, sql: str, fields: str) -> list[int]:
        numbers = itertools.count(1)
        text = re.sub(r"\$[a-z]\w*", lambda _: f"${next(numbers)}", sql)
        self._connection.execute("SET client_min_messages = log")
        self._connection.execute("SET debug_print_parse = on")
        self._trees.clear()
        self._connection.pgconn.prepare(b"", text.encode())
        tree = "".join(self._trees)
        self._connection.execute("RESET debug_print_parse")
        return [int(n) for n in re.findall(rf":(?:{fields}) (\d+)", tree)]

    def _names(self, query: str, oids: list[int]) -> set[str]:
        rows = self._connection.execute(query.encode(), [oids]).fetchall()
        return {str(name) for (name,) in rows}
