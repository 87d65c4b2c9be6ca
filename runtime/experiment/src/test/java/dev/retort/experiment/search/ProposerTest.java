package dev.retort.experiment.search;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.retort.experiment.json.Json;
import dev.retort.experiment.search.Parameter.Categorical;
import dev.retort.experiment.search.Parameter.Continuous;
import dev.retort.experiment.search.Parameter.Scale;
import dev.retort.experiment.search.Parameter.Whole;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

class ProposerTest {
    private static final SearchSpace SPACE =
            SearchSpace.of(
                            new Continuous("rate", 1e-5, 1e-1, Scale.LOG),
                            new Continuous("dropout", 0, 0.5, Scale.LINEAR),
                            new Whole("layers", 1, 6, Scale.LINEAR),
                            new Whole("width", 16, 1024, Scale.LOG),
                            new Categorical("optimiser", List.of("adamw", "sgd", "lion")))
                    .when(
                            "optimiser",
                            Set.of("sgd"),
                            new Continuous("momentum", 0, 0.99, Scale.LINEAR));

    private static double loss(Config config) {
        double rate = Math.log10(config.real("rate")) + 3;
        double momentum =
                config.choice("optimiser").equals("sgd") ? config.real("momentum") - 0.9 : 0.3;
        return rate * rate
                + momentum * momentum
                + Math.abs(config.whole("layers") - 3) / 3.0
                + config.real("dropout");
    }

    private static List<Observation> observations(List<Proposal> proposals) {
        return proposals.stream()
                .map(p -> new Observation(p.number(), p.config(), loss(p.config()), null))
                .toList();
    }

    private static List<Proposal> search(Proposer proposer, long seed, int count) {
        List<Proposal> proposals = new ArrayList<>();
        List<Observation> seen = new ArrayList<>();
        for (int number = 0; number < count; number++) {
            Proposal proposal = proposer.propose(SPACE, seed, number, seen);
            proposals.add(proposal);
            seen.add(new Observation(number, proposal.config(), loss(proposal.config()), null));
        }
        return proposals;
    }

    @Test
    void replayGivesTheSameBits() {
        List<Proposer> proposers =
                List.of(
                        new RandomSearch(),
                        new SobolSearch(),
                        new GridSearch(3),
                        TreeParzenSearch.usual());
        for (Proposer proposer : proposers) {
            for (long seed : new long[] {0, 1, -7, Long.MAX_VALUE}) {
                List<Proposal> proposals = search(proposer, seed, 40);
                assertEquals(proposals, search(proposer, seed, 40));
                // In any order, each from the observations that it names.
                List<Observation> seen = observations(proposals);
                for (Proposal proposal : proposals.reversed()) {
                    List<Observation> named = seen.subList(0, proposal.seen());
                    assertEquals(proposal, proposer.propose(SPACE, seed, proposal.number(), named));
                }
            }
            if (!(proposer instanceof GridSearch)) {
                assertNotEquals(
                        search(proposer, 1, 12).getLast().config(),
                        search(proposer, 2, 12).getLast().config());
            }
        }
    }

    @Test
    void staysInTheSpaceAndLeavesInactiveParametersOut() {
        for (Proposer proposer :
                List.of(new RandomSearch(), new SobolSearch(), TreeParzenSearch.usual())) {
            Set<Object> optimisers = new HashSet<>();
            for (Proposal proposal : search(proposer, 3, 60)) {
                Config config = proposal.config();
                optimisers.add(config.choice("optimiser"));
                boolean sgd = config.choice("optimiser").equals("sgd");
                assertEquals(sgd, config.settings().containsKey("momentum"));
                for (SearchSpace.Dimension dimension : SPACE.dimensions()) {
                    Setting setting = config.settings().get(dimension.parameter().name());
                    if (setting != null) {
                        double unit = dimension.parameter().coordinate(setting);
                        assertTrue(unit >= 0 && unit <= 1);
                    }
                }
            }
            assertTrue(optimisers.size() >= 2, optimisers.toString());
        }
    }

    @Test
    void coordinatesGiveBackTheirSetting() {
        SplittableRandom random = new SplittableRandom(1);
        for (SearchSpace.Dimension dimension : SPACE.dimensions()) {
            Parameter parameter = dimension.parameter();
            for (int i = 0; i < 2_000; i++) {
                Setting setting = parameter.at(random.nextDouble());
                double unit = parameter.coordinate(setting);
                if (parameter.at(unit) instanceof Setting.Real(double again)
                        && setting instanceof Setting.Real(double value)) {
                    assertEquals(value, again, 1e-12 * value);
                } else {
                    assertEquals(setting, parameter.at(unit));
                }
            }
            parameter.at(0);
            assertTrue(parameter.coordinate(parameter.at(1)) <= 1);
        }
    }

    @Test
    void logarithmsAreSpreadEvenly() {
        int low = 0;
        int draws = 4_000;
        for (int number = 0; number < draws; number++) {
            Config config = new RandomSearch().propose(SPACE, 5, number, List.of()).config();
            low += config.real("rate") < 1e-3 ? 1 : 0;
        }
        // Half of four decades; four standard deviations are 126.
        assertEquals(draws / 2.0, low, 126);
    }

    @Test
    void sobolIsThatOfJoeAndKuo() throws IOException {
        String golden;
        try (InputStream in =
                Objects.requireNonNull(ProposerTest.class.getResourceAsStream("sobol.csv"))) {
            golden = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<Parameter> axes = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            axes.add(new Continuous("x" + i, 0, 1, Scale.LINEAR));
        }
        SearchSpace cube = SearchSpace.of(axes.toArray(Parameter[]::new));
        Config shift = new SobolSearch().propose(cube, 9, 0, List.of()).config();
        for (String line : golden.lines().toList()) {
            String[] cells = line.split(";", -1);
            int number = Integer.parseInt(cells[0]);
            Config config = new SobolSearch().propose(cube, 9, number, List.of()).config();
            for (int i = 0; i < 6; i++) {
                double moved = config.real("x" + i) - shift.real("x" + i);
                double point = moved < -1e-12 ? moved + 1 : moved;
                assertEquals(Double.parseDouble(cells[i + 1]), point, 1e-9, line);
            }
        }
    }

    private static List<Config> grid(GridSearch search) {
        return IntStream.range(0, search.size(SPACE))
                .mapToObj(number -> search.propose(SPACE, 0, number, List.of()).config())
                .toList();
    }

    @Test
    void theGridHasEveryCombinationOnce() {
        List<Config> grid = grid(new GridSearch(3));
        // 3 * 3 * 3 * 3 * (2 + 3 values of the momentum of sgd).
        assertEquals(405, grid.size());
        assertEquals(405, new HashSet<>(grid).size());
        assertEquals(
                "expected a proposal below the 405 points of the grid, found number 405",
                message(() -> new GridSearch(3).propose(SPACE, 0, 405, List.of())));
        SearchSpace few = SearchSpace.of(new Whole("n", 1, 2, Scale.LINEAR));
        assertEquals(2, new GridSearch(9).size(few));
    }

    @Test
    void aSetIsProposedAsItIs() {
        SearchSpace space =
                SearchSpace.of(
                                new Continuous("rate", 0, 1, Scale.LINEAR),
                                new Categorical("kind", List.of("sgd", "adam")))
                        .when("kind", Set.of("sgd"), new Whole("n", 1, 4, Scale.LINEAR));
        ExactSet set =
                new ExactSet(
                        List.of(
                                Map.of("rate", 0.5, "kind", "adam"),
                                Map.of("rate", 1L, "kind", "sgd", "n", 3L)));
        assertEquals("adam", set.propose(space, 1, 0, List.of()).config().choice("kind"));
        Config second = set.propose(space, 1, 1, List.of()).config();
        assertEquals(1.0, second.real("rate"));
        assertEquals(3, second.whole("n"));
        assertEquals(
                "expected a proposal below the 2 configurations of the set, found number 2",
                message(() -> set.propose(space, 1, 2, List.of())));
        ExactSet inactive = new ExactSet(List.of(Map.of("rate", 0.5, "kind", "adam", "n", 2L)));
        assertThrows(
                IllegalArgumentException.class, () -> inactive.propose(space, 1, 0, List.of()));
        ExactSet outside = new ExactSet(List.of(Map.of("rate", 1.5, "kind", "adam")));
        assertThrows(IllegalArgumentException.class, () -> outside.propose(space, 1, 0, List.of()));
        assertThrows(
                IllegalArgumentException.class,
                () -> new ExactSet(List.of(Map.of("rate", 0.5), Map.of("rate", 0.5))));
    }

    /** As they come in Java, and as they come back from a log. */
    @Test
    void aSetTakesNumbersOfAnyKind() {
        SearchSpace space =
                SearchSpace.of(
                        new Continuous("rate", 0, 20, Scale.LINEAR),
                        new Categorical("batch", List.of(16, 32)),
                        new Whole("width", 1, 64, Scale.LINEAR));
        ExactSet set = new ExactSet(List.of(Map.of("rate", 16, "batch", 16, "width", 16)));
        Config config = set.propose(space, 1, 0, List.of()).config();
        assertEquals(16.0, config.real("rate"));
        assertEquals(16L, config.choice("batch"));
        assertEquals(16, config.whole("width"));
        assertEquals(set, Json.read(Json.write(set), ExactSet.class));
        assertEquals(
                new ExactSet(List.of(Map.of("rate", 0.1))),
                new ExactSet(List.of(Map.of("rate", 0.1f))));
    }

    @Test
    void parzenLearnsWhereGoodOnesAre() {
        int near = 0;
        for (Proposal proposal : search(TreeParzenSearch.usual(), 4, 80).subList(40, 80)) {
            double rate = proposal.config().real("rate");
            near += rate > 2e-4 && rate < 5e-3 ? 1 : 0;
        }
        // A random search has 35 % there.
        assertTrue(near >= 24, near + " of 40");
    }

    @Test
    void densitiesAreDensities() {
        for (Density density :
                List.of(
                        Density.parzen(List.of()),
                        Density.parzen(List.of(0.0, 0.0, 1.0)),
                        Density.parzen(List.of(0.3, 0.31, 0.9)),
                        Density.categorical(4, List.of(0.1, 0.1, 0.6)))) {
            double mass = 0;
            int steps = 100_000;
            for (int i = 0; i < steps; i++) {
                mass += Math.exp(density.log((i + 0.5) / steps)) / steps;
            }
            assertEquals(1, mass, 1e-6);
            // Draws follow it: mean of draws against the integral of x p(x).
            double mean = 0;
            for (int i = 0; i < steps; i++) {
                double unit = (i + 0.5) / steps;
                mean += unit * Math.exp(density.log(unit)) / steps;
            }
            double drawn = 0;
            for (int i = 0; i < 20_000; i++) {
                drawn += density.draw(Proposer.random(8, i)) / 20_000;
            }
            assertEquals(mean, drawn, 0.01);
        }
    }

    @Test
    void badInputGetsOneSentence() {
        assertEquals(
                "expected a range of 'rate' above 0 for a logarithmic scale, found 0.0 to 1.0",
                message(() -> new Continuous("rate", 0, 1, Scale.LOG)));
        assertEquals(
                "expected a range of 'rate' from low to high, found 1.0 to NaN",
                message(() -> new Continuous("rate", 1, Double.NaN, Scale.LINEAR)));
        assertEquals(
                "expected choices of 'a' that differ, found [x, x]",
                message(() -> new Categorical("a", List.of("x", "x"))));
        assertEquals(
                "expected every parameter once, found 'n' twice",
                message(
                        () ->
                                SearchSpace.of(
                                        new Whole("n", 1, 2, Scale.LINEAR),
                                        new Whole("n", 1, 2, Scale.LINEAR))));
        assertTrue(
                message(
                                () ->
                                        SPACE.when(
                                                "optimiser",
                                                Set.of("adam"),
                                                new Whole("n", 1, 2, Scale.LINEAR)))
                        .startsWith(
                                "expected the condition of 'n' to name choices of a categorical"
                                        + " parameter before it"));
        Config config = search(new RandomSearch(), 1, 1).getFirst().config();
        assertEquals(
                "expected a loss, infinite for a run that diverged, found NaN of proposal 3",
                message(() -> new Observation(3, config, Double.NaN, null)));
        assertThrows(NoSuchElementException.class, () -> config.real("nothing"));
        assertThrows(IllegalArgumentException.class, () -> config.real("layers"));
    }

    private static String message(Runnable call) {
        return String.valueOf(assertThrows(IllegalArgumentException.class, call::run).getMessage());
    }
}
