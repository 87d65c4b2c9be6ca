package dev.retort.experiment.verdict;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;

/** Against golden.py, which enumerates from the definitions. */
class GoldenTest {
    private record Case(
            GroupSequential design,
            double alpha,
            OptionalInt rejectedAt,
            double pValue,
            double eValue,
            List<Double> gains) {
        double[] values() {
            return gains.stream().mapToDouble(Double::doubleValue).toArray();
        }

        static Case of(String line) {
            String[] cells = line.split(";", -1);
            return new Case(
                    new GroupSequential(Integer.parseInt(cells[0]), Double.parseDouble(cells[1])),
                    Double.parseDouble(cells[2]),
                    cells[3].equals("-")
                            ? OptionalInt.empty()
                            : OptionalInt.of(Integer.parseInt(cells[3])),
                    Double.parseDouble(cells[4]),
                    Double.parseDouble(cells[5]),
                    Arrays.stream(cells[6].split(" ")).map(Double::valueOf).toList());
        }
    }

    private static List<Case> cases() throws IOException {
        try (InputStream in =
                Objects.requireNonNull(GoldenTest.class.getResourceAsStream("golden.csv"))) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().map(Case::of).toList();
        }
    }

    @Test
    void agreesWithPlainEnumeration() throws IOException {
        int rejected = 0;
        for (Case golden : cases()) {
            SequentialSignFlips test = new SequentialSignFlips(golden.design, golden.alpha);
            assertEquals(golden.rejectedAt, test.rejectedAt(golden.values(), golden.alpha));
            double p = test.pValue(golden.values(), golden.alpha);
            assertTrue(p >= golden.pValue * (1 - 1e-9), () -> p + " below " + golden.pValue);
            assertEquals(golden.pValue, p, 0.008 * golden.pValue);
            double e = SymmetricBet.wealth(golden.values(), golden.gains.size());
            assertEquals(golden.eValue, e, 1e-9 * golden.eValue);
            rejected += golden.rejectedAt.isPresent() ? 1 : 0;
        }
        assertTrue(rejected > 10 && rejected < 40, "cases of one kind only");
    }
}
