"""收藏与笔记: what people mark and write on articles, for themselves alone."""
