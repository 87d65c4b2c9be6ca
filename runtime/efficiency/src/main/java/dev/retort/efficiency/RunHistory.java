package dev.retort.efficiency;

import dev.retort.efficiency.verdict.DeviceActivity;
import dev.retort.efficiency.verdict.HostActivity;
import dev.retort.efficiency.verdict.Verdict;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How a run came to what its account says, looked at once a second, of this process. However long
 * the run, some hundred stretches are kept: of a long one they are longer. Immutable.
 *
 * @param stretches the run from its beginning to now, without gaps or overlap
 * @param verdicts what bounded the training, from when on, in order, the latest 500; empty while
 *     too few steps were done to say
 * @param uses how busy the devices were
 * @param device what the run's device did since this process began, as far as it is known
 * @param host what the processor had for the run since then
 */
public record RunHistory(
        List<Stretch> stretches,
        List<Finding> verdicts,
        List<Use> uses,
        DeviceActivity device,
        HostActivity host) {
    /** Nothing that is known. */
    public static final RunHistory NONE =
            new RunHistory(
                    List.of(), List.of(), List.of(), DeviceActivity.UNKNOWN, HostActivity.UNKNOWN);

    /** Copies the lists. */
    public RunHistory {
        stretches = List.copyOf(stretches);
        verdicts = List.copyOf(verdicts);
        uses = List.copyOf(uses);
        Objects.requireNonNull(device, "device is null");
        Objects.requireNonNull(host, "host is null");
    }

    /**
     * A part of a run.
     *
     * @param from when it began, on the time line of the ledger
     * @param window what happened in it; its training is {@link Bucket#PENDING}, whatever became of
     *     it
     */
    public record Stretch(Duration from, RunWindow window) {
        /** Checks the components. */
        public Stretch {
            Objects.requireNonNull(from, "from is null");
            Objects.requireNonNull(window, "window is null");
        }
    }

    /**
     * A verdict and how long it stood.
     *
     * @param from when it was first drawn, on the time line of the ledger
     * @param verdict with the figures of the window that confirmed it last
     */
    public record Finding(Duration from, Verdict verdict) {
        /** Checks the components. */
        public Finding {
            Objects.requireNonNull(from, "from is null");
            Objects.requireNonNull(verdict, "verdict is null");
        }
    }

    /**
     * How busy something was.
     *
     * @param label what, such as {@code this process}
     * @param source what tells it
     * @param points when, and which share of it
     * @param absent why there are no points, or empty where there are some
     */
    public record Use(String label, String source, List<Point> points, Optional<String> absent) {
        /** The label of the share of the cores that the JVM may use which its process used. */
        public static final String PROCESS = "CPU, this process";

        /** Checks and copies the components. */
        public Use {
            Objects.requireNonNull(label, "label is null");
            Objects.requireNonNull(source, "source is null");
            Objects.requireNonNull(absent, "absent is null");
            points = List.copyOf(points);
        }
    }

    /**
     * A share at a time.
     *
     * @param at the end of the stretch that it is the mean of, on the time line of the ledger
     * @param share from 0 to about 1
     */
    public record Point(Duration at, double share) {}

    /**
     * The verdict that stands.
     *
     * @return the latest, or empty while there is none
     */
    public Optional<Verdict> verdict() {
        return verdicts.isEmpty() ? Optional.empty() : Optional.of(verdicts.getLast().verdict());
    }
}
