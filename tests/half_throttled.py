"""A script for a model server that turns every second call away."""

import random
from collections import Counter
from collections.abc import Callable

from model_servers import Answer, Asked, Fail


class HalfThrottled:
    """Throttle every second call by chance, always the same way, and count what was said.

    `answer` says the rest, which is counted by the name of what was asked for.
    """

    def __init__(self, answer: Callable[[Asked], Answer]) -> None:
        self.answer = answer
        self.chance = random.Random(7)
        self.counts: Counter[str] = Counter()

    def __call__(self, asked: Asked) -> Answer:
        if self.chance.random() < 0.5:
            self.counts["throttled"] += 1
            return Fail("throttled")
        self.counts[asked.answer] += 1
        return self.answer(asked)
