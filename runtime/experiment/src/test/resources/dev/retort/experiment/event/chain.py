#!/usr/bin/env python3
"""Writes chain.txt: the events of EventSamples as canonical JSON, and their chain of SHA-256."""
import hashlib
import json


class Typed(dict):
    """An object of one of several types, which its first property names."""


def ordered(value):
    if isinstance(value, list):
        return [ordered(item) for item in value]
    if isinstance(value, dict):
        keys = list(value)
        first = keys[:1] if isinstance(value, Typed) else []
        return {key: ordered(value[key]) for key in first + sorted(set(keys) - set(first))}
    return value


def canonical(value):
    return json.dumps(ordered(value), separators=(",", ":"), ensure_ascii=False)


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
trial = "s/trial-0/1"
base = {"name": "trial", "task": "no.Task", "config": {}, "code": "code-1", "data": "data-1"}
settings = {"rate": 0.25, "width": 3, "kind": "y"}
trial_arm = {**base, "name": "trial-0", "config": settings}
search = {
    "id": "s", "team": "vision", "user": "ada", "design": "PAIRED", "arms": [], "seeds": [1],
    "priority": 0, "resources": {"cores": 1, "devices": 0}, "reuse": True, "budget": {},
    "environment": {}, "tags": {}, "search": {
        "metric": "loss", "direction": "LOWER_IS_BETTER", "seed": 7, "trials": 4, "parallel": 2,
        "proposer": Typed({"kind": "RANDOM"}), "base": base,
        "stopping": Typed({
            "rule": "ASHA_PROMOTION", "rungs": {"least": 2, "most": 16, "factor": 4}}),
        "space": {"dimensions": [
            {"parameter": Typed({
                "kind": "CONTINUOUS", "name": "rate", "low": 0.001, "high": 1.0, "scale": "LOG"})},
            {"parameter": Typed({
                "kind": "WHOLE", "name": "width", "low": 1, "high": 8, "scale": "LINEAR"})},
            {"parameter": Typed({
                "kind": "CATEGORICAL", "name": "kind", "choices": ["x", "y"]})}]}}}
trial_key = sha256(canonical({
    "task": "no.Task", "code": "code-1", "data": "data-1", "config": settings, "seed": 1,
    "environment": {}}))
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
    ("ExperimentSubmitted", {"experiment": search}),
    ("TrialDecided", {"experiment": "s", "policy": "asha-promotion/1", "after": 0, "working": [],
                      "decision": {
        "action": "START", "trial": 0, "epochs": 2, "reports": 0, "reason": "it starts"}}),
    ("TrialProposed", {"experiment": "s", "trial": 0, "arm": trial_arm, "seen": 0}),
    ("RunPlanned", {"run": {
        "id": trial, "experiment": "s", "arm": "trial-0", "seed": 1, "contentKey": trial_key}}),
    ("RunQueued", {"run": trial, "notBeforeMillis": 0, "reason": "proposed"}),
    ("RunAdmitted", {
        "run": trial, "attempt": 1, "scheduler": "s", "host": "host", "devices": []}),
    ("RunReported", {"run": trial, "token": 25, "epochs": 2, "value": 0.5}),
    ("DecisionAdvised", {"decision": {
        "kind": "PRUNE", "run": trial, "reason": "hopeless", "policy": "asha/1", "inputs": "ef"}}),
    ("StopRequested", {"run": trial, "kind": "PRUNE", "reason": "hopeless"}),
    ("AttemptEnded", {
        "run": trial, "token": 25, "cause": "STOPPED", "detail": "asked to",
        "elapsedMillis": 900}),
    ("RunEnded", {"run": trial, "state": "PRUNED", "reason": "hopeless", "values": {}}),
    ("RunReopened", {"run": trial, "reason": "once more"}),
    ("SearchClosed", {"experiment": "s", "reason": "enough"}),
    ("RunAdmitted", {
        "run": trial, "attempt": 2, "scheduler": "s", "host": "host", "devices": [1]}),
    ("AttemptStarted", {"run": trial, "token": 33, "pid": 4712, "process": "4712@99"}),
    ("AttemptMeasured", {
        "run": trial, "token": 33, "peakBytes": 4000, "alonePace": 2.5, "whole": False}),
    ("PackingWeighed", {"weighing": {
        "question": "OUT_OF_MEMORY", "device": 1, "memoryBytes": 8000, "members": [
            {"run": run, "work": "e/a", "peakBytes": 3000, "sharedPace": 1.5, "apart": False},
            {"run": trial, "work": "s/trial-0", "peakBytes": 4000, "alonePace": 2.5,
             "apart": False}]}}),
    ("AttemptEnded", {
        "run": trial, "token": 33, "cause": "OUT_OF_MEMORY", "detail": "no room",
        "elapsedMillis": 800, "chargedMillis": 400}),
    ("RunQueued", {"run": trial, "notBeforeMillis": 0, "reason": "alone"}),
    ("RunAdmitted", {
        "run": trial, "attempt": 3, "scheduler": "s", "host": "host", "devices": [1],
        "again": False}),
    ("AttemptStarted", {"run": trial, "token": 39, "pid": 4713, "process": "4713@99"}),
    ("AttemptStepped", {"run": trial, "token": 39}),
    ("PackingWeighed", {"weighing": {
        "question": "JOIN", "device": 1, "memoryBytes": 8000, "after": 41, "members": [
            {"run": run, "work": "e/a", "peakBytes": 3000, "apart": False},
            {"run": trial, "work": "s/trial-0", "peakBytes": 4000, "alonePace": 2.5,
             "apart": True}]}}),
    ("StopRequested", {"run": trial, "kind": "DIVERGE", "reason": "NaN"}),
    ("AttemptEnded", {
        "run": trial, "token": 39, "cause": "NOT_A_NUMBER", "detail": "NaN",
        "elapsedMillis": 700}),
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
