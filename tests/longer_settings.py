"""The portal's settings with the longer words of `tests/browser/test_longer_words.py` in place of English."""

import os

from jcm_portal.settings import *

LOCALE_PATHS = [os.environ["LONGER_WORDS"]]
