package dev.retort.planning.testtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;

import dev.retort.planning.Interval;
import dev.retort.planning.PlanningException;
import dev.retort.planning.golden.Golden;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

class CoverageLawTest {
    /** Counts that have, all together, the coverage of a law to less than 0.001. */
    @Test
    void aKnownLawIsFoundAgain() throws Exception {
        for (JsonNode golden : Golden.ofTestTime("laws")) {
            int n = golden.get("n").asInt();
            double a = golden.get("a").asDouble();
            double b = golden.get("b").asDouble();
            List<Problem> problems = new ArrayList<>();
            for (Map.Entry<String, JsonNode> each : golden.get("counts").properties()) {
                for (int i = 0; i < each.getValue().asInt(); i++) {
                    problems.add(
                            Problem.counted(
                                    "p" + problems.size(), n, Integer.parseInt(each.getKey())));
                }
            }
            CoverageLaw law = CoverageLaw.fit(ResultTable.ofProblems(problems));
            assertEquals(a, law.factor().estimate(), 2e-3 * -a, golden::toString);
            assertEquals(b, law.exponent().estimate(), 4e-3 * -b, golden::toString);
            assertTrue(law.factor().contains(a) && law.exponent().contains(b), golden::toString);
            double wide = law.exponent().high() - law.exponent().low();
            assertTrue(wide > 0.01 && wide < 0.2, "exponent within " + wide);
            for (double k : new double[] {1, 3, n, 10 * n}) {
                double expected = Math.exp(a * Math.pow(k, b));
                assertEquals(expected, law.coverage(k).estimate(), 2e-3, "k = " + k);
            }
        }
    }

    /**
     * Chances that Beta(2, 2) has, nearly all covered by 1,000 samples: what scipy fits to them.
     */
    @Test
    void whatIsNearlyCoveredDoesNotBendTheLaw() throws Exception {
        JsonNode golden = Golden.ofTestTime("beta");
        int n = golden.get("n").asInt();
        List<Problem> problems = new ArrayList<>();
        for (JsonNode count : golden.get("counts")) {
            problems.add(Problem.counted("p" + problems.size(), n, count.asInt()));
        }
        ResultTable table = ResultTable.ofProblems(problems);
        CoverageLaw law = CoverageLaw.fit(table);
        assertEquals(golden.get("a").asDouble(), law.factor().estimate(), 1e-6);
        assertEquals(golden.get("b").asDouble(), law.exponent().estimate(), 1e-6);
        for (int k : new int[] {1, 2, 4, 8, 16, 64, 256, 1000}) {
            assertEquals(
                    table.passAtK(k).estimate(), law.coverage(k).estimate(), 0.022, "k = " + k);
        }
    }

    @Test
    void aCoverageThatDoesNotGrowIsALawToo() {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            problems.add(Problem.counted("p" + i, 20, i < 4 ? 20 : 0));
        }
        CoverageLaw law = CoverageLaw.fit(ResultTable.ofProblems(problems));
        assertEquals(0.4, law.coverage(1000).estimate(), 1e-9);
    }

    @Test
    void tooFewSamplesAreRefused() {
        ResultTable table = TestTimeTest.table(5, 20, 2);
        assertTrue(
                assertThrows(PlanningException.class, () -> CoverageLaw.fit(table))
                        .getMessage()
                        .endsWith(
                                "missing: more samples a problem, or problems that are solved only at times"));
    }

    /** A resample without the one problem that is ever solved covers nothing. */
    @Test
    void resamplesOfNothingSolvedCount() {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            problems.add(Problem.counted("p" + i, 20, i == 0 ? 3 : 0));
        }
        ResultTable table = ResultTable.ofProblems(problems);
        CoverageLaw law = CoverageLaw.fit(table);
        Interval forecast = law.coverage(200);
        // 0.9^10 = 35 % of the resamples.
        assertEquals(0, forecast.low());
        assertTrue(forecast.high() > table.passAtK(20).estimate(), forecast.toString());
        assertEquals(Double.NEGATIVE_INFINITY, law.factor().low());
        assertTrue(law.factor().high() < 0);
    }

    /** A resample without the one problem that is not solved at once covers everything. */
    @Test
    void resamplesOfEverythingSolvedCount() {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            problems.add(Problem.counted("p" + i, 20, i == 0 ? 3 : 20));
        }
        Interval forecast = CoverageLaw.fit(ResultTable.ofProblems(problems)).coverage(1);
        assertEquals(1, forecast.high());
        assertTrue(forecast.low() < 0.9);
    }

    @Test
    void problemsOfWhichTooManyResamplesGiveNoLawAreRefused() {
        List<Problem> problems = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            // One wrong sample: two are covered.
            problems.add(Problem.counted("p" + i, 20, i == 0 ? 2 : 19));
        }
        PlanningException refused =
                assertThrows(
                        PlanningException.class,
                        () -> CoverageLaw.fit(ResultTable.ofProblems(problems)));
        assertTrue(
                refused.getMessage()
                        .matches(
                                "expected a law in nearly every resample of the problems, found none"
                                        + " in 3\\d %% of 1000; missing: more problems, .*"
                                                .formatted()),
                refused.getMessage());
    }
}
