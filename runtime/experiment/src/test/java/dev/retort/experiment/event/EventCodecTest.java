package dev.retort.experiment.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.VerdictReference;
import dev.retort.experiment.verdict.Outcome;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The text of events is stable, complete, and covered by the chain. */
final class EventCodecTest {
    @Test
    void everyKindOfEventReturnsFromItsText() {
        for (Event event : EventSamples.ofAllKinds()) {
            String text = EventCodec.payload(event);
            Event read = EventCodec.parse(EventCodec.type(event), text);
            assertEquals(event, read);
            assertEquals(text, EventCodec.payload(read));
        }
    }

    /** The interval of a verdict may be open. */
    @Test
    void infiniteEndsReturnFromTheirText() {
        Event event =
                new Event.VerdictReached(
                        new VerdictReference(
                                "h",
                                Outcome.INCONCLUSIVE,
                                0.1,
                                Double.NEGATIVE_INFINITY,
                                Double.POSITIVE_INFINITY,
                                "test/1",
                                List.of("e/a/1"),
                                "Open."));
        assertEquals(event, EventCodec.parse(EventCodec.type(event), EventCodec.payload(event)));
    }

    @Test
    void whatDivergedReturnsFromItsText() {
        for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
            Event event = new Event.RunReported("e/a/1", 7, 3, value);
            assertEquals(
                    event, EventCodec.parse(EventCodec.type(event), EventCodec.payload(event)));
        }
    }

    @Test
    void samplesHoldEveryKind() {
        Set<String> kinds =
                EventSamples.ofAllKinds().stream()
                        .map(EventCodec::type)
                        .collect(Collectors.toSet());
        Set<String> all =
                Arrays.stream(Event.class.getPermittedSubclasses())
                        .map(Class::getSimpleName)
                        .collect(Collectors.toSet());
        assertEquals(all, kinds);
    }

    /**
     * The lines of chain.txt, whose hashes chain.py computed: stores written once stay readable.
     */
    @Test
    void textAndChainAreThoseOfTheRecordedOnes() throws IOException {
        List<String> golden;
        try (InputStream in =
                Objects.requireNonNull(EventCodecTest.class.getResourceAsStream("chain.txt"))) {
            golden = new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
        String previous = EventCodec.GENESIS;
        long seq = 0;
        List<Event> events = EventSamples.ofAllKinds();
        assertEquals(golden.size(), events.size());
        for (Event event : events) {
            String[] fields = golden.get((int) seq).split("\t", -1);
            seq++;
            assertEquals(fields[0], EventCodec.type(event));
            assertEquals(fields[1], EventCodec.payload(event));
            previous =
                    EventCodec.hash(
                            previous,
                            seq,
                            seq,
                            1000 + seq,
                            seq * 7,
                            "ada ö",
                            seq == 2 ? "key" : null,
                            fields[0],
                            fields[1]);
            assertEquals(fields[2], previous);
        }
    }

    @Test
    void noFieldCanTakeFromItsNeighbour() {
        String one = hash("ab", "c");
        String two = hash("a", "bc");
        assertNotEquals(one, two);
    }

    private static String hash(String actor, String key) {
        return EventCodec.hash(EventCodec.GENESIS, 1, 1, 2, 3, actor, key, "T", "{}");
    }

    @Test
    void unknownTypesAndPropertiesAreFromANewerVersion() {
        UnknownEventException type =
                assertThrows(
                        UnknownEventException.class, () -> EventCodec.parse("RunTeleported", "{}"));
        assertTrue(String.valueOf(type.getMessage()).contains("RunTeleported"));
        assertThrows(
                UnknownEventException.class,
                () -> EventCodec.parse("RunPaused", "{\"reason\":\"r\",\"run\":\"x\",\"mood\":1}"));
    }
}
