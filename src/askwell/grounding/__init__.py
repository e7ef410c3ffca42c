"""Words to an intent and a receipt, without a model: `Grounding(...).read(question)`."""
