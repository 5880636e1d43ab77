# `make` lists what there is. Everything is made inside this folder: .uv, .venv and var.
.DEFAULT_GOAL := help
SHELL := /bin/sh
export UV_PYTHON_DOWNLOADS := never
export UV_SYSTEM_CERTS := true
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export VIRTUAL_ENV := $(CURDIR)/.venv

# Python 3.12 or newer. By full path, because uv trips over the stand-ins of pyenv.
PYTHON ?= $(shell for p in $$(ls -d $${PYENV_ROOT:-$$HOME/.pyenv}/versions/3.1[2-9]*/bin/python3 2>/dev/null | sort -rV) \
  python3.14 python3.13 python3.12 python3; do $$p -c 'import sys; sys.exit(not (3, 12) <= sys.version_info[:2] < (3, 15))' 2>/dev/null \
  && { echo $$p; break; }; done)
UV := $(shell command -v uv || echo .uv/bin/uv)
BIN := .venv/bin
# What pytest is given besides; others: make test ARGS=tests/site, make test ARGS="-x --lf"
ARGS ?= -n 2 --dist loadgroup
# The tests that another PostgreSQL could answer otherwise; the rest would only read the same pages again.
DATABASE_TESTS := tests/countries/test_models.py \
  $(patsubst %,tests/projects/test_%.py,constraints loading publishing querysets search search_vector status) \
  $(patsubst %,tests/search/test_%.py,index_is_right twins) \
  $(patsubst %,tests/site/test_%.py,database versions)
# What makemessages and compilemessages leave alone.
OURS := -i .venv -i .uv -i var -i tests

.PHONY: help run admin stop test search-quality search-speed picture-speed import-speed browser-test staff-flows \
  lighthouse pictures lint format messages lock shell clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/.done ## start the portal at http://127.0.0.1:8000/ (another port: make run PORT=8080)
	@$(BIN)/python -m jcm_portal.launch

admin: .venv/.done ## make a staff account; asks for its name and password
	@$(BIN)/python -m jcm_portal.launch key
	@$(BIN)/python manage.py migrate --verbosity 0
	@echo "A new account with every right. The password is not shown while you type it."
	@$(BIN)/python manage.py createsuperuser

stop: .venv/.done ## end the server and the embedded PostgreSQL of this folder
	@$(BIN)/python -m jcm_portal.launch stop

test: lint ## all checks, then all tests (some: make test ARGS=tests/site)
	env -u TEST_DATABASE_URL $(BIN)/pytest $(ARGS)
	@test -z "$$TEST_DATABASE_URL" || { echo "On the server of TEST_DATABASE_URL too:"; $(BIN)/pytest $(ARGS) $(DATABASE_TESTS); }

search-quality: .venv/.dev ## how well the search answers the judged queries, beside two simpler searches
	SEARCH_FULL=1 $(BIN)/pytest -q -s tests/search/test_quality.py tests/search/test_spelling.py tests/search/test_hostile.py

# Browsers wait more than they work.
browser-test: ARGS = -n 3
browser-test: .venv/.dev ## journeys and every page in Debian's chromium (which it needs, with fonts-noto-cjk, java and npm; quicker with chromium-headless-shell)
	$(BIN)/pytest -m "browser and not lighthouse" $(ARGS) tests/browser

staff-flows: .venv/.dev ## what staff do every day in the real admin: clicks, keystrokes and seconds of each flow (needs chromium)
	$(BIN)/pytest -m browser -n 0 -q -s tests/browser/test_staff_flows.py

lighthouse: .venv/.dev ## Lighthouse's marks of home, list, project, country and statistics, for a phone (needs chromium and npm)
	$(BIN)/pytest -m lighthouse tests/browser

pictures: .venv/.dev ## take docs/pictures anew from the portal at PORTAL, http://127.0.0.1:8000 (needs poppler-utils too)
	$(BIN)/python docs/pictures/take.py

search-speed: .venv/.dev ## how long searches and suggestions take in the database with 250 and with 100,000 projects
	@$(BIN)/python -m jcm_portal.launch key
	$(BIN)/python tests/search/speed.py

import-speed: ARGS =
import-speed: .venv/.dev ## how long imports of 50,000 rows take, and in what memory (fewer: ARGS="--rows 5000 projects")
	@$(BIN)/python -m jcm_portal.launch key
	$(BIN)/python tests/projects/import_speed.py $(ARGS)

picture-speed: .venv/.dev ## how long pages with pictures take with 100,000 projects
	@$(BIN)/python -m jcm_portal.launch key
	$(BIN)/python tests/pictures/speed.py

lint: .venv/.dev ## lint, format, templates, types, missing migrations, deployment settings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	@find templates -name '*.html' -exec $(BIN)/djade --check --target-version 6.1 {} +
	SECRET_KEY=not-used $(BIN)/mypy
	DJANGO_SETTINGS_MODULE=tests.settings $(BIN)/python manage.py makemigrations --check --dry-run
	@# as a real place would set it
	DEBUG=off HTTPS=on SITE_URL=https://jcm.example SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(50))') \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

format: .venv/.dev ## bring Python and templates into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	find templates -name '*.html' -exec $(BIN)/djade --target-version 6.1 {} +

messages: .venv/.dev ## take the texts of code and templates into locale/ja, and compile what is translated there (needs gettext)
	@command -v msgfmt >/dev/null || { echo "gettext is needed: apt-get install gettext (macOS: brew install gettext)" >&2; exit 1; }
	SECRET_KEY=not-used $(BIN)/python manage.py makemessages -l ja --no-location --no-obsolete --no-wrap $(OURS)
	SECRET_KEY=not-used $(BIN)/python manage.py compilemessages -l ja $(OURS)

lock: $(filter .uv/bin/uv,$(UV)) ## newest versions that requirements*.in allow, written to requirements*.txt
	$(UV) pip compile -q --upgrade --universal --python-version 3.12 --generate-hashes requirements.in -o requirements.txt
	$(UV) pip compile -q --upgrade --universal --python-version 3.12 --generate-hashes requirements-dev.in -c requirements.txt -o requirements-dev.txt

clean: ## remove the environment and the tests' leavings; what was entered (var/pg18) stays
	rm -rf .venv .uv .mypy_cache .ruff_cache .pytest_cache .hypothesis var/static var/static.stamp var/test-*
	find . -name __pycache__ -not -path './var/*' -prune -exec rm -rf {} +

.uv/bin/uv:
	@test -n "$(PYTHON)" || { echo "Python 3.12 or newer is needed. Where it is: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Environment: fetching uv ..."
	@$(PYTHON) -m venv .uv && .uv/bin/pip install -q uv==0.13.9

.venv/bin/python: | $(filter .uv/bin/uv,$(UV))
	@test -n "$(PYTHON)" || { echo "Python 3.12 or newer is needed. Where it is: make PYTHON=/path/to/python3" >&2; exit 1; }
	@$(UV) venv -q --allow-existing --python $(PYTHON) .venv

# What the portal needs; nothing of the developers' is taken away.
.venv/.done: requirements.txt | .venv/bin/python
	@echo "Environment: installing packages ..."
	@$(UV) pip install -q --compile-bytecode --require-hashes -r requirements.txt
	@touch $@

.venv/.dev: requirements-dev.txt requirements.txt | .venv/bin/python
	@echo "Environment: installing packages ..."
	@$(UV) pip sync -q --compile-bytecode --require-hashes requirements-dev.txt
	@touch $@ .venv/.done
