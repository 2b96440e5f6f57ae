#!/usr/bin/python3
"""Serves one worker of an ADBO run on hyper-cleaning, written from docs/wire.md alone. README.md says how to use it."""

import argparse
import dataclasses
import json
import logging
import os
import re
import ssl
import sys
import urllib.parse

import protocol  # first: says what is missing and how to get it
import adbo
import cleaning
from frames import MIN_CHUNK_BYTES, Limits
from mailboxes import Address, Queues, Refused
from participant import Participant, log
from star import StarWorker

BAD_INPUT = 2


def main() -> int:
    arguments = parse_arguments()
    logging.getLogger("pika").setLevel(logging.CRITICAL)  # its failures come back as exceptions, and are told once
    try:
        settings = read_settings(arguments.settings)
        train, validation = cleaning.read_shard(arguments.shard)
        oracle = cleaning.HyperCleaning(train, validation, section(settings, "hyper-cleaning", cleaning.Options))
        rule = adbo.AdboRule(section(settings, "adbo", adbo.Options), oracle)
        address = address_of(arguments)
    except (OSError, ValueError) as fault:
        log(str(fault))
        return BAD_INPUT
    queues = Queues(arguments.prefix, arguments.run, arguments.participant, arguments.mailbox_capacity)
    limits = Limits(max_chunk_bytes=arguments.max_chunk_bytes)
    log(f"{arguments.participant} of run {arguments.run}: {len(train.rows)} training and {len(validation.rows)} validation rows")
    try:
        return Participant(address, queues, StarWorker(rule), limits, arguments.node_user or address.user,
                           arguments.ask_after, arguments.max_outage).run()
    except Refused as refusal:
        log(f"{address}: {refusal}")
        return BAD_INPUT
    except KeyboardInterrupt:
        return 130  # what was not acknowledged comes again to whoever serves the worker next


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description="Serves one worker of an ADBO run on hyper-cleaning.",
        epilog="The user is ACTORFED_BROKER_USER, the password stands in ACTORFED_BROKER_PASSWORD or in the file of --password-file.")
    parser.add_argument("--broker", required=True, metavar="URL", help="amqps://host:5671/vhost, or amqp:// for a broker on loopback")
    parser.add_argument("--root-certificate", metavar="FILE", help="PEM of the authority to trust; else those that this machine trusts")
    parser.add_argument("--password-file", metavar="FILE", help="its first line is the password")
    parser.add_argument("--run", required=True, help="the run's id")
    parser.add_argument("--participant", required=True, metavar="worker-N", help="whom this program serves")
    parser.add_argument("--shard", required=True, metavar="FILE.csv", help="its rows: part, row, label, features")
    parser.add_argument("--settings", required=True, metavar="FILE.json", help="the experiment's keys that concern a worker")
    parser.add_argument("--node-user", metavar="USER", help="the broker's user of the nodes, whose frames are believed; else the worker's own")
    parser.add_argument("--prefix", default="actorfed", help="begins the names of the queues (actorfed)")
    parser.add_argument("--mailbox-capacity", type=int, default=1024, metavar="N", help="the run's limit (1024)")
    parser.add_argument("--max-chunk-bytes", type=int, default=1 << 20, metavar="N", help="the run's limit (1048576)")
    parser.add_argument("--ask-after", type=float, default=2, metavar="SECONDS", help="patience.ask-again-after of the experiment (2)")
    parser.add_argument("--max-outage", type=float, default=600, metavar="SECONDS", help="longest time without a broker (600)")
    arguments = parser.parse_args()
    if not re.fullmatch(r"worker-(0|[1-9][0-9]{0,9})", arguments.participant):
        parser.error(f"--participant is '{arguments.participant}'; it must be a worker, such as worker-3")
    if not 1 <= len(arguments.run) <= 128:
        parser.error("--run must have 1 to 128 characters")
    if arguments.max_chunk_bytes < MIN_CHUNK_BYTES or arguments.mailbox_capacity < 1:
        parser.error(f"--max-chunk-bytes must be at least {MIN_CHUNK_BYTES}, and --mailbox-capacity at least 1")
    return arguments


def address_of(arguments: argparse.Namespace) -> Address:
    url = urllib.parse.urlsplit(arguments.broker)
    if url.scheme not in ("amqp", "amqps") or not url.hostname:
        raise ValueError("--broker must be of the form amqps://host:5671/vhost.")
    if url.username is not None or url.password is not None:
        raise ValueError("--broker must not hold user or password: everybody on this machine can read a command line.")
    is_encrypted = url.scheme == "amqps"
    if not is_encrypted and url.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError(f"--broker is not encrypted, and {url.hostname} is not this machine: use amqps.")
    user = os.environ.get("ACTORFED_BROKER_USER")
    if not user:
        raise ValueError("Set ACTORFED_BROKER_USER to the user who signs in.")
    return Address(
        url.hostname, url.port or (5671 if is_encrypted else 5672), urllib.parse.unquote(url.path[1:]) or "/", user, password_of(arguments),
        ssl.create_default_context(cafile=arguments.root_certificate) if is_encrypted else None)


def password_of(arguments: argparse.Namespace) -> str:
    if arguments.password_file:
        with open(arguments.password_file, encoding="utf-8") as file:
            return file.readline().rstrip("\r\n")
    password = os.environ.get("ACTORFED_BROKER_PASSWORD")
    if password is None:
        raise ValueError("Set ACTORFED_BROKER_PASSWORD, or pass --password-file.")
    return password


def read_settings(path: str) -> dict:
    with open(path, encoding="utf-8") as file:
        try:
            settings = json.load(file)
        except json.JSONDecodeError as fault:
            raise ValueError(f"{path}: {fault}") from fault
    unknown = sorted(set(settings) - {"adbo", "hyper-cleaning"}) if isinstance(settings, dict) else ["all of it"]
    if unknown:
        raise ValueError(f"{path}: unknown: {', '.join(unknown)}; it has the sections adbo and hyper-cleaning.")
    return settings


def section(settings: dict, name: str, kind: type):
    """The options of a section: keys as in the experiment, with hyphens."""
    given = settings.get(name, {})
    fields = {field.name.replace("_", "-"): field for field in dataclasses.fields(kind)}
    unknown = sorted(set(given) - set(fields))
    missing = sorted(key for key, field in fields.items() if key not in given and field.default is dataclasses.MISSING)
    wrong = sorted(key for key, value in given.items() if key in fields and not is_of(value, fields[key].type))
    if unknown or missing or wrong:
        raise ValueError(f"settings, {name}: unknown {unknown}, missing {missing}, of the wrong kind {wrong}; known are {sorted(fields)}.")
    return kind(**{fields[key].name: value for key, value in given.items()})


def is_of(value, kind) -> bool:
    return isinstance(value, bool) if kind is bool else isinstance(value, (int, float)) and not isinstance(value, bool)


if __name__ == "__main__":
    sys.exit(main())
