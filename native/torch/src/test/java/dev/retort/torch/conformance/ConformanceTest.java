package dev.retort.torch.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Runs the catalogue on DJL's PyTorch engine and on this one, and compares. */
class ConformanceTest {
    private static final long SEED = 2026;
    private static final List<KnownDifference> KNOWN = KnownDifference.all();

    @TempDir private Path folder;

    @Test
    void resultsEqualThoseOfDjlsPyTorchEngine() throws IOException, InterruptedException {
        compare(SEED);
    }

    @Test
    @Tag("slow")
    void resultsEqualOnOtherOperands() throws IOException, InterruptedException {
        compare(1);
    }

    @Test
    void theCatalogueIsLarge() {
        assertTrue(Catalogue.cases().size() > 9000, "cases: " + Catalogue.cases().size());
    }

    private void compare(long seed) throws IOException, InterruptedException {
        Path here = java.nio.file.Files.createDirectories(folder.resolve("seed" + seed));
        Map<String, Outcome> expected = EngineProcess.run("PyTorch", seed, here);
        Map<String, Outcome> actual = EngineProcess.run("Retort", seed, here);
        List<String> differences = new ArrayList<>();
        Set<KnownDifference> unused = new HashSet<>(KNOWN);
        for (Case of : Catalogue.cases()) {
            Outcome left = expected.getOrDefault(of.name(), new Outcome.Crash());
            Outcome right = actual.getOrDefault(of.name(), new Outcome.Crash());
            Optional<String> difference = Comparison.difference(of, left, right);
            if (difference.isPresent()) {
                KnownDifference.Kind kind = KnownDifference.Kind.of(left, right);
                List<KnownDifference> known =
                        KNOWN.stream().filter(line -> line.covers(of, kind)).toList();
                unused.removeAll(known);
                if (known.isEmpty()) {
                    differences.add(kind + " " + of.name() + ": " + difference.get());
                }
            }
        }
        assertEquals(List.of(), differences);
        assertEquals(Set.of(), unused, "lines of the table that no case needs");
    }
}
