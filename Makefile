# Needs make and a Python of 3.11 or newer; everything else goes into .venv.
# On a Mac or Linux alike; scripts/ holds what is longer than a line.

.DEFAULT_GOAL := help
.PHONY: help setup dev run test lint types format lock clean

BIN := .venv/bin
ARGS ?=

help:  ## 列出全部命令 / list the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

setup:  ## 建立虚拟环境并安装运行依赖 / virtual environment with what running needs
	@sh scripts/setup.sh

dev:  ## 另装开发与测试依赖 / … with what developing needs, too
	@sh scripts/setup.sh --dev

run: setup  ## 建库、载入演示单位并启动服务 PORT=8000 / set up, load the demonstration organisation, serve
	@exec $(BIN)/python scripts/run.py

test: dev  ## 运行全部测试 ARGS="-k 登录" / the whole test suite
	$(BIN)/pytest $(ARGS)

lint: dev  ## 代码规范与架构约定 / ruff and the architecture contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo

types: dev  ## 严格类型检查 / strict types
	$(BIN)/mypy

format: dev  ## 整理代码格式 / format the code
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock:  ## 重新锁定依赖（需要 uv）/ pin the dependencies anew (needs uv)
	@sh scripts/lock.sh

clean:  ## 删除虚拟环境与缓存，数据目录先询问 / remove what was built; asks before data
	@sh scripts/clean.sh
