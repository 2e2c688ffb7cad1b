"""What people have studied and been tested on of the lists that bind them."""
