"""全局看板: figures of a period, made once a day or on demand and kept as an edition."""
