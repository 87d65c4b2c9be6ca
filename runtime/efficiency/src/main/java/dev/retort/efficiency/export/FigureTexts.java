package dev.retort.efficiency.export;

import java.util.Map;

/** One line on each figure, for destinations that show help. */
final class FigureTexts {
    private static final Map<String, String> TEXTS =
            Map.ofEntries(
                    Map.entry("run.elapsed", "Wall-clock time of the ledger"),
                    Map.entry("run.time", "Wall-clock time by region and bucket of the ledger"),
                    Map.entry("run.goodput", "Share of the time in training that survived"),
                    Map.entry("run.bucket.share", "Share of a bucket in the latest window"),
                    Map.entry("run.steps", "Optimiser steps, lost ones included"),
                    Map.entry("run.items", "Items of those steps"),
                    Map.entry("run.tokens", "Tokens of those steps"),
                    Map.entry("run.steps.kept", "Steps that a checkpoint or the result holds"),
                    Map.entry("run.steps.lost", "Steps that restarts went back behind"),
                    Map.entry("run.steps.rate", "Steps per second over all time of the window"),
                    Map.entry("run.items.rate", "Items per second over all time of the window"),
                    Map.entry("run.step.time", "Time of a step"),
                    Map.entry("run.flops", "Floating-point operations that were told"),
                    Map.entry("run.mfu", "Model FLOPs utilisation"),
                    Map.entry("run.hfu", "Hardware FLOPs utilisation"),
                    Map.entry("run.jvm.time", "Time in which the JVM stopped, collected, compiled"),
                    Map.entry("run.jvm.pauses", "Stops of the JVM"),
                    Map.entry("run.jvm.pause.worst", "Longest stop of the JVM"),
                    Map.entry("run.cpu.time", "CPU time of this process during the run"),
                    Map.entry("run.cpu.utilisation", "Share of the available CPU time"),
                    Map.entry("run.memory.peak", "Largest sample of the resident memory"),
                    Map.entry("run.energy", "Energy of a device while this process ran"),
                    Map.entry("run.energy.error", "How far off the energy can be"),
                    Map.entry("run.item.energy", "Energy per item"),
                    Map.entry("run.cost", "Cost of the devices so far"),
                    Map.entry("run.cost.badput", "Part of the cost that bought no good training"),
                    Map.entry("run.item.cost", "Cost per item that survived"),
                    Map.entry("run.failures", "Failures that were noted"),
                    Map.entry("run.anomalies", "Misuses and troubles of the meter"),
                    Map.entry("run.attempts", "Processes that worked on the run"),
                    Map.entry("run.state", "1 for the state that the run is in"),
                    Map.entry("run.bottleneck", "Share of the time that bounds the run"),
                    Map.entry("meter.calls", "Calls of hooks"),
                    Map.entry("meter.time", "Estimated time in hooks"),
                    Map.entry("meter.sampler.time", "CPU time of the sampling thread"),
                    Map.entry("meter.export.time", "CPU time of the exporting threads"),
                    Map.entry("meter.export.failed", "Failures of a destination"),
                    Map.entry("meter.export.dropped", "Intervals a destination was too slow for"),
                    Map.entry("meter.export.busy", "Time a destination has been at an interval"),
                    Map.entry("meter.export.timestamp", "Unix time of these figures"));

    private FigureTexts() {}

    /** The line on a figure; of a device its name is the counter's. */
    static String of(String figure) {
        String counter = figure.substring(figure.indexOf('.') + 1).replace('.', ' ');
        return TEXTS.getOrDefault(figure, "Counter of a device: " + counter);
    }

    static boolean has(String figure) {
        return TEXTS.containsKey(figure);
    }
}
