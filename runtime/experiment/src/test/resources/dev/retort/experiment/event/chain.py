#!/usr/bin/env python3
"""Writes chain.txt: the events of EventSamples as canonical JSON, and their chain of SHA-256."""
import hashlib
import json


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


hypothesis = {
    "id": "h", "team": "vision", "statement": "A higher temperature helps.", "metric": "accuracy",
    "direction": "HIGHER_IS_BETTER", "smallestEffect": 0.01, "alpha": 0.05, "budget": {}}
arm = {"name": "a", "task": "no.Task", "config": {"of": "e"}, "code": "code-1", "data": "data-1"}
experiment = {
    "id": "e", "hypothesis": "h", "team": "vision", "user": "ada", "design": "PAIRED", "arms": [arm],
    "seeds": [1], "priority": 0, "resources": {"cores": 1, "devices": 0}, "reuse": True, "budget": {},
    "environment": {}, "tags": {}}
key = sha256(canonical({
    "task": "no.Task", "code": "code-1", "data": "data-1", "config": {"of": "e"}, "seed": 1,
    "environment": {}}))
run = "e/a/1"
events = [
    ("HypothesisRegistered", {"hypothesis": hypothesis, "hash": sha256(canonical(hypothesis))}),
    ("ExperimentSubmitted", {"experiment": experiment}),
    ("RunPlanned", {"run": {
        "id": run, "experiment": "e", "arm": "a", "seed": 1, "contentKey": key}}),
    ("RunQueued", {"run": run, "notBeforeMillis": 0, "reason": "submitted"}),
    ("RunPaused", {"run": run, "reason": "later"}),
    ("RunQueued", {"run": run, "notBeforeMillis": 0, "reason": "resumed"}),
    ("RunAdmitted", {
        "run": run, "attempt": 1, "scheduler": "s", "host": "host", "devices": [0, 3]}),
    ("AttemptStarted", {"run": run, "token": 7, "pid": 4711}),
    ("CheckpointCommitted", {"run": run, "token": 7, "checkpoint": {
        "step": 10, "path": "runs/c", "sha256": "ab", "bytes": 5}}),
    ("StopRequested", {"run": run, "kind": "PREEMPT", "reason": "room for another"}),
    ("MetricsSealed", {
        "run": run, "token": 7, "path": "runs/m", "sha256": "cd", "points": 100, "dropped": 2}),
    ("AttemptEnded", {
        "run": run, "token": 7, "cause": "STOPPED", "detail": "asked to", "elapsedMillis": 1500}),
    ("DecisionMade", {"decision": {
        "kind": "RETRY", "run": run, "reason": "again", "policy": "retry/1", "inputs": "ef"}}),
    ("RunQueued", {"run": run, "notBeforeMillis": 0, "reason": "preempted"}),
    ("RunAdmitted", {
        "run": run, "attempt": 2, "scheduler": "s", "host": "host", "devices": []}),
    ("AttemptStarted", {"run": run, "token": 15}),
    ("AttemptEnded", {
        "run": run, "token": 15, "cause": "COMPLETED", "detail": "it completed",
        "elapsedMillis": 2500}),
    ("RunEnded", {
        "run": run, "state": "SUCCEEDED", "reason": "done", "values": {"accuracy": 0.1}}),
    ("VerdictReached", {"verdict": {
        "hypothesis": "h", "outcome": "CONFIRMED", "effect": 0.02, "low": 0.01, "high": 0.03,
        "analysis": "test/1", "runs": [run], "summary": "Yes."}}),
]
previous = "0" * 64
with open("chain.txt", "w", encoding="utf-8") as out:
    for seq, (kind, payload) in enumerate(events, 1):
        text = canonical(payload)
        fields = [
            previous, str(seq), str(seq), str(1000 + seq), str(seq * 7), "ada ö",
            "key" if seq == 2 else "", kind, text]
        previous = sha256("".join(f"{len(field)}:{field}" for field in fields))
        out.write(f"{kind}\t{text}\t{previous}\n")
