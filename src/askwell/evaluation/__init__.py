"""Cases with accepted SQL, run and scored by results; never by SQL text."""
