package dev.retort.experiment.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.AnalysisPlan;
import dev.retort.experiment.Arm;
import dev.retort.experiment.Comparison;
import dev.retort.experiment.Experiment;
import dev.retort.experiment.Hypothesis;
import dev.retort.experiment.Resources;
import dev.retort.experiment.Samples;
import dev.retort.experiment.SearchPlan;
import dev.retort.experiment.json.Json;
import dev.retort.experiment.search.AshaStopping;
import dev.retort.experiment.search.Config;
import dev.retort.experiment.search.Parameter;
import dev.retort.experiment.search.Rungs;
import dev.retort.experiment.task.CodeVersion;
import dev.retort.experiment.verdict.GroupSequential;
import dev.retort.experiment.verdict.OpenEnded;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What a file says, and what is said of a wrong one. */
final class SubmissionTest {
    private static final String GOOD =
            """
            {"hypothesis": {"id": "h", "team": "t", "statement": "s", "metric": "m",
                "direction": "LOWER_IS_BETTER", "smallestEffect": 1, "alpha": 0.05},
             "experiment": {"id": "e", "team": "t", "seeds": [1, 2], "priority": 3, "reuse": false,
                "resources": {"cores": 2}, "budget": {"deviceHours": 4},
                "arms": [{"name": "b", "task": "T", "code": "c", "data": "d"},
                         {"name": "a", "task": "T", "code": "c", "data": "d",
                          "config": {"k": 4, "x": 0.5, "on": true, "name": "n"}}]}}
            """;

    @Test
    void everythingIsRead() {
        Submission read = Submission.parse(GOOD);
        assertEquals("h", read.experiment().hypothesis());
        assertEquals(List.of(1L, 2L), read.experiment().seeds());
        assertEquals(3, read.experiment().priority());
        assertEquals(Resources.ofCores(2), read.experiment().resources());
        assertEquals(4.0, read.experiment().budget().deviceHours());
        assertEquals(
                Map.of("k", 4L, "x", 0.5, "on", true, "name", "n"),
                read.experiment().arm("a").config());
    }

    @Test
    void howItIsDecidedIsRead() {
        assertEquals(
                new AnalysisPlan("b", "a", GroupSequential.usual()),
                Submission.parse(GOOD).hypotheses().getFirst().plan());
        String many = GOOD.replace("[1, 2]", Arrays.toString(Samples.seeds(20)));
        assertEquals(
                new AnalysisPlan("b", "a", GroupSequential.upTo(20)),
                Submission.parse(many).hypotheses().getFirst().plan());
        String named =
                GOOD.replace(
                        "\"alpha\": 0.05",
                        "\"alpha\": 0.05, \"treatment\": \"a\", \"control\": \"b\", \"stop\":"
                                + " {\"rule\": \"SIGN_FLIPS\", \"mostSeeds\": 30}");
        Hypothesis read = Submission.parse(named).hypotheses().getFirst();
        assertEquals(new AnalysisPlan("a", "b", GroupSequential.upTo(30)), read.plan());
        assertEquals(read, Json.read(Json.write(read), Hypothesis.class));
        Hypothesis open =
                Submission.parse(
                                named.replace("SIGN_FLIPS", "OPEN_ENDED")
                                        .replace(", \"mostSeeds\": 30", ""))
                        .hypotheses()
                        .getFirst();
        assertEquals(new AnalysisPlan("a", "b", new OpenEnded()), open.plan());
        assertEquals(open, Json.read(Json.write(open), Hypothesis.class));
    }

    private static final String SEARCH =
            """
            {"experiment": {"id": "s", "team": "t", "rerunShare": 0.1, "search": {
                "metric": "loss", "direction": "LOWER_IS_BETTER", "by": "TPE", "trials": 50,
                "space": [{"name": "rate", "low": 1e-4, "high": 1.0, "scale": "LOG"},
                    {"name": "width", "low": 16, "high": 256, "whole": true},
                    {"name": "kind", "choices": ["sgd", "adam"]},
                    {"name": "batch", "choices": [16, 0.5, true, "all"]},
                    {"name": "momentum", "low": 0.0, "high": 0.99,
                     "when": {"parent": "kind", "choices": ["sgd"]}}],
                "stop": {"rule": "ASHA", "least": 1, "most": 81, "factor": 3},
                "trial": {"task": "T", "config": {"epochs": 81}, "code": "c", "data": "d"}}}}
            """;

    @Test
    void aRunMayConsentToShareItsDevice() {
        String text =
                """
                {"experiment": {"id": "e", "team": "t", "seeds": [1],
                  "resources": {"cores": 2, "devices": 1, "shares": true, "peakBytes": 4e9},
                  "arms": [{"name": "a", "task": "no.Task", "code": "c", "data": "d"}]}}
                """;
        assertEquals(
                Resources.sharing(2, 4_000_000_000L),
                Submission.parse(text).experiment().resources());
    }

    @Test
    void aSearchIsRead() {
        SearchPlan plan = Objects.requireNonNull(Submission.parse(SEARCH).experiment().search());
        assertEquals(5, plan.space().dimensions().size());
        Parameter batch = plan.space().dimensions().get(3).parameter();
        assertEquals(new Parameter.Categorical("batch", List.of(16L, 0.5, true, "all")), batch);
        assertEquals(new AshaStopping(new Rungs(1, 81, 3)), plan.stopping());
        assertEquals(List.of(1L), Submission.parse(SEARCH).experiment().seeds());
        assertEquals(Map.of("epochs", 81L), plan.base().config());
    }

    /** A seed and the ends of a range may be as large as those of a plan written in Java. */
    @Test
    void largeNumbersOfASearchAreRead() {
        String large =
                SEARCH.replace("\"by\"", "\"seed\": 12345678901, \"by\"")
                        .replace("\"high\": 256", "\"high\": 25600000000");
        SearchPlan plan = Objects.requireNonNull(Submission.parse(large).experiment().search());
        assertEquals(12_345_678_901L, plan.seed());
        assertEquals(
                new Parameter.Whole("width", 16, 25_600_000_000L, Parameter.Scale.LINEAR),
                plan.space().dimensions().get(1).parameter());
    }

    @Test
    void eachHypothesisOfAFamilyHasItsPlace() {
        String one = GOOD.substring(GOOD.indexOf("{\"id\": \"h\""), GOOD.indexOf("},\n") + 1);
        String family =
                "{\"family\": {\"id\": \"f\", \"correction\": \"HOLM\", \"alpha\": 0.05},"
                        + " \"hypotheses\": ["
                        + one
                        + ", "
                        + one.replace("\"h\"", "\"i\"").replace("\"metric\"", "\"metrik\"")
                        + "], "
                        + GOOD.substring(GOOD.indexOf("\"experiment\""));
        IllegalArgumentException wrong =
                assertThrows(IllegalArgumentException.class, () -> Submission.parse(family));
        assertTrue(
                String.valueOf(wrong.getMessage())
                        .startsWith("hypotheses[1]: \"metrik\" is not known, expected one of ["),
                wrong::getMessage);
    }

    /** Beyond what the parser takes, it does not say where. */
    @Test
    void whatIsTooLargeForTheParserIsSaid() {
        assertEquals(
                "Number value length (1100) exceeds the maximum allowed (1000)",
                refusal("{\"a\": " + "1".repeat(1_100) + "}"));
        assertEquals(
                "Document nesting depth (1001) exceeds the maximum allowed (1000)",
                refusal("[".repeat(1_100)));
    }

    private static @Nullable String refusal(String text) {
        return assertThrows(IllegalArgumentException.class, () -> Submission.parse(text))
                .getMessage();
    }

    @Test
    void choicesOfEachKindComeBackFromTheLog() {
        SearchPlan plan = Objects.requireNonNull(Submission.parse(CHOICES).experiment().search());
        assertEquals(
                plan,
                Json.read(Json.write(Submission.parse(CHOICES).experiment()), Experiment.class)
                        .search());
        Set<Object> batches = new HashSet<>();
        for (int trial = 0; trial < plan.trials(); trial++) {
            Config found = plan.proposer().propose(plan.space(), 1, trial, List.of()).config();
            Arm arm = plan.arm(trial, found);
            assertEquals(found, plan.config(Json.read(Json.write(arm), Arm.class)));
            batches.add(Objects.requireNonNull(arm.config().get("batch")));
            assertEquals(
                    Boolean.TRUE.equals(arm.config().get("batch")),
                    arm.config().containsKey("rate"));
        }
        assertEquals(Set.of(16L, 16.0, true, "true"), batches);
        assertEquals(5, plan.trials());
    }

    private static final String CHOICES =
            """
            {"experiment": {"id": "s", "team": "t", "search": {
                "metric": "loss", "direction": "LOWER_IS_BETTER", "by": "GRID", "points": 2,
                "space": [{"name": "batch", "choices": [16, 16.0, true, "true"]},
                    {"name": "rate", "low": 0.0, "high": 1.0,
                     "when": {"parent": "batch", "choices": [true]}}],
                "trial": {"task": "T", "code": "c", "data": "d"}}}}
            """;

    @Test
    void armsAreComparedInPairsOnly() {
        String design = GOOD.replace("\"priority\": 3", "\"design\": \"PAIRED\"");
        assertEquals(Comparison.PAIRED, Submission.parse(design).experiment().design());
        IllegalArgumentException refused =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Submission.parse(design.replace("PAIRED", "UNPAIRED")));
        assertEquals(
                "experiment.design: expected \"PAIRED\", found \"UNPAIRED\": runs are compared seed"
                        + " by seed, which is exact also where those of one seed have nothing in"
                        + " common",
                refused.getMessage());
    }

    /** Nobody has to think of changing it. */
    @Test
    void theVersionOfTheCodeIsThatOfTheClasses() {
        String text =
                GOOD.replace("\"task\": \"T\", \"code\": \"c\"", "\"task\": \"TASK\"")
                        .replace("TASK", VerdictsTest.Measuring.class.getName());
        String code = Submission.parse(text).experiment().arm("a").code();
        assertEquals(CodeVersion.of(VerdictsTest.Measuring.class.getName()), code);
        assertTrue(CodeVersion.isDerived(code), code);
        assertFalse(CodeVersion.isDerived("4f2a"));
        IllegalArgumentException unknown =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                Submission.parse(
                                        text.replace(
                                                VerdictsTest.Measuring.class.getName(),
                                                "no.Task")));
        assertEquals(
                "experiment.arms[0]: expected a field \"code\", or a task on the class path to take"
                        + " the version of its code from: the task no.Task does not exist: expected"
                        + " a class on the class path",
                unknown.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "[\"sgd\", \"adam\"]|[\"sgd\", [1]]|experiment.search.space[2].choices[1]:"
                        + " expected a string, a number or a boolean, found [1]",
                "[\"sgd\", \"adam\"]|\"sgd\"|experiment.search.space[2].choices: expected an"
                        + " array of strings, numbers or booleans, found \"sgd\"",
                "{\"name\": \"kind\", |{|experiment.search.space[2]: expected a field \"name\","
                        + " found none",
                "\"trials\": 50|\"trials\": 12345678901|experiment.search.trials: expected a whole"
                        + " number from -2147483648 to 2147483647, found 12345678901",
                "\"trials\": 50|\"trials\": 5.5|experiment.search.trials: expected a whole number,"
                        + " found 5.5",
                "\"by\": \"TPE\"|\"by\": \"SET\", \"configs\": [{\"a\": 1}, {\"a\": [1]}]|"
                        + "experiment.search.configs[1].a: expected a string, a number or a"
                        + " boolean, found [1]",
                "TPE|LUCK|experiment.search.by: expected one of [GRID, RANDOM, SET, SOBOL, TPE],"
                        + " found \"LUCK\"",
                "\"ASHA\"|\"NEVER\"|experiment.search.stop.rule: expected one of [ASHA,"
                        + " ASHA_PROMOTION, HYPERBAND, MEDIAN], found \"NEVER\"",
                "\"epochs\": 81|\"rate\": 81|the parameter rate is searched and fixed: expected it"
                        + " once",
                "\"trials\": 50,||experiment.search: expected a field \"trials\", found none",
                "1e-4|2.0|expected a range of 'rate' from low to high, found 2.0 to 1.0",
                "\"trials\": 50|\"trials\": 50, \"points\": 8|experiment.search by TPE: \"points\" is"
                        + " not known, expected one of [by, direction, metric, parallel, seed, space,"
                        + " stop, trial, trials]",
                "\"TPE\"|\"GRID\", \"points\": 2, \"seed\": 3|experiment.search by GRID: \"seed\" is"
                        + " not known, expected one of [by, direction, metric, parallel, points, space,"
                        + " stop, trial, trials]",
                "\"ASHA\"|\"HYPERBAND\"|experiment.search.stop by HYPERBAND: \"least\" is not known,"
                        + " expected one of [factor, most, rule]",
                "\"ASHA\"|\"MEDIAN\", \"grace\": 1|experiment.search.stop by MEDIAN: \"least\" is not"
                        + " known, expected one of [grace, leastTrials, rule]",
                "\"choices\": [\"sgd\", \"adam\"]|\"choices\": [\"sgd\"], \"low\": 1|"
                        + "experiment.search.space[2]: \"low\" is not known, expected one of [choices,"
                        + " name, when]"
            })
    void whatIsWrongWithASearchIsSaid(String part, String instead, String message) {
        String text = SEARCH.replace(part, instead == null ? "" : instead);
        IllegalArgumentException wrong =
                assertThrows(IllegalArgumentException.class, () -> Submission.parse(text));
        assertEquals(message, wrong.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"deviceHours\": 4|\"deviceHours\": 0|the budget of device-hours is 0.0: expected"
                        + " a finite number above 0",
                "LOWER_IS_BETTER|DOWN|hypothesis.direction: expected one of [HIGHER_IS_BETTER,"
                        + " LOWER_IS_BETTER], found \"DOWN\"",
                "\"metric\": \"m\"|\"metric\": 3|hypothesis.metric: expected a string, found 3",
                "\"seeds\": [1, 2]|\"seeds\": [1.5]|experiment.seeds[0]: expected a whole number,"
                        + " found 1.5",
                "\"cores\": 2|\"cores\": 2, \"peakBytes\": 0.5|experiment.resources.peakBytes:"
                        + " expected a whole number of bytes, found 0.5",
                "\"b\", \"task\": \"T\", \"code\": \"c\", \"data\": \"d\"|\"b\", \"task\": \"T\","
                        + " \"code\": \"c\"|"
                        + "experiment.arms[0]: expected a field \"data\", found none",
                "\"seeds\": [1, 2], ||experiment: expected a field \"seeds\", found none",
                "\"priority\"|\"prioritty\"|experiment: \"prioritty\" is not known, expected one of"
                        + " [arms, budget, design, environment, hypothesis, id, priority, rerunShare,"
                        + " resources, reuse, search, seeds, tags, team, user]",
                "\"seeds\": [1, 2]|\"seeds\": [1, 2], \"tags\": [\"x\"]|experiment.tags: expected"
                        + " an object, found [\"x\"]",
                "{\"k\": 4, \"x\": 0.5, \"on\": true, \"name\": \"n\"}|\"k=4\"|"
                        + "experiment.arms[1].config: expected an object, found \"k=4\"",
                "\"k\": 4|\"k\": [4]|experiment.arms[1].config.k: expected a string, a number or a"
                        + " boolean, found [4]"
            })
    void whatIsWrongIsSaid(String part, String instead, String message) {
        String text = GOOD.replace(part, instead == null ? "" : instead);
        IllegalArgumentException wrong =
                assertThrows(IllegalArgumentException.class, () -> Submission.parse(text));
        assertEquals(message, wrong.getMessage());
    }

    /** What decides a hypothesis is told by its file, and nothing of it is passed over. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"name\": \"b\", \"task\": \"T\", \"code\": \"c\", \"data\": \"d\"},||hypothesis:"
                        + " expected the fields \"treatment\" and \"control\", since the experiment"
                        + " has not two arms but [a]",
                "\"priority\": 3|\"hypothesis\": \"other\"|experiment.hypothesis: expected none"
                        + " beside the hypotheses of the file, found \"other\"",
                "{\"hypothesis\"|{\"family\": {\"id\": \"f\"}, \"hypothesis\"|hypotheses: expected an"
                        + " array beside \"family\", found none"
            })
    void whatWouldNotCountIsRefused(String part, String instead, String message) {
        String text = GOOD.replace(part, instead == null ? "" : instead);
        IllegalArgumentException wrong =
                assertThrows(IllegalArgumentException.class, () -> Submission.parse(text));
        assertEquals(message, wrong.getMessage());
    }

    @Test
    void anExperimentMayNameTheHypothesisOfItsFile() {
        String text = GOOD.replace("\"priority\": 3", "\"hypothesis\": \"h\"");
        assertEquals("h", Submission.parse(text).experiment().hypothesis());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '#',
            value = {
                "{~  `a`: }|line 2, column 8: expected a value, found `}`",
                "{`a`: 1 `b`: 2}|line 1, column 9: expected a comma or }, found a double quote",
                "{`a` 1}|line 1, column 6: expected a colon, found `1`",
                "{a: 1}|line 1, column 2: expected the name of a field in double quotes, found `a`",
                "{`a`: 1,}|line 1, column 9: expected the name of a field in double quotes, found"
                        + " `}`",
                "{`a`: [1 2]}|line 1, column 10: expected a comma or ], found `2`",
                "{`a`: [1, 2|line 1, column 12: expected a comma or ], found the end of the file",
                "{`a`: 1|line 1, column 8: expected a comma or }, found the end of the file",
                "{`a`: `x|line 1, column 9: expected a double quote that ends the string, found the"
                        + " end of the file",
                "{`a`: `x~`}|line 1, column 9: expected a double quote that ends the string, found"
                        + " the end of the line",
                "{`a`: `x~|line 1, column 9: expected a double quote that ends the string, found"
                        + " the end of the file",
                "{`a`: True}|line 1, column 7: expected a value, found `True`",
                "{`a`: NaN}|line 1, column 7: expected a value, found `NaN`",
                "{`a`: 1.}|line 1, column 8: expected a number such as 0.5 or 1e-4, found `.`",
                "{`a`: 1, `a`: 2}|line 1, column 10: expected each field once, found `a` twice",
                "{`a`: 1}}|line 1, column 9: expected the end of the file, found `}`",
                "{`a`: 1}{}|line 1, column 9: expected the end of the file, found `{`",
                "~|expected a JSON object, found nothing",
            })
    void whatIsNoJsonIsToldWithItsPlace(String text, String message) {
        IllegalArgumentException wrong =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Submission.parse(text.replace('`', '"').replace('~', '\n')));
        assertEquals(message.replace('`', '"'), wrong.getMessage());
    }
}
