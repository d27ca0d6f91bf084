#!/bin/sh
# Takes the two packages of sources.json by npm, without what they depend on, and checks their pinned hashes.
set -eu
cd "$(dirname "$0")"
npm ci --silent --ignore-scripts
for one in utrecht voorbeeld; do
  pinned=$(node -p "const s = require('./sources.json').$one; s.name + '@' + s.version")
  wanted=$(node -p "require('./sources.json').$one.integrity")
  rm -rf "node_modules/.sources/$one" && mkdir -p "node_modules/.sources/$one"
  file="node_modules/.sources/$one/$(npm pack --silent --pack-destination "node_modules/.sources/$one" "$pinned")"
  found="sha512-$(openssl dgst -sha512 -binary "$file" | openssl base64 -A)"
  [ "$found" = "$wanted" ] || { echo "$pinned is not the package that was chosen" >&2; exit 1; }
  tar -xzf "$file" -C "node_modules/.sources/$one"
done
node purge.mjs
