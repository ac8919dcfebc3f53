#!/usr/bin/env bash
# Builds malle and runs its main job on the bundled sample downloads, from empty archive to search hit. Everything it
# makes lies in a temporary folder that is removed at the end. All people in the samples are invented.
#
#   bash docs/demo.sh        in French
#   bash docs/demo.sh en     in English
set -euo pipefail
cd "$(dirname "$0")/.."
language=${1:-fr}

if ! command -v cc >/dev/null; then
  echo "docs/demo.sh: installing build-essential, the C compiler that the compression libraries need"
  as_root=()
  [ "$(id -u)" -eq 0 ] || as_root=(sudo)
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends build-essential
fi

cargo build --release --locked

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
malle=$PWD/${CARGO_TARGET_DIR:-target}/release/malle
case ${CARGO_TARGET_DIR:-} in /*) malle=$CARGO_TARGET_DIR/release/malle ;; esac
export MALLE_LANG=$language MALLE_ARCHIVE=$folder/archive MALLE_PASSWORD_FILE=$folder/phrase MALLE_TZ=Africa/Dakar
printf 'tambour lagune mangue cadran violet sentier\n' >"$folder/phrase"

# Shows a command as a person would type it, then runs it. 3 means "done, with items left out": the samples hold some.
run() {
  printf '\n$ malle %s\n' "$*"
  "$malle" "$@" || [ $? -eq 3 ]
}

run init --recovery-kit "$folder/recovery.html"
run import fixtures/facebook/json-2025_two-folders/bundle fixtures/messenger/e2ee_two-threads/bundle \
  fixtures/instagram/json-2024_two-parts/bundle fixtures/whatsapp/android_fr-direct/bundle \
  --me "Atelier Awa" --timezone Africa/Dakar
run status
run search robes bleues

found=$("$malle" search robe bleue --ids -m 1)
[ -n "$found" ] || { echo "docs/demo.sh: nothing was found" >&2; exit 1; }
run show "$found" -C 2

printf '\n$ ls %s\n' "$MALLE_ARCHIVE"
ls "$MALLE_ARCHIVE"
if grep -rqi 'fatou' "$MALLE_ARCHIVE"; then
  echo "docs/demo.sh: a name is readable in the archive" >&2
  exit 1
fi
case $language in
  en) echo "Nothing in these files can be read without the passphrase." ;;
  *) echo "Rien dans ces fichiers n'est lisible sans la phrase secrète." ;;
esac
