"""SQL as a tree: parsed once, checked by rules, narrowed to what the asker may read.

What runs is rendered from the checked tree, never the text that came in.
"""
