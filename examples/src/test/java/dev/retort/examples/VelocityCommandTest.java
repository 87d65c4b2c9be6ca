package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunMeter;
import dev.retort.efficiency.RunOptions;
import dev.retort.experiment.task.Outcome;
import dev.retort.experiment.task.Task;
import dev.retort.experiment.task.TaskContext;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How fast experiments went, in a window that is told. */
class VelocityCommandTest extends LabRuns {
    /** Keeps a ledger of its own. */
    public static final class Metered implements Task {
        @Override
        public Outcome run(TaskContext context) throws IOException {
            try (RunMeter meter = RunOptions.of("metered").journal(context.folder()).open()) {
                meter.beginStep();
                meter.begin(Region.STEP);
                LockSupport.parkNanos(1_000_000);
                meter.end(Region.STEP);
                meter.endStep(1);
                meter.commit(meter.mark());
            }
            return new Outcome.Finished(Map.of("loss", 1.0));
        }
    }

    @Test
    void velocityIsShownByAnyTag() throws Exception {
        assertEquals(0, lab("velocity", "--json", "--price", "2"));
        assertEquals(12, json().get("runs ended").intValue());
        assertTrue(json().get("L and λW of runs differ by").doubleValue() < 0.01);
        assertEquals(0, lab("velocity", "--by", "team", "--json"));
        assertEquals(4, json().get("speech").get("runs ended").intValue());
        assertEquals(8, json().get("vision").get("runs ended").intValue());
        assertEquals(0, lab("velocity", "--by", "model"));
        List<String> lines = out.toString().lines().toList();
        assertTrue(lines.getFirst().matches("From \\S+Z to \\S+Z, \\d+ s"), out::toString);
        assertTrue(lines.get(1).startsWith(" ") && lines.get(1).endsWith("small"), out::toString);
        assertEquals(1, lab("velocity", "--by", "colour"));
        assertEquals(
                "retort: nothing has the tag colour: expected one of [arm, device, experiment,"
                        + " hypothesis, model, team, user]\n",
                err.toString());
    }

    /** On the page as well. */
    @Test
    void theWindowIsFromTheFirstEventUpToNow() throws Exception {
        Instant begin = Instant.now();
        assertEquals(0, lab("velocity", "--json"));
        Instant from = Instant.parse(json().get("from").textValue());
        Instant to = Instant.parse(json().get("to").textValue());
        assertTrue(from.isBefore(begin) && to.isAfter(begin), out::toString);
        assertEquals(
                Duration.between(from, to).toMillis() / 1e3, json().get("window, s").doubleValue());
        assertEquals(0, lab("velocity", "--by", "team", "--json", "--since", begin.toString()));
        assertEquals(begin.toString(), json().get("vision").get("from").textValue());
        Path page = folder.resolve("lab.html");
        assertEquals(0, lab("report", "--html", page.toString()));
        Matcher window =
                Pattern.compile("From (\\S+Z) to (\\S+Z), \\d+ s, by team")
                        .matcher(Files.readString(page));
        assertTrue(window.find(), "the window");
        assertEquals(from, Instant.parse(window.group(1)));
        assertFalse(Instant.parse(window.group(2)).isBefore(to));
    }

    @Test
    void ledgersAreJoinedWithEachSlice() throws Exception {
        work(
                ARMS.replace("\"h\"", "\"m\"")
                        .replace("\"pairs\"", "\"metered\"")
                        .replace("speech", "metering")
                        .replace("TASK", Metered.class.getName()));
        assertEquals(0, lab("velocity", "--by", "team", "--json"));
        JsonNode metering = json().get("metering");
        assertTrue(metering.get("goodput that runs measured").doubleValue() > 0);
        assertEquals(4, metering.get("runs that worked").intValue());
        assertEquals(4, metering.get("  of which measured themselves").intValue());
        assertFalse(json().get("vision").has("goodput that runs measured"));
        assertEquals(0, lab("velocity", "--json"));
        assertEquals(16, json().get("runs that worked").intValue());
        assertEquals(4, json().get("  of which measured themselves").intValue());
        Path page = folder.resolve("lab.html");
        assertEquals(0, lab("report", "--html", page.toString()));
        assertTrue(Files.readString(page).contains("goodput that runs measured"));
        String away = folder.resolve("away").toString();
        assertEquals(0, lab("report", "--html", page.toString(), "--folder", away));
        assertFalse(Files.readString(page).contains("goodput that runs measured"));
    }

    @Test
    void nothingIsMeasuredOfTheFuture() throws Exception {
        assertEquals(0, lab("velocity", "--json"));
        double perDay = json().get("runs per day").doubleValue();
        assertEquals(0, lab("velocity", "--json", "--until", "2199-01-01T00:00:00Z"));
        assertEquals(perDay, json().get("runs per day").doubleValue(), perDay / 2);
        assertEquals(1, lab("velocity", "--since", "2199-01-01T00:00:00Z"));
    }
}
