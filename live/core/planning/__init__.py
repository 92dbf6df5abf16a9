"""What comes next: whose turn it is, the plan of up to a bar, and the context it follows."""
