"""The member `substitute` of a partner in partners.yaml: who looks into the inbox while the desk is away."""

from gateway.model.partner import Contact
from gateway.model.terms import Json

KEYS = {"desk", "email", "phone"}


def read_substitute(value: Json, contact: Contact) -> Contact | str:
    """Return the substitute, or what is wrong with it in words.

    It is a desk, not a person: no name of an employee stands in the file.
    """
    told = value if isinstance(value, dict) else {}
    if set(told) != KEYS or not all(isinstance(one, str) and one for one in told.values()):
        return "substitute: a mapping of desk, email and phone is expected"
    if str(told["email"]).count("@") != 1:
        return "substitute.email: an e-mail address is expected"
    found = Contact(str(told["desk"]), str(told["email"]), str(told["phone"]))
    return "substitute: it is the desk itself" if found.email == contact.email else found
