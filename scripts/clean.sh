#!/bin/sh
# Remove what can be made again; ask before removing what cannot.
set -eu
cd "$(dirname "$0")/.."

rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis \
    .coverage htmlcov test-results build dist ./*.egg-info
find . -name __pycache__ -type d -prune -exec rm -rf {} +
echo "虚拟环境与缓存已删除 / environment and caches removed."

data=${XUEFA_DATA_DIR:-var}
[ -d "$data" ] || exit 0
printf '数据目录 %s 含数据库、上传文件和密钥，删除后无法恢复。要删除请输入 yes：\n' "$data"
printf 'It holds the database, uploads and key, for good. Type yes to delete: '
read -r answer || answer=
if [ "$answer" = yes ]; then
    rm -rf -- "$data"
    echo "已删除 / deleted."
else
    echo "已保留 / kept."
fi
