"""The document: made from the route table, read, checked, compared, and sampled."""
