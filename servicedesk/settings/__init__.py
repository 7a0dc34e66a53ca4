"""Settings of the service desk, a module for each thing that is set.

Everything that differs between two installations comes from the environment, under the names in
README.md. A value that cannot be used stops the start with a sentence, never with a guess.
Secrets may also be given as `NAME_FILE`, the path of a file that holds the value.
"""

from servicedesk.settings.data import *  # noqa: F403
from servicedesk.settings.locks import *  # noqa: F403
from servicedesk.settings.mail import *  # noqa: F403
from servicedesk.settings.people import *  # noqa: F403
from servicedesk.settings.place import *  # noqa: F403
from servicedesk.settings.rooms import *  # noqa: F403
