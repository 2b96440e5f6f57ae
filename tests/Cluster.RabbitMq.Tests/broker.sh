#!/usr/bin/env bash
# A broker of one's own: broker.sh FOLDER PORT DISTRIBUTION_PORT EPMD_PORT. What FOLDER/rabbitmq.conf says holds, if it is there.
# Stops in order at the line 'stop'. Is killed when its standard input ends, which it does when whoever started it closes it or dies,
# however it dies. Its data stay in FOLDER.
set -uo pipefail
folder=$1
mkdir -p "$folder"
echo '[].' > "$folder/plugins"
export RABBITMQ_NODENAME="actorfed-$2@localhost" RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 RABBITMQ_NODE_PORT=$2 RABBITMQ_DIST_PORT=$3
export ERL_EPMD_PORT=$4 ERL_EPMD_ADDRESS=127.0.0.1 HOME="$folder"
export RABBITMQ_MNESIA_BASE="$folder/data" RABBITMQ_LOG_BASE="$folder/log" RABBITMQ_ENABLED_PLUGINS_FILE="$folder/plugins"
export RABBITMQ_CONFIG_FILE="$folder/rabbitmq" RABBITMQ_CONF_ENV_FILE="$folder/none.conf"

server=/usr/lib/rabbitmq/bin/rabbitmq-server # the script behind the packaged one, which insists on the package's own user
[ -x "$server" ] || server=$(command -v rabbitmq-server) || {
  echo "rabbitmq-server was not found: install it, on Debian with 'apt-get install rabbitmq-server'."
  exit 1
}

trap : INT TERM HUP # a signal to the whole group, such as Ctrl-C, must not leave the broker alone: the end of the input ends it
epmd -port "$4" -address 127.0.0.1 & # else the broker starts one, which stays
names=$!
setsid "$server" < /dev/null &
broker=$!
exec 3<&0 # bash takes the input away from what runs beside it
{
  trap '' INT TERM HUP
  while read -r line <&3; do [ "$line" != stop ] || kill -TERM -- "-$broker"; done
  kill -KILL -- "-$broker"
} &
watcher=$!
wait "$broker"
code=$?
while kill -0 "$broker" 2> /dev/null; do # a signal ended the waiting
  wait "$broker"
  code=$?
done
kill -KILL "$watcher" "$names" 2> /dev/null
exit "$code"
