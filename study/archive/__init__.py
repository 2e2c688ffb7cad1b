"""个人学法档案: what a year of law study came to for somebody, each figure with its entries."""
