package dev.retort.cuda;

import dev.retort.cuda.Availability.Available;
import dev.retort.cuda.Availability.Unavailable;

import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Which features of a loaded library can be used. The functions are looked up once, before the
 * first call: a generated binding whose function is missing fails with an error for ever.
 *
 * @param <F> the features
 */
final class Features<F extends Enum<F> & RequiredSymbols> {
    private static final Pattern OR = Pattern.compile("|", Pattern.LITERAL);

    private final CudaLibrary library;
    private final Map<F, String> missing;

    /**
     * @param library whose features these are
     * @param features all of them
     * @param exported tells whether the library has a function
     */
    Features(CudaLibrary library, Class<F> features, Predicate<String> exported) {
        this.library = library;
        this.missing = new EnumMap<>(features);
        for (F feature : features.getEnumConstants()) {
            feature.symbols().stream()
                    .filter(symbol -> OR.splitAsStream(symbol).noneMatch(exported))
                    .findFirst()
                    .ifPresent(symbol -> missing.put(feature, symbol));
        }
    }

    Availability<F> availability(F feature) {
        String symbol = missing.get(feature);
        return symbol == null ? new Available<>(feature) : new Unavailable<>(reason(symbol));
    }

    /** Whether the feature can be used; costs one look into an array. */
    boolean has(F feature) {
        return !missing.containsKey(feature);
    }

    /** Passes if the feature can be used; costs one look into an array. */
    void require(F feature) {
        String symbol = missing.get(feature);
        if (symbol != null) {
            String reason = reason(symbol);
            throw new NotSupportedException(
                    library == CudaLibrary.NVML
                            ? NvmlErrors.missingFunction(symbol, reason)
                            : DriverErrors.missingFunction(symbol, reason));
        }
    }

    private String reason(String symbol) {
        return "the installed driver has no " + symbol.replace("|", " or ");
    }
}
