package dev.retort.examples;

import dev.retort.torch.abi.StockLibtorch;

import picocli.CommandLine;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * The DJL engine that a command runs on. The two load libtorch in versions that bear the same
 * library names, so a process uses one of them.
 */
public enum EngineChoice {
    /** Ours, on libtorch's C ABI. */
    RETORT("Retort", "dev.retort.torch.threads"),

    /** DJL's own. */
    PYTORCH("PyTorch", "ai.djl.pytorch.num_threads");

    /** Says the version of the libtorch that DJL's engine loads. */
    private static final String JNI_OF_DJL = "/jnilib/pytorch.properties";

    private final String label;
    private final String threadsProperty;

    EngineChoice(String label, String threadsProperty) {
        this.label = label;
        this.threadsProperty = threadsProperty;
    }

    /**
     * Makes this DJL's default engine. Called before the first use of DJL, which reads the
     * properties when its engine loads.
     *
     * @param threads threads of an engine operation
     * @throws IllegalArgumentException if it is DJL's own, and this program comes without it
     */
    public void select(int threads) {
        if (this == PYTORCH) {
            // Without it DJL would download another version.
            if (EngineChoice.class.getResource(JNI_OF_DJL) == null) {
                throw new IllegalArgumentException(
                        "expected the engine %s, since this program comes without DJL's own libtorch, found %s"
                                .formatted(RETORT, PYTORCH));
            }
            StockLibtorch.avoidWrongKernels();
        }
        System.setProperty("ai.djl.default_engine", label);
        System.setProperty(threadsProperty, Integer.toString(threads));
    }

    /** The name a user types, which is DJL's name of the engine. */
    @Override
    public String toString() {
        return label;
    }

    /**
     * An engine by its name, in any case.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    static EngineChoice of(String name) {
        for (EngineChoice choice : values()) {
            if (choice.label.equalsIgnoreCase(name)) {
                return choice;
            }
        }
        throw new IllegalArgumentException(
                "expected %s, found %s"
                        .formatted(
                                Arrays.stream(values())
                                        .map(EngineChoice::toString)
                                        .collect(Collectors.joining(" or ")),
                                name));
    }

    /** Reads the name a user types. */
    public static final class Converter implements CommandLine.ITypeConverter<EngineChoice> {
        @Override
        public EngineChoice convert(String value) {
            try {
                return of(value);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException(e.getMessage());
            }
        }
    }

    /** The names for the help text. */
    public static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Names() {
            for (EngineChoice choice : values()) {
                add(choice.label);
            }
        }
    }
}
