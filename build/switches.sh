#!/usr/bin/env bash
# Says which parts that need further packages are built in: prints -p:Akka=true and -p:Torch=true, or one of them, or nothing.
# Each is tried once, by restoring its packages, and the answer is remembered until a version or a source of packages changes. To have it
# tried again, remove the file that the last line names. Akka or Torch in the environment, true or false, decides without a trial.
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)"
memory="$root/src/Host/bin/actorfed.switches" # one line per switch: its name, what the answer holds for, the answer
patience=20 # seconds that sources of packages may take to say that they have one
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
export NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT="${NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT:-1}"

version() {
  sed -n "s:.*<$1>\(.*\)</$1>.*:\1:p" "$root/Directory.Packages.props" | head -n 1
}

# The packages that tell whether a switch can be had: small ones, since the large ones come from the same place.
packages() {
  case "$1" in
    Akka) printf '%s\n' "Akka.Cluster.Sharding $(version AkkaVersion)" "Akka.TestKit.Xunit2 $(version AkkaVersion)" "Hyperion $(version HyperionVersion)" ;;
    Torch) printf '%s\n' "TorchSharp $(version TorchSharpVersion)" ;;
  esac
}

project() {
  case "$1" in
    Akka) echo src/Cluster.Akka ;;
    Torch) echo src/Problems.Torch ;;
  esac
}

# What an answer holds for: versions and sources.
circumstances() {
  {
    grep -E '<[A-Za-z]+Version[ >]' "$root/Directory.Packages.props"
    echo "${RestoreAdditionalProjectSources:-} ${RestoreSources:-}"
    cat "$root/"[Nn]u[Gg]et.[Cc]onfig "$HOME/.nuget/NuGet/NuGet.Config" 2>/dev/null || true
  } | cksum | cut -d ' ' -f 1
}

within_patience() {
  if command -v timeout >/dev/null 2>&1; then
    timeout "$patience" "$@"
  else
    "$@"
  fi
}

restores() {
  local probe="$root/src/Host/bin/probe-$1-$$"
  mkdir -p "$probe"
  {
    echo '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><ManagePackageVersionsCentrally>false</ManagePackageVersionsCentrally>'
    echo '<TreatWarningsAsErrors>false</TreatWarningsAsErrors></PropertyGroup><ItemGroup>'
    packages "$1" | while read -r name number; do
      echo "<PackageReference Include=\"$name\" Version=\"[$number]\" />"
    done
    echo '</ItemGroup></Project>'
  } >"$probe/probe.csproj"
  local answer=no
  if within_patience dotnet restore "$probe/probe.csproj" -v quiet </dev/null >/dev/null 2>&1; then
    answer=yes
  fi
  rm -rf "$probe"
  # All of them, such as libtorch, which is large, only where the small ones are at hand: without haste, since the build needs them anyway.
  if [ "$answer" = yes ]; then
    dotnet restore "$root/$(project "$1")" "-p:$1=true" -v quiet </dev/null >/dev/null 2>&1 || answer=no
  fi
  echo "$1 $circumstances $answer"
}

mkdir -p "$(dirname "$memory")"
touch "$memory"
circumstances="$(circumstances)"
trials="$(mktemp -d)"
trap 'rm -rf "$trials"' EXIT
for switch in Akka Torch; do
  if [ -z "${!switch:-}" ] && ! grep -q "^$switch $circumstances " "$memory"; then
    restores "$switch" >"$trials/$switch" & # both at once
  fi
done
wait
for trial in "$trials"/*; do
  [ -f "$trial" ] || continue
  { grep -v "^$(basename "$trial") " "$memory" || true; cat "$trial"; } >"$trials.memory"
  mv "$trials.memory" "$memory"
done

switches=() absent=()
for switch in Akka Torch; do
  name="$([ "$switch" = Akka ] && echo "Akka.NET" || echo "TorchSharp")"
  case "${!switch:-}" in
    [Tt]rue) switches+=("-p:$switch=true") ;;
    "") if grep -q "^$switch $circumstances yes$" "$memory"; then switches+=("-p:$switch=true"); else absent+=("$name"); fi ;;
    [Ff]alse) ;;
    *)
      echo "$switch is '${!switch}' in the environment; it must be true or false, or not set." >&2
      exit 2
      ;;
  esac
done
if [ "${#absent[@]}" -gt 0 ]; then
  words="${absent[*]}"
  echo "Built without ${words// / and }: packages do not restore here (tried once; to try again: rm $memory)." >&2
fi
echo "${switches[*]}"
