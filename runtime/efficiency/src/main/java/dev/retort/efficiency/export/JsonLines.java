package dev.retort.efficiency.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.retort.device.Reading;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunTrace.Mark;
import dev.retort.efficiency.verdict.Verdict;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;

/**
 * Figures as lines of JSON, appended to a file; each line is whole, whatever happens to the disk or
 * the process, and a run that is resumed goes on in the same file. In UTF-8. What did not fit on a
 * full disk is written with the next interval, up to a mebibyte of it.
 *
 * <p>A line is an object with these fields:
 *
 * <ul>
 *   <li>{@code event}: {@code interval}, {@code commit}, {@code failure} or {@code end}; the last
 *       is an interval, too. When the export was stopped before the run, the outcome of its {@code
 *       end} is {@code RUNNING}
 *   <li>{@code time}: when, as ISO 8601 in UTC
 *   <li>{@code run}, {@code tags}, {@code attempt}: the name of the run, an object of its tags, and
 *       the number of the process
 *   <li>{@code outcome}: as {@link dev.retort.efficiency.Outcome} has it
 *   <li>{@code step}: the steps that were finished, of a commit the step of its checkpoint
 *   <li>{@code elapsed_seconds}: the time since the meter of this process was opened
 *   <li>{@code message}: of a failure, its class and what it says
 *   <li>of an interval: {@code figures}, by {@link Figure#fieldName}, which ends with the unit: a
 *       number, or where the figure has labels an object of numbers by {@link Figure#path}, such as
 *       {@code "run_time_seconds":{"STEP/GOOD":1.5}}; {@code absent}, the same with the reason of
 *       each figure that is not known; {@code verdict}, an object of {@code bottleneck}, {@code
 *       severity}, {@code share_ratio} and {@code evidence}; {@code missing_seconds}, where a part
 *       of the interval came too late for a trace
 * </ul>
 */
public final class JsonLines implements Destination {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** What a disk that was full for a while may owe. */
    private static final int MOST_OWED = 1 << 20;

    private final Path file;
    private final ByteArrayOutputStream owed = new ByteArrayOutputStream();
    private @Nullable AppendFile lines;

    private JsonLines(Path file) {
        this.file = Objects.requireNonNull(file, "file is null");
    }

    /**
     * Lines in a file.
     *
     * @param file the file, which is appended to; it and its folder are created if missing
     * @return the destination
     */
    public static JsonLines to(Path file) {
        return new JsonLines(file);
    }

    @Override
    public String name() {
        return "JSON lines in " + file;
    }

    @Override
    public void open(RunAccount run) throws IOException {
        lines = AppendFile.lines(file);
    }

    @Override
    public void accept(Interval interval) throws IOException {
        AppendFile open = Objects.requireNonNull(lines, "it is open");
        if (owed.size() > MOST_OWED) {
            owed.reset();
        }
        for (Mark mark : interval.marks()) {
            ObjectNode line =
                    line(
                            interval,
                            mark.kind() == Mark.Kind.COMMIT ? "commit" : "failure",
                            mark.nanos(),
                            mark.step());
            if (!mark.text().isEmpty()) {
                line.put("message", mark.text());
            }
            add(line);
        }
        ObjectNode line =
                line(
                        interval,
                        interval.last() ? "end" : "interval",
                        interval.toNanos(),
                        interval.account().steps());
        interval.verdict().ifPresent(verdict -> put(line.putObject("verdict"), verdict));
        if (interval.missingNanos() > 0) {
            line.put("missing_seconds", interval.missingNanos() * 1e-9);
        }
        ObjectNode figures = line.putObject("figures");
        ObjectNode absent = line.putObject("absent");
        for (Figure figure : interval.figures()) {
            switch (figure.reading()) {
                case Reading.Measured(double value, _, _) -> put(figures, figure, value);
                case Reading.Absent(String reason) ->
                        object(absent, figure).put(key(figure), reason);
            }
        }
        add(line);
        open.append(owed.toByteArray());
        owed.reset();
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }

    private static ObjectNode line(Interval interval, String event, long nanos, long step) {
        RunAccount account = interval.account();
        ObjectNode line = JSON.createObjectNode();
        Instant time = interval.at(nanos);
        line.put("event", event).put("time", time.toString()).put("run", account.name());
        ObjectNode tags = line.putObject("tags");
        account.tags().forEach(tags::put);
        line.put("attempt", account.attempts()).put("outcome", account.outcome().name());
        line.put("step", step).put("elapsed_seconds", nanos * 1e-9);
        return line;
    }

    private static void put(ObjectNode into, Verdict verdict) {
        into.put("bottleneck", verdict.bottleneck().name())
                .put("severity", verdict.severity().name())
                .put("share_ratio", verdict.share())
                .put("evidence", verdict.evidence());
    }

    private static void put(ObjectNode figures, Figure figure, double value) {
        ObjectNode into = object(figures, figure);
        // Whole numbers without a point: steps are counted, not measured.
        if (value == Math.rint(value) && Math.abs(value) < 1L << 53) {
            into.put(key(figure), (long) value);
        } else {
            into.put(key(figure), value);
        }
    }

    private static ObjectNode object(ObjectNode all, Figure figure) {
        return figure.labels().isEmpty() ? all : all.withObjectProperty(figure.fieldName());
    }

    private static String key(Figure figure) {
        return figure.labels().isEmpty() ? figure.fieldName() : figure.path();
    }

    private void add(ObjectNode line) throws IOException {
        owed.write(JSON.writeValueAsString(line).getBytes(StandardCharsets.UTF_8));
        owed.write('\n');
    }
}
