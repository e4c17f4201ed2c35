"""What `benchmarks/align.py` is made of: series with truth, the limit, the methods, and how they are measured.

Read in this order: :mod:`~drift_bench.series` makes the series, :mod:`~drift_bench.bound` says how well any
method can do on them, :mod:`~drift_bench.methods` are this project and its peers, :mod:`~drift_bench.child` runs one
of them in a process of its own for :mod:`~drift_bench.measure`, and :mod:`~drift_bench.scores` and
:mod:`~drift_bench.tables` turn what came back into what is printed.
"""
