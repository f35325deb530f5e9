"""How values are made from schemas; ``openapi/generate.py`` is the door."""
