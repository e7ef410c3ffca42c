"""How much each sign counts; every search reads these, so that the twins rank alike."""

# The usual constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009).
FLATTENING = 60
# The two rankings that are fused, each this many documents deep.
WORDS, MEANING = 0.5, 0.5
CANDIDATES = 100
# What a whole name of a document, said in the question, adds to its BM25 score.
NAMED = 4.0
# A name is at most so many words of a question.
NAME_WORDS = 4
# Of a longer text only so many different words are looked for, and so many letters of them.
MOST_WORDS, MOST_LETTERS = 64, 600
