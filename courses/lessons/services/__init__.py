"""What people do in lessons and to them."""
