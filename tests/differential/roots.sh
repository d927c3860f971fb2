#!/bin/sh
# Makes roots of other Debian releases for run.py --procps-root and --systemd-root, kept in build/roots.
# usage: roots.sh [bookworm|trixie|bullseye]...        prints the folder of each
set -eu

roots=$(cd "$(dirname "$0")/../.." && pwd)/build/roots
# The mirror that this machine's apt uses, whichever of the two formats names it.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources 2>/dev/null |
    sed -n 's/^URIs: *\([^ ]*\).*/\1/p; s/^deb \(\[[^]]*\] *\)\{0,1\}\([^ ]*\).*/\2/p' | head -n 1)

mkdir -p "$roots"
for release in "${@:-bookworm}"; do
    folder=$roots/$release
    if [ ! -e "$folder/.complete" ]; then
        # The mirror may be out of reach for a moment.
        for pause in 5 20 0; do
            rm -rf "$folder"
            timeout --kill-after=10 900 mmdebstrap --quiet --variant=minbase --include=procps,systemd "$release" "$folder" \
                "${mirror:-http://deb.debian.org/debian}" >&2 && break
            [ "$pause" -gt 0 ] || exit 1
            sleep "$pause"
        done
        touch "$folder/.complete"
    fi
    echo "$folder"
done
