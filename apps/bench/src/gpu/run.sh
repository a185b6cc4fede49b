#!/bin/sh
# Runs a folder that `npm run bench:gpu -- --pack DIR` made. Unpacks Node and Dawn once into /tmp, then passes its arguments on:
# run.sh ARGS is `npm run bench:gpu -- ARGS`, run.sh suite ARGS is `npm run bench -- ARGS`, run.sh sequences ARGS `npm run check:sequences -- ARGS`,
# run.sh reproduce ARGS `npm run reproduce -- ARGS`.
# Shared libraries that the machine's Vulkan driver lacks may be in lib/ beside this script.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=${BENCH_WORK:-/tmp/bench-gpu}
mkdir -p "$work/fixtures"
if [ ! -x "$work/node" ]; then
  cp -r "$here/node_modules" "$work/"
  xz -dc "$here/node_modules/webgpu/dist/linux-x64/dawn.node.xz" > "$work/node_modules/webgpu/dist/linux-x64/dawn.node"
  xz -dc "$here/node-$(cat "$here/node-version").xz" > "$work/node.part"
  chmod +x "$work/node.part"
  mv "$work/node.part" "$work/node"
fi
cp "$here"/js/*.mjs "$work/"
if [ -f "$here/peers.tar.xz" ] && [ ! -d "$work/peers" ]; then
  xz -dc "$here/peers.tar.xz" | tar -x -C "$work"
fi
if [ -d "$here/lib" ]; then
  LD_LIBRARY_PATH="$here/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
  export LD_LIBRARY_PATH
fi
case "${1:-}" in
  suite | sequences | reproduce)
    program=$1
    shift
    if [ "$program" = sequences ]; then cp -r "$here/sequences/." "$work/fixtures/"; fi
    exec "$work/node" --max-old-space-size=16000 "$work/$program.mjs" "$@"
    ;;
esac
text=$here/node_modules/typescript/lib/lib.dom.d.ts
exec "$work/node" --max-old-space-size=16000 "$work/gpu.mjs" --fixtures "$here/fixtures" --text "$text" "$@"
