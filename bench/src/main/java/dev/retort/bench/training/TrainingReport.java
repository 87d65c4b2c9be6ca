package dev.retort.bench.training;

import com.fasterxml.jackson.annotation.JsonInclude;

import dev.retort.bench.report.Machine;

import org.jspecify.annotations.Nullable;

import java.util.List;

/**
 * The result of a run, as it goes into the JSON. What was not measured is null or an empty list,
 * and {@code absent} or {@code failed} says why.
 *
 * @param time when, ISO 8601
 * @param machine the host
 * @param libtorch what Retort's engine runs on; null without one
 * @param device where both sides train; null without libtorch
 * @param threads of an operation on the CPU
 * @param rounds how often every way is measured
 * @param seconds of a measurement
 * @param python the other side; null where there is none
 * @param cases what is trained
 * @param absent why something is missing, a sentence each
 * @param failed what went wrong on Retort's side, a sentence each
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
record TrainingReport(
        String time,
        Machine machine,
        @Nullable Library libtorch,
        @Nullable Hardware device,
        int threads,
        int rounds,
        double seconds,
        @Nullable Python python,
        List<Case> cases,
        List<String> absent,
        List<String> failed) {

    /**
     * A libtorch.
     *
     * @param version its version
     * @param folder where it lies
     * @param origin how it was found
     * @param blas what it computes with on the CPU
     * @param cuda whether its CUDA part is loaded
     */
    record Library(String version, String folder, String origin, String blas, boolean cuda) {}

    /**
     * A device.
     *
     * @param device as PyTorch calls it, {@code cpu} or {@code cuda:0}
     * @param name the product
     */
    record Hardware(String device, String name) {}

    /**
     * A Python with torch.
     *
     * @param executable what was run
     * @param version of Python
     * @param torch of its torch
     * @param device as its torch calls the device; null before it was measured
     */
    record Python(String executable, String version, String torch, @Nullable String device) {}

    /**
     * A workload.
     *
     * @param name of it
     * @param ways how it is trained
     */
    record Case(String name, List<Way> ways) {}

    /**
     * A way to train a workload.
     *
     * @param name of it
     * @param python whether it is PyTorch's
     * @param microseconds of a step, the median of the rounds' medians; null where there are none
     * @param lowestMicroseconds of the rounds' medians
     * @param highestMicroseconds of the rounds' medians
     * @param roundsMicroseconds the median of each round that was measured
     */
    record Way(
            String name,
            boolean python,
            @Nullable Double microseconds,
            @Nullable Double lowestMicroseconds,
            @Nullable Double highestMicroseconds,
            List<Double> roundsMicroseconds) {

        static Way of(String name, boolean python, List<Double> rounds) {
            double[] sorted = rounds.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            return sorted.length == 0
                    ? new Way(name, python, null, null, null, List.of())
                    : new Way(
                            name,
                            python,
                            StepClock.median(sorted),
                            sorted[0],
                            sorted[sorted.length - 1],
                            List.copyOf(rounds));
        }
    }
}
