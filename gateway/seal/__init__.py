"""Signs and encrypts what may leave, for one recipient. Nothing sealed here can be opened here."""
