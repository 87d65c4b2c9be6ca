package dev.retort.bench.kernels;

import dev.retort.bench.kernels.DeviceTimer.Timing;
import dev.retort.bench.kernels.KernelCase.Check;
import dev.retort.bench.kernels.KernelCase.Prepared;
import dev.retort.bench.kernels.KernelReport.Gpu;
import dev.retort.bench.kernels.KernelReport.MeasuredCeilings;
import dev.retort.bench.kernels.KernelReport.Result;
import dev.retort.bench.kernels.KernelReport.Timed;
import dev.retort.bench.report.Machine;
import dev.retort.cuda.Availability;
import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;
import dev.retort.cuda.CudaException;
import dev.retort.device.gpu.Device;
import dev.retort.device.gpu.DeviceContext;
import dev.retort.device.gpu.Devices;

import org.jspecify.annotations.Nullable;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;

/** Runs the cases on the first device, or says why there is none. */
final class KernelBench {
    /** All sets together are this many times the L2 cache, so that no set is still in it. */
    private static final int L2_FACTOR = 4;

    private final CaseList cases;
    private final long seed;
    private final Consumer<String> progress;
    private final List<String> absent = new ArrayList<>();
    private final List<Result> results = new ArrayList<>();

    /**
     * @param cases which kernels
     * @param seed of the random inputs
     * @param progress takes a line for each step
     */
    KernelBench(CaseList cases, long seed, Consumer<String> progress) {
        this.cases = cases;
        this.seed = seed;
        this.progress = progress;
    }

    KernelReport run() {
        progress.accept("calls from Java into C on this host");
        HostCalls calls = HostCalls.measure();
        return switch (Devices.probe()) {
            case Unavailable<Devices>(List<String> reasons) -> {
                reasons.forEach(reason -> absent.add("no GPU: " + reason));
                yield report(null, calls, null, null);
            }
            case Available<Devices>(Devices devices) -> onDevice(devices, calls);
        };
    }

    private KernelReport onDevice(Devices devices, HostCalls calls) {
        Device device = devices.all().getFirst();
        try (DeviceContext context = device.open();
                Lab lab = new Lab(context, seed)) {
            Gpu gpu = describe(device, devices, lab);
            if (gpu.simulated()) {
                absent.add(gpu.name() + ": nothing is timed on a simulated device");
                cases.small().forEach(kernel -> measure(lab, kernel, null));
                return report(gpu, calls, null, null);
            }
            MeasuredCeilings ceilings = ceilings(lab);
            progress.accept("launches one by one and as a graph");
            LaunchOverhead overhead = LaunchOverhead.measure(lab);
            cases.large().forEach(kernel -> measure(lab, kernel, ceilings));
            return report(gpu, calls, ceilings, overhead);
        }
    }

    private MeasuredCeilings ceilings(Lab lab) {
        progress.accept("ceilings of this device");
        double copy = Ceilings.copyBytesPerSecond(lab);
        Availability<Double> matrix = Ceilings.matrixOperationsPerSecond(lab);
        absent.addAll(matrix.absenceReasons());
        return new MeasuredCeilings(copy, matrix.optional().orElse(null));
    }

    private void measure(Lab lab, KernelCase kernel, @Nullable MeasuredCeilings ceilings) {
        progress.accept(kernel.name() + " " + kernel.shape());
        long l2 = lab.context.device().limits().l2Bytes();
        int sets =
                ceilings == null
                        ? 1
                        : (int) Math.max(1, Math.ceilDiv(L2_FACTOR * l2, kernel.setBytes()));
        long needed = sets * kernel.setBytes();
        long free = lab.context.memory().freeBytes();
        if (needed > free / 10 * 9) {
            absent.add(
                    "%s %s: %d bytes are needed and %d are free"
                            .formatted(kernel.name(), kernel.shape(), needed, free));
            return;
        }
        try (Prepared prepared = kernel.prepare().with(lab, sets)) {
            Check check = prepared.check();
            Timed timed =
                    ceilings == null
                            ? null
                            : timed(
                                    kernel,
                                    DeviceTimer.time(lab.stream, sets, prepared::launch),
                                    sets,
                                    ceilings);
            results.add(Result.of(kernel, check, timed));
        } catch (CudaException e) {
            absent.add("%s %s: %s".formatted(kernel.name(), kernel.shape(), e.getMessage()));
            throw e;
        }
    }

    static Timed timed(KernelCase kernel, Timing timing, int sets, MeasuredCeilings ceilings) {
        double seconds = timing.microseconds() * 1e-6;
        double bytesPerSecond = kernel.bytes() / seconds;
        double operationsPerSecond = kernel.operations() / seconds;
        Double matrix = ceilings.matrixOperationsPerSecond();
        return new Timed(
                timing.microseconds(),
                timing.lowest(),
                timing.highest(),
                timing.launches(),
                timing.replays(),
                sets,
                bytesPerSecond,
                bytesPerSecond / ceilings.copyBytesPerSecond(),
                operationsPerSecond,
                matrix == null ? null : operationsPerSecond / matrix);
    }

    private static Gpu describe(Device device, Devices devices, Lab lab) {
        return new Gpu(
                device.name(),
                device.identity().uuid().optional().map(UUID::toString).orElse("unknown"),
                device.computeCapability().toString(),
                devices.driver().version().toString(),
                device.limits().multiprocessors(),
                device.limits().l2Bytes(),
                device.totalMemoryBytes(),
                lab.simulated());
    }

    private KernelReport report(
            @Nullable Gpu gpu,
            HostCalls calls,
            @Nullable MeasuredCeilings ceilings,
            @Nullable LaunchOverhead overhead) {
        return new KernelReport(
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                Machine.host(),
                gpu,
                calls,
                ceilings,
                overhead,
                List.copyOf(results),
                List.copyOf(absent));
    }
}
