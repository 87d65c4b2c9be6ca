package dev.retort.bench.kernels;

import dev.retort.device.kernels.ElementType;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The kernels of a run and the shapes they get.
 *
 * @param only the names to run; empty for all
 */
record CaseList(Set<String> only) {
    private static final ElementType BF16 = ElementType.BFLOAT16;
    private static final ElementType F32 = ElementType.FLOAT32;

    CaseList {
        Set<String> unknown = new TreeSet<>(only);
        unknown.removeAll(names());
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected kernels out of %s, found %s"
                            .formatted(String.join(", ", names()), String.join(", ", unknown)));
        }
    }

    static Set<String> names() {
        return allSmall().map(KernelCase::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** For a real device: shapes of training, larger than any cache. */
    List<KernelCase> large() {
        Stream<KernelCase> vectors = VectorCases.of(1 << 26).stream();
        Stream<KernelCase> rows =
                Stream.of(
                        RowCases.softmax(BF16, 16_384, 16_384),
                        RowCases.softmax(BF16, 4096, 128_256),
                        RowCases.layernorm(BF16, 65_536, 4096));
        Stream<KernelCase> losses =
                Stream.of(
                        LossCases.of(BF16, 8192, 128_256, 4),
                        LossCases.of(BF16, 8192, 128_256, 3),
                        LossCases.of(BF16, 16_384, 32_000, 4),
                        LossCases.of(F32, 2048, 262_144, 4),
                        LossCases.of(F32, 1 << 20, 10, 4));
        Stream<KernelCase> top = TopCases.of(BF16, 8192, 128_256, 64).stream();
        Stream<KernelCase> adamw =
                Stream.of(
                        AdamwCases.of(F32, 100, 1_000_000, false),
                        AdamwCases.of(BF16, 100, 1_000_000, true));
        return chosen(Stream.of(vectors, rows, losses, top, adamw).flatMap(s -> s));
    }

    /** For a simulated device: the same kernels, as small as shows that they compute. */
    List<KernelCase> small() {
        return chosen(allSmall());
    }

    private static Stream<KernelCase> allSmall() {
        return Stream.of(
                        VectorCases.of(5001).stream(),
                        Stream.of(
                                RowCases.softmax(BF16, 5, 1003),
                                RowCases.layernorm(BF16, 5, 768),
                                LossCases.of(BF16, 3, 2003, 4),
                                LossCases.of(F32, 50, 10, 4),
                                AdamwCases.of(BF16, 3, 9001, true)),
                        TopCases.of(BF16, 3, 2003, 16).stream())
                .flatMap(s -> s);
    }

    private List<KernelCase> chosen(Stream<KernelCase> cases) {
        return cases.filter(kernel -> only.isEmpty() || only.contains(kernel.name())).toList();
    }
}
