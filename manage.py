#!/usr/bin/env python3
"""Django's commands for this site; starts the embedded PostgreSQL first when the command needs it."""

import os
import sys

# These never look at the database, so they must not wait for one or make one.
WITHOUT_DATABASE = {"collectstatic", "compilemessages", "diffsettings", "findstatic", "help", "makemessages", "version"}


def needs_database(arguments: list[str]) -> bool:
    command = arguments[0] if arguments else "help"
    if command == "check":
        return any(argument.startswith("--database") for argument in arguments)
    return command not in WITHOUT_DATABASE and not {"--help", "-h", "--version"} & set(arguments)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jcm_portal.settings")
    from django.conf import settings
    from django.core.management import execute_from_command_line

    from jcm_portal import env, localdb

    try:
        if settings.LOCAL_CLUSTER and needs_database(sys.argv[1:]):
            localdb.ensure(settings.LOCAL_CLUSTER)
    except (env.BadSetting, localdb.LocalDatabaseError) as problem:
        sys.exit(str(problem))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
