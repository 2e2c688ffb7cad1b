"""以案释法: cases without names, the articles that decide them, and items to try on them."""
