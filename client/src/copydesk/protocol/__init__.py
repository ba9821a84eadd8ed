"""How one talks to the server, without talking: what to send, when again, and what it means."""
