#!/usr/bin/env bash
# Builds everything and runs all tests. Arguments go to 'dotnet test', for example: ./test.sh --filter Downloader
# The last line is 'N passed, N failed[, N skipped]'; the exit code is 0 only when tests ran and none failed.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")" || exit 1
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# What the tests need beside the SDK: a file that is there when the package is (programs also anywhere on the path), and the Debian package.
# The tests start the services themselves, on free ports of loopback, and end them. Without one its tests are skipped or fail.
needs=(
  "/usr/lib/postgresql/*/bin/initdb postgresql"
  "/usr/lib/rabbitmq/bin/rabbitmq-server rabbitmq-server"
  "/usr/lib/*/faketime/libfaketime.so.1 faketime"
  "/usr/bin/protoc protobuf-compiler"
  "/usr/lib/python3/dist-packages/pika/__init__.py python3-pika"
  "/usr/lib/python3/dist-packages/google/protobuf/__init__.py python3-protobuf"
  "/usr/lib/python3/dist-packages/numpy/__init__.py python3-numpy"
  "/usr/bin/kubectl kubernetes-client"
)

install_packages() {
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

install_needs() {
  local need missing=()
  for need in "${needs[@]}"; do
    compgen -G "${need% *}" >/dev/null || command -v "$(basename "${need% *}")" >/dev/null 2>&1 || missing+=("${need#* }")
  done
  [ "${#missing[@]}" -gt 0 ] || return 0
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing what the tests need: ${missing[*]}"
    # A server that the package would start for the whole machine is not wanted.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
      mkdir -p /etc/postgresql-common && echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf
    fi
    install_packages "${missing[@]}" || { apt-get update -q >/dev/null && install_packages "${missing[@]}"; } \
      || echo "They could not be installed; the tests that need them are skipped or fail."
  else
    echo "Missing: ${missing[*]}. The tests that need them are skipped or fail; as root on Debian: apt-get install ${missing[*]}"
  fi
}

install_needs

results="TestResults/all"
rm -rf "$results"
passed=0 failed=0 skipped=0 broken=0

finish() {
  local line="$passed passed, $failed failed"
  [ "$skipped" -eq 0 ] || line="$line, $skipped skipped"
  echo "$line"
  [ "$broken" -eq 0 ] && [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

if ! command -v dotnet >/dev/null 2>&1; then
  echo "'dotnet' was not found: install the .NET SDK named in global.json."
  broken=1
  finish
fi

if ! switches="$(build/switches.sh)" || ! dotnet build ActorFed.sln -c Release -v quiet $switches; then
  echo "The build failed, so no test ran."
  broken=1
  finish
fi

# Reads one number from the counters of a result file.
counter() {
  sed -n "s/.*<Counters[^>]* $2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1
}

# Whether a project is empty because the switch that it is for is off.
is_switched_off() {
  local switch
  switch="$(sed -n 's:.*<IsTestProject>$(\([A-Za-z]*\))<.*:\1:p' "$1")"
  [ -n "$switch" ] && [[ " $switches " != *" -p:$switch=true "* ]]
}

for project in tests/*/*.csproj; do
  is_switched_off "$project" && continue
  name="$(basename "$project" .csproj)"
  trx="$results/$name.trx"
  dotnet test "$project" -c Release --no-build --nologo -v quiet $switches --results-directory "$results" \
    --logger "trx;LogFileName=$name.trx" --logger "console;verbosity=minimal" \
    --blame-hang-timeout 5min --blame-hang-dump-type none "$@"
  code=$?
  total="$(counter "$trx" total 2>/dev/null)"
  ok="$(counter "$trx" passed 2>/dev/null)"
  bad="$(counter "$trx" failed 2>/dev/null)"
  passed=$((passed + ${ok:-0}))
  failed=$((failed + ${bad:-0}))
  skipped=$((skipped + ${total:-0} - ${ok:-0} - ${bad:-0}))
  if [ "$code" -ne 0 ] && [ "${bad:-0}" -eq 0 ]; then
    echo "$name ended with code $code though no test failed: it crashed, hung, or could not start."
    broken=1
  elif [ "${total:-0}" -eq 0 ] && [ $# -eq 0 ]; then
    echo "$name ran no test."
    broken=1
  fi
done

finish
