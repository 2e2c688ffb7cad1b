"""What is asked of lessons and of what people did in them."""
