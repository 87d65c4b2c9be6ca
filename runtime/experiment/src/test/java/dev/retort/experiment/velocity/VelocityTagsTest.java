package dev.retort.experiment.velocity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What figures can be told apart by. */
class VelocityTagsTest {
    private static final Milestone HYPOTHESIS =
            new Milestone.Registered(Logs.at(0), "h", Map.of("user", "ada"));
    private static final Window WINDOW =
            new Window(Logs.at(0), Logs.at(0).plus(Duration.ofHours(1)));

    @Test
    void aHypothesisWithoutRunsHasTagsOfItsOwn() {
        List<Milestone> events = List.of(HYPOTHESIS);
        assertEquals(List.of("hypothesis", "user"), Velocity.tags(events));
        for (String tag : Velocity.tags(events)) {
            Map<String, Velocity> by = Velocity.by(events, WINDOW, tag, Logs.at(60));
            assertEquals(Set.of(tag.equals("user") ? "ada" : "h"), by.keySet());
        }
    }

    @Test
    void tagsOfRunsAreAmongThem() {
        Milestone run = new Milestone.Submitted(Logs.at(1), "r", null, 1, 0, Map.of("arm", "a"));
        assertEquals(List.of("arm", "hypothesis", "user"), Velocity.tags(List.of(HYPOTHESIS, run)));
        assertEquals(List.of(), Velocity.tags(List.of()));
    }
}
