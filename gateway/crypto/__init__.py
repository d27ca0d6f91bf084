"""Keys, signing, sealing profiles and canonical bytes: the only room that touches cryptography libraries."""
