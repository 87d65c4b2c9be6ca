package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.retort.examples.lab.SoftLabels;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The experiment that ships with the examples is run and decided, as the README says. */
class DecideCommandTest {
    private static final Path EXPERIMENT = Path.of("experiments/soft-labels.json");

    @TempDir Path folder;

    /** The one in Java makes the runs, which began after both hypotheses were registered. */
    @Test
    @Tag("slow")
    void softLabelsAreDecidedInTheirFavour() throws IOException, InterruptedException {
        run(0, "submit", EXPERIMENT.toString());
        Path store = folder.resolve("lab");
        List<String> said = linesOfSoftLabels(store.toString());
        assertEquals(2, said.size(), said.toString());
        assertEquals(store.resolve("lab.html").toString(), said.getLast());
        String page = Files.readString(store.resolve("lab.html"));
        assertTrue(page.contains("soft-labels-java") && page.contains(said.getFirst()), page);
        JsonNode verdict = new ObjectMapper().readTree(run(0, "decide", "soft-labels-1"));
        assertEquals("CONFIRMED", verdict.get("outcome").asText());
        assertEquals(7, verdict.get("seeds").asInt());
        assertTrue(verdict.get("low").asDouble() > 0.01, verdict.toString());
        for (String hypothesis : List.of("soft-labels", "soft-labels-java")) {
            JsonNode recorded = new ObjectMapper().readTree(run(0, "verdict", hypothesis));
            assertEquals(1, recorded.size());
            assertEquals(14, recorded.get(0).get("runs").size());
        }
        JsonNode arms = new ObjectMapper().readTree(run(0, "compare", "soft-labels-1", "--json"));
        assertEquals(2, arms.size(), arms.toString());
        assertEquals(7, arms.get(0).get("states").get("REUSED").asInt(), arms.toString());
        assertEquals(said, linesOfSoftLabels(store.toString()));
    }

    @Test
    void softLabelsWantAFolder() {
        assertEquals(
                "expected the folder of the store, found []",
                assertThrows(IllegalArgumentException.class, () -> SoftLabels.main(new String[0]))
                        .getMessage());
    }

    private static List<String> linesOfSoftLabels(String store)
            throws IOException, InterruptedException {
        PrintStream standard = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            SoftLabels.main(new String[] {store});
        } finally {
            System.setOut(standard);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    void whatCannotBeDecidedIsOneSentence() throws IOException {
        Path three = folder.resolve("three.json");
        String text = Files.readString(EXPERIMENT);
        String arm = text.substring(text.indexOf('{', text.indexOf("\"arms\"")));
        arm = arm.substring(0, arm.indexOf("      }") + 7).replace("\"soft\"", "\"third\"");
        Files.writeString(three, text.replace("\"arms\": [", "\"arms\": [" + arm + ","));
        assertEquals(
                "retort: "
                        + three
                        + ": hypothesis: expected the fields \"treatment\" and \"control\", since"
                        + " the experiment has not two arms but [third, soft, hard]",
                run(1, "submit", three.toString()).strip());
        run(0, "submit", EXPERIMENT.toString());
        assertEquals(
                "retort: experiment nope does not exist: expected one of [soft-labels-1]",
                run(1, "decide", "nope").strip());
    }

    /** What is printed: the answer, or what went wrong. */
    private String run(int expected, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter errors = new StringWriter();
        String[] all = new String[arguments.length + 3];
        all[0] = "lab";
        all[1] = "--store";
        all[2] = folder.resolve("lab").toString();
        System.arraycopy(arguments, 0, all, 3, arguments.length);
        int code =
                Retort.commandLine()
                        .setOut(new PrintWriter(out))
                        .setErr(new PrintWriter(errors))
                        .execute(all);
        assertEquals(expected, code, out + "\n" + errors);
        return code == 0 ? out.toString() : errors.toString();
    }
}
