"""Words of Korean and English: tokens, function words, numbers, particles.

- `detect(text)` -> "ko", "en" or None
- `Tokenizer(company_words).tokens(text)` -> tokens with offsets
- `normalize(text)` -> text for matching (`가입자 수` is `가입자수`), with the way back
- `function_words(text, tokens)` -> every reading of words such as 상위, by, except, 알려줘
- `numbers(text)` -> 3만원, 10k, 50% with value and unit
"""

from askwell.language.normal import Normal, normalize
from askwell.language.numbers import NumberSpan, numbers
from askwell.language.tokens import Token, Tokenizer, detect
from askwell.language.words import (
    FunctionWord,
    WordSpan,
    computed_words,
    function_words,
    is_function_word,
    light_forms,
    meanings,
    time_words,
)

__all__ = [
    "FunctionWord",
    "Normal",
    "NumberSpan",
    "Token",
    "Tokenizer",
    "WordSpan",
    "computed_words",
    "detect",
    "function_words",
    "is_function_word",
    "light_forms",
    "meanings",
    "normalize",
    "numbers",
    "time_words",
]
