package dev.retort.bench.training;

import ai.djl.Device;
import ai.djl.engine.Engine;

import dev.retort.bench.Workload;
import dev.retort.bench.report.Machine;
import dev.retort.bench.training.TrainingReport.Case;
import dev.retort.bench.training.TrainingReport.Hardware;
import dev.retort.bench.training.TrainingReport.Library;
import dev.retort.bench.training.TrainingReport.Python;
import dev.retort.bench.training.TrainingReport.Way;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.device.CpuDevice;
import dev.retort.device.gpu.Devices;
import dev.retort.examples.EngineChoice;
import dev.retort.torch.TorchEngine;
import dev.retort.torch.abi.Libtorch;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Measures all ways in turns, or says why there is nothing to measure. */
final class TrainingBench {
    private static final String PYTORCH = "PyTorch";

    private final Plan plan;
    private final @Nullable PyTorchPeer peer;
    private final Consumer<String> progress;
    private final Map<Measured, List<Double>> medians = new HashMap<>();
    private final Set<Measured> givenUp = new HashSet<>();
    private final List<String> absent = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private @Nullable Python python;

    /** A way to train a workload; of Python also all of its ways. */
    private record Measured(Workload workload, String way) {
        @Override
        public String toString() {
            return workload + ", " + way;
        }
    }

    /**
     * @param plan what is measured
     * @param peer the other side; null to leave it out
     * @param progress takes a line for each step
     */
    TrainingBench(Plan plan, @Nullable PyTorchPeer peer, Consumer<String> progress) {
        this.plan = plan;
        this.peer = peer;
        this.progress = progress;
    }

    /** Measures; to be called once, before DJL is used. */
    TrainingReport run() throws InterruptedException {
        EngineChoice.RETORT.select(plan.threads());
        progress.accept("libtorch of the engine " + EngineChoice.RETORT);
        return switch (TorchEngine.libtorch()) {
            case Unavailable<Libtorch>(List<String> reasons) -> {
                reasons.forEach(reason -> absent.add("no libtorch: " + reason));
                describePeer(true);
                yield report(null, null);
            }
            case Available<Libtorch>(Libtorch libtorch) -> {
                Hardware hardware = hardware();
                describePeer(false);
                for (int round = 1; round <= plan.rounds(); round++) {
                    for (Workload workload : plan.cases()) {
                        measure(workload, round, hardware.device());
                    }
                }
                yield report(library(libtorch), hardware);
            }
        };
    }

    private static Library library(Libtorch libtorch) {
        return new Library(
                libtorch.version().toString(),
                libtorch.location().folder().toString(),
                libtorch.location().origin().label(),
                libtorch.location().blas().label(),
                libtorch.cuda());
    }

    /** The device that the engine takes where none is named. */
    private static Hardware hardware() {
        Device device = Engine.getEngine(TorchEngine.NAME).defaultDevice();
        if (!device.isGpu()) {
            return new Hardware("cpu", CpuDevice.host().name());
        }
        String name =
                Devices.probe().optional().stream()
                        .flatMap(devices -> devices.all().stream())
                        .skip(device.getDeviceId())
                        .map(dev.retort.device.gpu.Device::name)
                        .findFirst()
                        .orElse("unknown");
        return new Hardware("cuda:" + device.getDeviceId(), name);
    }

    /** Finds out about Python's torch before anything waits for it. */
    private void describePeer(boolean engineLacksLibtorch) throws InterruptedException {
        if (peer == null) {
            absent.add(PYTORCH + ": left out by --python none");
            return;
        }
        progress.accept("torch of " + peer.executable());
        switch (peer.describe()) {
            case Unavailable<PeerReport>(List<String> reasons) ->
                    reasons.forEach(reason -> absent.add(PYTORCH + ": " + reason));
            case Available<PeerReport>(PeerReport found) -> {
                python = python(peer, found, null);
                if (engineLacksLibtorch) {
                    absent.add(
                            "%s has %s: with RETORT_LIBTORCH=%s the engine uses it"
                                    .formatted(peer.executable(), found.torch(), found.library()));
                }
            }
        }
    }

    private static Python python(PyTorchPeer peer, PeerReport report, @Nullable String device) {
        return new Python(peer.executable(), report.python(), report.torch(), device);
    }

    private void measure(Workload workload, int round, String device) throws InterruptedException {
        for (RetortWay way : RetortWay.values()) {
            Measured measured = new Measured(workload, way.label());
            if (!givenUp.contains(measured)) {
                announce(measured, round);
                measure(measured, way);
            }
        }
        Measured measured = new Measured(workload, PYTORCH);
        if (peer != null && python != null && !givenUp.contains(measured)) {
            announce(measured, round);
            measure(measured, peer, device, round);
        }
    }

    private void announce(Measured measured, int round) {
        progress.accept("round %d of %d: %s".formatted(round, plan.rounds(), measured));
    }

    /** What keeps one way from being measured keeps no other from it. */
    private void measure(Measured measured, RetortWay way) {
        try (WorkloadStep step = way.step(measured.workload())) {
            add(measured, StepClock.microseconds(step, plan.measurement()));
        } catch (RuntimeException e) {
            givenUp.add(measured);
            failed.add(measured + ": " + e);
        }
    }

    private void measure(Measured measured, PyTorchPeer asked, String device, int round)
            throws InterruptedException {
        Workload workload = measured.workload();
        switch (asked.measure(workload, plan, device)) {
            case Unavailable<PeerReport>(List<String> reasons) -> {
                givenUp.add(measured);
                reasons.forEach(
                        reason ->
                                absent.add(
                                        "%s, from round %d on: %s"
                                                .formatted(measured, round, reason)));
            }
            case Available<PeerReport>(PeerReport found) -> {
                python = python(asked, found, found.device());
                for (String way : PyTorchPeer.ways(workload)) {
                    PeerReport.Result result = found.results().get(workload + " " + way);
                    if (result != null) {
                        add(new Measured(workload, label(way)), result.medianMicroseconds());
                    }
                }
            }
        }
    }

    private static String label(String way) {
        return PYTORCH + " " + way;
    }

    private void add(Measured measured, double microseconds) {
        medians.computeIfAbsent(measured, _ -> new ArrayList<>()).add(microseconds);
    }

    private TrainingReport report(@Nullable Library library, @Nullable Hardware hardware) {
        return new TrainingReport(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Machine.host(),
                library,
                hardware,
                plan.threads(),
                plan.rounds(),
                plan.measurement().toNanos() * 1e-9,
                python,
                plan.cases().stream().map(this::result).toList(),
                List.copyOf(absent),
                List.copyOf(failed));
    }

    private Case result(Workload workload) {
        List<Way> ways = new ArrayList<>();
        for (RetortWay way : RetortWay.values()) {
            ways.add(way(workload, way.label(), false));
        }
        for (String way : PyTorchPeer.ways(workload)) {
            ways.add(way(workload, label(way), true));
        }
        return new Case(workload.name(), ways);
    }

    private Way way(Workload workload, String label, boolean ofPython) {
        List<Double> found = medians.getOrDefault(new Measured(workload, label), List.of());
        return Way.of(label, ofPython, found);
    }
}
