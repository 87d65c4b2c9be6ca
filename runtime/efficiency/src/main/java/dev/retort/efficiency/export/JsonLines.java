package dev.retort.efficiency.export;

import com.fasterxml.jackson.core.JsonParser;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Figures as lines of JSON, appended to a file; each line is whole, whatever happens to the disk,
 * and a run that is resumed goes on in the same file, without the half line that a crash may have
 * left. In UTF-8. What did not fit on a full disk is written with the next interval; beyond a
 * mebibyte of it the oldest intervals are forgotten, while commits, failures and the end are kept.
 *
 * <p>One run at a time writes to a file: to another, of this process or of another one, it is in
 * use, which is an anomaly of that run, and which it tries again with each interval.
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
    private final List<Line> owed = new ArrayList<>();
    private @Nullable AppendFile lines;

    /** A line that is not in the file yet. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Line(byte[] bytes, boolean interval) {}

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
        lines = AppendFile.lines(file, JsonLines::isWhole, line -> line[0] == '{');
    }

    @Override
    public void accept(Interval interval) throws IOException {
        AppendFile open = Objects.requireNonNull(lines, "it is open");
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
        forget();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Line one : owed) {
            all.write(one.bytes());
        }
        open.append(all.toByteArray());
        owed.clear();
    }

    @Override
    public void close() throws IOException {
        if (lines != null) {
            lines.close();
        }
    }

    /** The oldest intervals beyond what may be owed, and never the newest. */
    private void forget() {
        long size = owed.stream().mapToLong(one -> one.bytes().length).sum();
        for (int i = 0; i < owed.size() - 1 && size > MOST_OWED; ) {
            if (owed.get(i).interval()) {
                size -= owed.remove(i).bytes().length;
            } else {
                i++;
            }
        }
    }

    private static boolean isWhole(byte[] line) {
        try (JsonParser json = JSON.createParser(line)) {
            return json.readValueAsTree() instanceof ObjectNode && json.nextToken() == null;
        } catch (IOException _) {
            return false;
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
        byte[] bytes = (JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8);
        owed.add(new Line(bytes, line.get("event").asText().equals("interval")));
    }
}
