"""What a call to a language model costs."""

from askwell.domain.noun import Noun


class ModelCall(Noun):
    """Be one call: which prompt in which wording, by whom, and what it cost.

    `attempts` counts tries on the wire, throttled ones included; `cached_tokens` are those
    input tokens that the server read from its prefix cache. `outcome` is `ok` or the name of
    the error.
    """

    prompt: str
    prompt_hash: str
    model: str
    input_tokens: int = 0
    output_tokens: int = 0
    cached_tokens: int = 0
    attempts: int = 1
    seconds: float = 0.0
    outcome: str = "ok"
