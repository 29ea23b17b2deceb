# Every target sets up what it needs on its first call, then works offline.
# make PYTHON=/path/to/python3.12 … chooses the interpreter.

BIN := .venv/bin
export PYTHON
DRAWS ?= 500

.DEFAULT_GOAL := help
.PHONY: help demo test lint bench docs captures conformance exigences pages clean

help: ## affiche cette aide
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

demo: ## joue l'histoire entière dans le bac à sable (ARGS="--record FICHIER --out DOSSIER")
	@sh tools/setup.sh
	@$(BIN)/segur-socles demo $(ARGS)

test: ## exécute les tests (ARGS="tests/ins -k traits")
	@sh tools/setup.sh test
	$(BIN)/pytest --numprocesses 2 --dist worksteal -m "not long" $(ARGS)

lint: ## ruff, sens des imports, mypy strict, pyright strict
	@sh tools/setup.sh lint
	$(BIN)/ruff check --output-format concise
	$(BIN)/ruff format --check
	$(BIN)/lint-imports --no-logo
	$(BIN)/mypy
	$(BIN)/pyright --warnings

bench: ## mesure les rapports de performance et écrit bench.json (ARGS="--only T1,T4")
	@sh tools/setup.sh bench
	$(BIN)/python benchmarks/run.py $(ARGS)

docs: exigences ## construit le site de documentation dans site/
	@sh tools/setup.sh docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet
	@echo "Documentation : site/index.html"

captures: ## photographie ce que la démonstration écrit, pour docs/images/ (demande Chromium et pdftoppm)
	@sh tools/setup.sh
	$(BIN)/python tools/captures.py

conformance: ## juge par les règles de l'Agence des dossiers tirés sur tout le modèle (DRAWS=500 par modèle)
	@sh tools/setup.sh test
	SEGUR_TIRAGES=$(DRAWS) $(BIN)/pytest --numprocesses 2 --dist worksteal -m "long or tirages"

exigences: ## relie exigences et tests dans docs/conformite.md
	@sh tools/setup.sh test
	$(BIN)/pytest --quiet --numprocesses 2 -m "exigence or besoin" --conformite=docs/conformite.md

pages: ## récrit les pages des documents (docs/documents/) d'après les types
	@sh tools/setup.sh test
	$(BIN)/python tests/documents/pages_outils.py

clean: ## retire l'environnement et tout ce qui a été produit
	rm -rf .venv site dist bench.json sortie docs/conformite.md .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
