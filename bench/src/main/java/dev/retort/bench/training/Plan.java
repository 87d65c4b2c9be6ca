package dev.retort.bench.training;

import dev.retort.bench.Workload;

import java.time.Duration;
import java.util.List;

/**
 * What is measured.
 *
 * @param cases what is trained, each once
 * @param rounds how often every way is measured, at least 1
 * @param measurement how long
 * @param threads of an operation on the CPU
 */
record Plan(List<Workload> cases, int rounds, Duration measurement, int threads) {}
