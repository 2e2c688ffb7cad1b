"""日常学法: the day's questions, the memory of each article, how regularly somebody studies."""
