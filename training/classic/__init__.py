"""The networks of the two 2018 articles: music as a row of tokens."""
