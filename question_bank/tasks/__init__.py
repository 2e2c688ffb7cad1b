"""命题任务: items that assembly found lacking, to be written by a day."""
