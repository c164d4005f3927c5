"""The fixed words of the Slack surface: what it says by itself, without asking the handlers."""

from handlers import emergency
from handlers.message import Message, Text

PROMPTS = (
    "Can I post photos of my students on Instagram?",
    "May I accept a friend request from a student?",
    "How do I set up a social media account for my department?",
    "A student wants their photo taken down. What do I do?",
)
BUSY = "Lodge is busy. Please try again in a minute."
HOW = Message("Ask Lodge", (Text("Type your question after the command, for example: /policy can I friend a former student?"),))
FAILED = Message(
    "Something went wrong on our side",
    (Text("Something went wrong on our side; nothing was sent. Try again, or ring the person you need."),),
    tone="no",
)
FILE_WORDS = Text(
    "I never open files: what you sent was neither looked at nor kept by Lodge. "
    "If it makes you worry about somebody, leave it as it is, do not pass it on, and press **How to report**."
)
FILE = Message(
    "Please ask me in words", (FILE_WORDS, Text("Tell me in a sentence what you would like to know.")), (emergency.button(),)
)
SLOW = "Lodge is slow just now. This form goes on by itself as soon as Lodge is done; nothing is ever sent twice."


def outside(college: str, contacts: str) -> Message:
    """For those whom Lodge does not serve. ``contacts``: whom to turn to instead, with 999 first."""
    words = f"Lodge answers staff of {college}, from an ordinary account of this workspace. Nothing you wrote was kept."
    return Message("Lodge is for staff", (Text(words), Text(contacts)), discreet=True)
