package dev.retort.efficiency.export.trace;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;

import dev.retort.efficiency.RunAccount;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/**
 * Writes trace events, one per line: complete slices (X), counters (C), moments (i) and metadata
 * (M) of Chrome's format. Not thread-safe.
 */
final class TraceEvents {
    /** The tracks, which the format calls threads. */
    static final int REGIONS = 1;

    static final int STEPS = 2;
    static final int LATE = 3;
    private static final JsonFactory JSON = new JsonFactory();
    private static final long PROCESS = ProcessHandle.current().pid();

    private final StringBuilder all = new StringBuilder();

    private interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    /** The events, as the first of an array. */
    byte[] first() {
        return text(2);
    }

    /** The events, behind others. */
    byte[] next() {
        return text(0);
    }

    private byte[] text(int skip) {
        return all.substring(Math.min(skip, all.length())).getBytes(StandardCharsets.UTF_8);
    }

    /** Names the process and its tracks. */
    void metadata(RunAccount run) {
        name("process_name", "name", "retort: " + run.name(), REGIONS);
        name("process_labels", "labels", String.join(",", labels(run)), REGIONS);
        name("thread_name", "name", "regions", REGIONS);
        name("thread_name", "name", "steps", STEPS);
        name("thread_name", "name", "JVM pauses and late time", LATE);
        for (int track : new int[] {REGIONS, STEPS, LATE}) {
            event(
                    "M",
                    "thread_sort_index",
                    0,
                    track,
                    json -> {
                        json.writeObjectFieldStart("args");
                        json.writeNumberField("sort_index", track);
                        json.writeEndObject();
                    });
        }
    }

    private static Iterable<String> labels(RunAccount run) {
        return run.tags().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(tag -> tag.getKey() + "=" + tag.getValue())
                .toList();
    }

    private void name(String what, String key, String name, int track) {
        event(
                "M",
                what,
                0,
                track,
                json -> {
                    json.writeObjectFieldStart("args");
                    json.writeStringField(key, name);
                    json.writeEndObject();
                });
    }

    void slice(int track, String name, String category, long from, long to) {
        event(
                "X",
                name,
                from,
                track,
                json -> {
                    json.writeStringField("cat", category);
                    json.writeFieldName("dur");
                    micros(json, to - from);
                });
    }

    void counter(String name, long at, double value) {
        event(
                "C",
                name,
                at,
                0,
                json -> {
                    json.writeObjectFieldStart("args");
                    json.writeNumberField("value", value);
                    json.writeEndObject();
                });
    }

    void moment(String name, String category, long at, long step, String text) {
        event(
                "i",
                name,
                at,
                REGIONS,
                json -> {
                    json.writeStringField("cat", category);
                    json.writeStringField("s", "p");
                    json.writeObjectFieldStart("args");
                    json.writeNumberField("step", step);
                    if (!text.isEmpty()) {
                        json.writeStringField("text", text);
                    }
                    json.writeEndObject();
                });
    }

    private void event(String phase, String name, long at, int track, Fields more) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("ph", phase);
            json.writeStringField("name", name);
            json.writeNumberField("pid", PROCESS);
            json.writeNumberField("tid", track);
            json.writeFieldName("ts");
            micros(json, at);
            more.write(json);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        all.append(",\n").append(text);
    }

    /** Exact, which a double is not after some months. */
    private static void micros(JsonGenerator json, long nanos) throws IOException {
        json.writeNumber(String.format(Locale.ROOT, "%d.%03d", nanos / 1000, nanos % 1000));
    }
}
