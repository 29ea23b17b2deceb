#!/bin/sh
# Prepares .venv for a purpose: setup.sh [test|lint|docs|bench]. Without a purpose: what the demo needs.
#
# Uses uv with the lock when uv is there, else venv + pip held to the versions of the lock. A stamp keyed on
# pyproject.toml and uv.lock makes every later call immediate, and possible offline.
set -eu
purpose="${1:-}"
venv=.venv
stamp="$venv/.ready-${purpose:-demo}"
key="$(cat pyproject.toml uv.lock | cksum)"

# A moved or copied .venv still names its old place: its scripts would run another checkout.
if [ -f "$venv/.place" ] && [ "$(cat "$venv/.place")" != "$PWD" ]; then
    rm -rf "$venv"
fi
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$key" ]; then
    exit 0
fi

say() { printf '%s\n' "$*" >&2; }

usable() {
    "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        if usable "$candidate"; then
            printf '%s' "$candidate"
            return
        fi
    done
    say "Aucun Python 3.11 ou plus récent (avec le module venv) n'a été trouvé."
    say "→ installez-le (Debian, Ubuntu : apt install python3 python3-venv) ou indiquez-le : make PYTHON=/chemin/python3.12 …"
    exit 1
}

with_uv() {
    say "Préparation de l'environnement avec uv (une seule fois)…"
    UV_PROJECT_ENVIRONMENT="$venv" uv sync --quiet --locked --inexact --no-default-groups \
        --extra cli --extra pdf --extra sandbox ${purpose:+--group "$purpose"}
}

with_pip() {
    say "Préparation de l'environnement avec venv et pip (une seule fois, une à deux minutes)…"
    [ -x "$venv/bin/pip" ] || "$python" -m venv "$venv"
    # Dependency groups came with pip 25.1.
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "pip>=25.1"
    "$venv/bin/python" tools/constraints.py uv.lock >"$venv/constraints.txt"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --constraint "$venv/constraints.txt" \
        --editable ".[cli,pdf,sandbox]" ${purpose:+--group "$purpose"}
}

python="$(find_python)"
if command -v uv >/dev/null 2>&1; then
    UV_PYTHON="$(command -v "$python")" UV_PYTHON_DOWNLOADS=never with_uv ||
        { say "uv n'y est pas parvenu ; nouvel essai avec pip."; with_pip; }
else
    with_pip
fi

printf '%s' "$PWD" >"$venv/.place"
# Every group of pyproject.toml brings what the tests need, and every one what the demo needs.
for ready in demo ${purpose:+test} ${purpose:+"$purpose"}; do
    printf '%s' "$key" >"$venv/.ready-$ready"
done
