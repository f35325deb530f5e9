"""Benchmarks: six workloads, a hand-written limit, and the ratio of everything else to it."""
