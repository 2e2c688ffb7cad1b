"""How the server's requests come to the application: one loop reads and answers, few threads work.

``bridge`` is what the server calls; ``environ`` and ``files`` translate between it and WSGI, and
``workers`` are the threads in which the application runs.
"""
