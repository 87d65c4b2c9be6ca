package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.distill.data.Digits;
import dev.retort.efficiency.Region;
import dev.retort.efficiency.RunAccount;
import dev.retort.efficiency.RunOptions;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class MeasuredEasyTrainTest {
    @Test
    void countsEverySampleAndNamesWhereTheTimeWent() throws Exception {
        int samples = Digits.load().train().size();
        RunAccount account = MeasuredEasyTrain.train(RunOptions.of("digits"), 2).snapshot();
        assertEquals("digits", account.name());
        assertEquals(2L * samples, account.items());
        assertEquals(2L * Math.ceilDiv(samples, 32), account.steps());
        for (Region region : List.of(Region.INPUT, Region.STEP, Region.UPDATE)) {
            assertTrue(account.ledger().of(region).isPositive(), region.name());
        }
        assertEquals(Map.of(), account.anomalies());
    }
}
