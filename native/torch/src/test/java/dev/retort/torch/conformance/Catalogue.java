package dev.retort.torch.conformance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** All cases, in the order in which they run. */
final class Catalogue {
    private static final List<Supplier<List<Case>>> GROUPS =
            List.of(
                    CreationCases::cases,
                    ConversionCases::cases,
                    ElementwiseCases::cases,
                    ArithmeticCases::cases,
                    ReductionCases::cases,
                    ShapeCases::cases,
                    IndexCases::cases,
                    GatherCases::cases,
                    AlgebraCases::cases,
                    RandomCases::cases,
                    ActivationCases::cases,
                    NeuralCases::cases,
                    RecurrentCases::cases,
                    OptimizerCases::cases,
                    ImageCases::cases,
                    GradientCases::cases,
                    LifecycleCases::cases);

    private Catalogue() {}

    static List<Case> cases() {
        Map<String, Case> cases = new LinkedHashMap<>();
        for (Supplier<List<Case>> group : GROUPS) {
            for (Case next : group.get()) {
                if (cases.putIfAbsent(next.name(), next) != null) {
                    throw new IllegalStateException("two cases are called " + next.name());
                }
            }
        }
        return List.copyOf(cases.values());
    }
}
