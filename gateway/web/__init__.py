"""The team's pages: server-rendered, in Dutch, without JavaScript."""
