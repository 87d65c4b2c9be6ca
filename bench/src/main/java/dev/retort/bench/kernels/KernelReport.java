package dev.retort.bench.kernels;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.retort.bench.kernels.KernelCase.Check;
import dev.retort.bench.report.Machine;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The result of a run, as it goes into the JSON. What was not measured is null, and {@code absent}
 * says why.
 *
 * @param time when, ISO 8601
 * @param machine the host
 * @param device the GPU; null without one
 * @param hostCalls what a downcall costs on the host
 * @param ceilings what the device reaches; null when nothing was timed
 * @param launchOverhead of a graph and of single launches; null when nothing was timed
 * @param kernels the kernels
 * @param absent why something is missing, a sentence each
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record KernelReport(
        String time,
        Machine machine,
        @Nullable Gpu device,
        HostCalls hostCalls,
        @Nullable MeasuredCeilings ceilings,
        @Nullable LaunchOverhead launchOverhead,
        List<Result> kernels,
        List<String> absent) {

    /** Whether every kernel agreed with its reference. */
    public boolean passed() {
        return kernels.stream().allMatch(Result::passed);
    }

    /**
     * A GPU.
     *
     * @param name the product, with "simulated" for the stand-in
     * @param uuid its UUID
     * @param computeCapability for example 9.0
     * @param driver the newest CUDA version of the driver
     * @param multiprocessors how many
     * @param l2Bytes size of the L2 cache
     * @param memoryBytes size of its memory
     * @param simulated whether it is the stand-in of the tests, on which nothing is timed
     */
    public record Gpu(
            String name,
            String uuid,
            String computeCapability,
            String driver,
            int multiprocessors,
            int l2Bytes,
            long memoryBytes,
            boolean simulated) {}

    /**
     * What the device reaches.
     *
     * @param copyBytesPerSecond read and written by the driver's copy within device memory
     * @param matrixOperationsPerSecond of a bf16 product of cuBLASLt; null when it is not there
     */
    public record MeasuredCeilings(
            double copyBytesPerSecond, @Nullable Double matrixOperationsPerSecond) {}

    /**
     * A kernel on one shape.
     *
     * @param name of the kernel
     * @param shape its inputs
     * @param bytes the fewest that must move
     * @param operations floating-point operations
     * @param difference from the float64 reference, relative; null for NaN, which fails
     * @param tolerance what it may be
     * @param compared results that were compared
     * @param passed whether it agrees
     * @param timing on the device; null when nothing was timed
     */
    public record Result(
            String name,
            String shape,
            long bytes,
            long operations,
            @Nullable Double difference,
            double tolerance,
            long compared,
            boolean passed,
            @Nullable Timed timing) {

        static Result of(KernelCase kernel, Check check, @Nullable Timed timing) {
            return new Result(
                    kernel.name(),
                    kernel.shape(),
                    kernel.bytes(),
                    kernel.operations(),
                    Double.isNaN(check.difference()) ? null : check.difference(),
                    check.tolerance(),
                    check.compared(),
                    check.passed(),
                    timing);
        }
    }

    /**
     * A timed kernel.
     *
     * @param microseconds median of the replays
     * @param lowestMicroseconds fastest replay
     * @param highestMicroseconds slowest replay
     * @param launches launches of a replay
     * @param replays how many
     * @param sets sets of inputs that were rotated
     * @param bytesPerSecond the fewest bytes over the median
     * @param shareOfCopy of the measured copy
     * @param operationsPerSecond over the median
     * @param shareOfMatrix of the measured matrix product; null when that was not measured
     */
    public record Timed(
            double microseconds,
            double lowestMicroseconds,
            double highestMicroseconds,
            int launches,
            int replays,
            int sets,
            double bytesPerSecond,
            double shareOfCopy,
            double operationsPerSecond,
            @Nullable Double shareOfMatrix) {}
}
