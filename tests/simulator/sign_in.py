"""What a client has to have when it sends somebody to sign in: a secret with its hash, and an address to return to."""

from base64 import urlsafe_b64encode
from hashlib import sha256

VERIFIER = "a-verifier-that-is-long-enough-for-the-standard-0123456789"
CHALLENGE = urlsafe_b64encode(sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
BACK = "http://127.0.0.1:8123/auth/external/callback"
