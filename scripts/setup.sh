#!/bin/sh
# Find a Python this project can run on and let it set up .venv (scripts/environment.py).
# POSIX sh, because it has to run where there is no such Python and say so.
set -eu
cd "$(dirname "$0")/.."

new_enough='import sys; sys.exit(sys.version_info < (3, 11))'
can_make_venv='import venv, ensurepip'

# Set-up has been here before: its own Python will do.
if .venv/bin/python -c "$new_enough" 2>/dev/null; then
    exec .venv/bin/python scripts/environment.py "$@"
fi

without_venv=
for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
    "$candidate" -c "$new_enough" 2>/dev/null || continue
    if command -v uv >/dev/null 2>&1 || "$candidate" -c "$can_make_venv" 2>/dev/null; then
        exec "$candidate" scripts/environment.py "$@"
    fi
    without_venv=${without_venv:-$candidate}
done

if [ -n "$without_venv" ]; then
    version=$("$without_venv" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    cat >&2 <<TEXT
找到了 Python $version（$without_venv），但缺少 venv/ensurepip 组件，无法建立虚拟环境。
  Debian、Ubuntu 请执行：sudo apt-get install python3-venv
  （如仍不行：sudo apt-get install python$version-venv），然后重新运行 make。
Python $version was found, but its venv/ensurepip module is missing.
  On Debian or Ubuntu: sudo apt-get install python3-venv, then run make again.
TEXT
    exit 2
fi

found=$(python3 --version 2>/dev/null || echo "无 / none")
cat >&2 <<TEXT
本系统需要 Python 3.11 或更高版本，本机现有：$found。
  Debian、Ubuntu：sudo apt-get install python3 python3-venv
  其他系统请安装 Python 3.11 以上版本；已装在别处的，可指明路径：make run PYTHON=/路径/python3
Python 3.11 or newer is needed; found here: $found.
  If it is installed elsewhere, name it: make run PYTHON=/path/to/python3
TEXT
exit 2
