"""How every vendor is reached: requests, tokens, pages, GraphQL."""
