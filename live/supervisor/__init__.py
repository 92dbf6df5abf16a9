"""The parent of the engine and the port process: starts whichever dies anew, and gives the terminal back."""
