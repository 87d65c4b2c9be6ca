package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs are asked for by what they are and what they found. */
class RunsCommandTest extends LabRuns {
    @Test
    void runsAreAskedForByWhatTheyFound() throws Exception {
        assertEquals(0, runs("--experiment", "pairs", "--sort", "loss", "--limit", "3", "--json"));
        JsonNode best = json();
        assertEquals(3, best.size());
        double first = best.get(0).get("values").get("loss").doubleValue();
        double last = best.get(2).get("values").get("loss").doubleValue();
        assertTrue(first < last);
        assertEquals(0, runs("--metric", "loss=.." + first, "--experiment", "pairs", "--json"));
        assertEquals(2, json().size());
        assertEquals(0, runs("--experiment", "pairs", "--sort", "loss", "--descending", "--json"));
        assertEquals(last, json().get(0).get("values").get("loss").doubleValue());
        assertEquals(0, runs("--hypothesis", "h", "--tag", "model=small", "--json"));
        assertEquals(4, json().size());
        assertEquals(0, runs("--state", "PRUNED,FAILED"));
        assertTrue(out.toString().startsWith("run"), out.toString());
        assertEquals(1, runs("--hypothesis", "nope"));
        assertEquals("retort: no hypothesis is called nope: expected one of [h]\n", err.toString());
        assertEquals(1, runs("--limit", "0"));
        assertEquals("retort: --limit is 0: expected at least 1\n", err.toString());
        assertEquals(2, runs("--metric", "loss=0.5"));
        assertTrue(
                err.toString().contains("expected a range such as 0.1..0.5, 0.9.. or ..0.5"),
                err.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--sort=acuracy|none of these runs has the metric acuracy: expected one of [loss]",
                "--metric=los=0..1|none of these runs has the metric los: expected one of [loss]",
                "--team=visoin|no experiment is of team visoin: expected one of [speech, vision]",
                "--tag=modle=small|no experiment has the tag modle: expected one of [model]",
                "--tag=model=smal|no experiment has for the tag model the value smal: expected one"
                        + " of [small]",
                "--experiment=pars|experiment pars does not exist: expected one of [pairs, rates]",
            })
    void aSlipIsNoReasonToShowNothing(String option, String message) {
        assertEquals(1, runs(option));
        assertEquals("retort: " + message + "\n", err.toString());
        assertEquals(1, lab("list", option));
        assertEquals("retort: " + message + "\n", err.toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--metric|loss|NAME=LOW..HIGH",
                "--tag|model|KEY=VALUE",
            })
    void aPairWithoutItsSignIsTold(String option, String found, String expected) {
        assertEquals(2, runs(option, found));
        assertTrue(
                err.toString()
                        .startsWith(
                                "retort: Invalid value for option '%s': expected %s, found %s\n"
                                        .formatted(option, expected, found)),
                err::toString);
    }

    @Test
    void aUserThatIsNotThereIsTold() {
        assertEquals(1, runs("--user", "nobody-here"));
        assertTrue(
                err.toString()
                        .startsWith(
                                "retort: no experiment was submitted by user nobody-here: expected"
                                        + " one of ["),
                err::toString);
    }

    /** Also where no run of it has the metric yet. */
    @Test
    void theMetricOfAnExperimentIsNoSlip() throws Exception {
        assertEquals(0, runs("--sort", "loss", "--state", "FAILED", "--json"));
        assertEquals(0, json().size());
    }
}
