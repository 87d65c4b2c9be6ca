package dev.retort.examples.plan;

import dev.retort.planning.PlanningException;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

import java.io.PrintWriter;
import java.util.Objects;

/**
 * The options that a user gave. One without effect is refused, since it misleads.
 *
 * @param options what was parsed
 */
record Given(ParseResult options) {
    static Given of(CommandSpec command) {
        return new Given(command.commandLine().getParseResult());
    }

    /**
     * The options of a mixin and of those that are in it, so that none is forgotten.
     *
     * @param command the command that has it
     * @param mixin the name of its field
     */
    static String[] ofMixin(CommandSpec command, String mixin) {
        return Objects.requireNonNull(command.mixins().get(mixin)).options().stream()
                .map(OptionSpec::longestName)
                .toArray(String[]::new);
    }

    /** Standard error. */
    PrintWriter err() {
        return options.commandSpec().commandLine().getErr();
    }

    boolean has(String option) {
        return options.hasMatchedOption(option);
    }

    /**
     * Refuses options that have no effect.
     *
     * @param where why they have none, such as {@code with --law kaplan}
     * @param unused the options
     * @throws PlanningException if one of them was given
     */
    void refuse(String where, String... unused) {
        for (String option : unused) {
            if (has(option)) {
                throw new PlanningException(
                        "expected no %s %s, which does not use it".formatted(option, where));
            }
        }
    }

    /** Refuses what has no effect beside another option. */
    void refuseWith(String cause, String... unused) {
        if (has(cause)) {
            refuse("with " + cause, unused);
        }
    }

    /** Refuses what has no effect without another option. */
    void refuseWithout(String cause, String... unused) {
        if (!has(cause)) {
            refuse("without " + cause, unused);
        }
    }
}
