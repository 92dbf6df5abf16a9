"""The parent of the engine and the port process: starts whichever dies again, and gives the terminal back."""
