package dev.retort.efficiency.report;

import dev.retort.device.sampling.SamplerCost;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunHistory;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunTrace;
import dev.retort.efficiency.RunWindow;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The report of a run as one HTML page that is complete without a network and without scripts:
 * where the time went, when, what bounds the training, how fast it is, what it costs, and of each
 * figure its source or why it is absent. Immutable.
 *
 * @param account what the run did and took
 * @param history how it came to that
 * @param trace what was done when, as far as it is remembered
 * @param windows its latest stretches, such as the last minute
 * @param figures what needs more than the account
 * @param sampling what sampling the devices cost, or empty if that is not known
 * @param created when the report was made
 */
public record RunReport(
        RunAccount account,
        RunHistory history,
        RunTrace trace,
        List<RunWindow> windows,
        Figures figures,
        Optional<SamplerCost> sampling,
        Instant created) {
    private static final List<Duration> WINDOWS =
            List.of(RunWindow.ONE_MINUTE, RunWindow.FIVE_MINUTES, RunWindow.FIFTEEN_MINUTES);

    /** Checks and copies the components. */
    public RunReport {
        Objects.requireNonNull(account, "account is null");
        Objects.requireNonNull(history, "history is null");
        Objects.requireNonNull(trace, "trace is null");
        Objects.requireNonNull(figures, "figures is null");
        Objects.requireNonNull(sampling, "sampling is null");
        Objects.requireNonNull(created, "created is null");
        windows = List.copyOf(windows);
    }

    /**
     * The report of a run that goes on or has ended. Takes some milliseconds, for a part of which
     * the hooks wait if the run goes on.
     *
     * @param meter the meter of the run
     * @return the report
     */
    public static RunReport of(RunMeter meter) {
        RunAccount account = meter.snapshot();
        List<RunWindow> windows = new ArrayList<>();
        for (Duration length : WINDOWS) {
            windows.add(meter.window(length));
        }
        return new RunReport(
                account,
                meter.history(),
                meter.trace(),
                windows,
                Figures.of(meter, account),
                Optional.of(meter.samplerCost()),
                Instant.now());
    }

    /**
     * The report with other figures, such as with a cost.
     *
     * @param known the figures
     * @return the changed report
     */
    public RunReport with(Figures known) {
        return new RunReport(account, history, trace, windows, known, sampling, created);
    }

    /**
     * The page.
     *
     * @return HTML
     */
    public String html() {
        return HtmlPage.render(
                Objects.requireNonNull(
                        RunReport.class.getResourceAsStream("run.mustache"),
                        "the template is missing from the jar"),
                RunPage.of(this));
    }

    /**
     * Writes the page. A crash leaves the old file or the new one.
     *
     * @param file the file, which is replaced if it is there; its folder must be there
     * @return the file
     * @throws IOException if it cannot be written
     */
    public Path write(Path file) throws IOException {
        return AtomicFile.write(file, html().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes the report of a run.
     *
     * @param meter the meter of the run
     * @param file the file, which is replaced if it is there; its folder must be there
     * @return the file
     * @throws IOException if it cannot be written
     */
    public static Path write(RunMeter meter, Path file) throws IOException {
        return of(meter).write(file);
    }
}
