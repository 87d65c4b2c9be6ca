package dev.retort.experiment.velocity;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** Teams share devices in a replay as they do under a scheduler. */
class FairShareWhatIfTest {
    /** One team submits ten runs of a minute, another one of a second right after them. */
    private static List<Milestone> log() {
        List<Milestone> events = new ArrayList<>();
        for (int i = 0; i < 11; i++) {
            String run = "r" + i;
            Map<String, String> tags = Map.of("team", i < 10 ? "many" : "one");
            long admitted = 10 + 60L * i;
            long submitted = i < 10 ? 0 : 1;
            events.add(new Milestone.Submitted(Logs.at(submitted), run, null, 1, 0, tags));
            events.add(new Milestone.Admitted(Logs.at(admitted), run));
            events.add(new Milestone.FirstStep(Logs.at(admitted), run));
            events.add(
                    new Milestone.Ended(
                            Logs.at(admitted + (i < 10 ? 60 : 1)), run, Milestone.End.SUCCEEDED));
        }
        events.sort(Comparator.comparing(Milestone::at));
        return events;
    }

    private static double sumOfWaits(Policy.Order order) {
        Forecast forecast = WhatIf.replay(log(), new Policy(1, order, true, 1));
        return forecast.queue().orElseThrow().mean().toNanos() / 1e9 * forecast.runs();
    }

    @Test
    void aSmallTeamDoesNotWaitForALargeOne() {
        // Ten wait 0, 60, ... 540 s and the last one 599.
        assertEquals(2_700 + 599, sumOfWaits(new Policy.Order.Priority()), 0.01);
        // It goes second, after 59 s, and holds the nine behind it up for a second each.
        assertEquals(2_700 + 59 + 9, sumOfWaits(new Policy.Order.FairShares(Map.of())), 0.01);
    }
}
