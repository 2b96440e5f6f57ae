"""Answers what the oracle of examples/python-worker computes: oracle.py SHARD.csv SETTINGS.json QUERY.json, one JSON object out."""

import json
import sys

import numpy as np

import cleaning
import worker

shard, settings, query = sys.argv[1:]
oracle = cleaning.HyperCleaning(*cleaning.read_shard(shard), worker.section(worker.read_settings(settings), "hyper-cleaning", cleaning.Options))
with open(query, encoding="utf-8") as file:
    given = {name: np.array(values) for name, values in json.load(file).items()}
upper, lower, direction = given["upper"], given["lower"], given["direction"]
fault = oracle.objection_to(len(upper), len(lower))
if fault:
    raise SystemExit(fault)
upper_loss, upper_gradient = oracle.upper_loss(lower)
lower_loss, lower_gradient = oracle.lower_loss(upper, lower)
json.dump({
    "upperLoss": upper_loss,
    "upperGradient": upper_gradient.tolist(),
    "lowerLoss": lower_loss,
    "lowerGradient": lower_gradient.tolist(),
    "hessianProduct": oracle.lower_hessian_product(upper, lower, direction).tolist(),
    "crossProduct": oracle.lower_cross_product(upper, lower, direction).tolist(),
}, sys.stdout)
