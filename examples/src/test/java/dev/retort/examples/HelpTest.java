package dev.retort.examples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import static java.util.Objects.requireNonNull;

import dev.retort.distill.loss.LogitLossKind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What {@code --help} and {@code --version} say. */
class HelpTest extends DistillRuns {
    @ParameterizedTest
    @ValueSource(strings = {"--help", "distill --help", "help distill", ""})
    void helpMentionsEveryOption(String arguments) {
        assertEquals(0, run(arguments.isEmpty() ? new String[0] : arguments.split(" ", -1)));
        assertEquals("", err.toString());
        CommandLine command = Retort.commandLine();
        if (arguments.contains("distill")) {
            command = requireNonNull(command.getSubcommands().get("distill"));
        }
        List<OptionSpec> options = command.getCommandSpec().options();
        assertTrue(options.size() >= 3);
        for (OptionSpec option : options) {
            assertTrue(out.toString().contains(option.longestName()), option.longestName());
        }
    }

    @Test
    void helpNamesTheDataSetsAndTheDefaults() {
        assertEquals(0, run("distill", "--help"));
        String help = out.toString().replaceAll("\\s+", " ");
        assertTrue(help.contains("One of digits, fashion-mnist, or a file, JSON or YAML,"), help);
        assertTrue(help.contains("one of hinton, kl, reverse-kl, jsd,"), help);
        assertTrue(help.contains("default that of the loss, 4 for hinton."), help);
        assertTrue(
                help.contains(
                        "dkd decoupled distillation, Zhao et al. 2022 temperature 4, weights 1 and"
                                + " 1, alpha=1, beta=8, warm-up=0.083"),
                help);
        for (LogitLossKind kind : LogitLossKind.values()) {
            assertTrue(help.contains(kind.label() + " " + kind.description()), kind.label());
        }
        assertFalse(help.contains("${"), help);
    }

    /** A recipe file has its own. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "--epochs",
                "--teacher-epochs",
                "--batch-size",
                "--learning-rate",
                "--clip-norm",
                "--patience",
                "--schedule",
                "--accumulate",
                "--ema",
                "--seeds",
                "--seed",
                "--margin",
                "--price-hour",
                "--price-kwh",
                "--engine",
                "--threads"
            })
    void whatARecipeSaysHasNoOtherDefault(String option) {
        CommandLine command = requireNonNull(Retort.commandLine().getSubcommands().get("distill"));
        String description =
                String.join(" ", command.getCommandSpec().findOption(option).description());
        assertTrue(description.contains("default the recipe's"), description);
        assertFalse(description.matches(".*default [0-9].*"), description);
    }

    @Test
    void versionIsOneLine() {
        assertEquals(0, run("--version"));
        assertEquals(List.of("retort development"), out.toString().lines().toList());
    }

    @Test
    void helpNamesTheKeysThatARecipeMustHave() {
        assertEquals(0, run("distill", "--help"));
        List<String> lines = out.toString().lines().map(String::strip).toList();
        assertTrue(
                lines.contains(
                        "recipe:                data, teacher, student, loss, hints, study, engine"));
        assertTrue(lines.contains("data:                  name"), out.toString());
        assertTrue(lines.contains("network mlp:           hidden"), out.toString());
    }

    @Test
    void helpSaysWhatIsForJavaAloneAndWhatDoesNotGoTogether() {
        assertEquals(0, run("distill", "--help"));
        String help = out.toString().replaceAll("\\s+", " ");
        for (String expected :
                List.of(
                        "data.name is digits or fashion-mnist.",
                        "Own data, and teachers that are tables or ensembles, are for Java alone:",
                        "Not with an ONNX model or a TorchScript module,",
                        "softWeight and hardWeight, and they need not sum to 1.",
                        "How an input is scaled stands in the metadata, as retort.input.")) {
            assertTrue(help.contains(expected), expected);
        }
    }

    @Test
    void whatTheRootSaysAtItsEndIsNotRepeated() {
        assertEquals(0, run("--help"));
        assertTrue(out.toString().contains("Start with:"), out.toString());
        out.getBuffer().setLength(0);
        assertEquals(0, run("devices", "--help"));
        assertEquals(0, run("distill", "text", "--help"));
        assertFalse(out.toString().contains("Start with:"), out.toString());
    }

    /**
     * An indented line that is longer is wrapped without its indentation, and one that fills the
     * line ends without a break.
     */
    @ParameterizedTest
    @ValueSource(strings = {"", "distill", "distill design", "distill text", "devices", "top"})
    void whatACommandSaysAtItsEndFitsIntoALine(String name) {
        CommandLine command = Retort.commandLine();
        for (String part : name.isEmpty() ? new String[0] : name.split(" ", -1)) {
            command = requireNonNull(command.getSubcommands().get(part));
        }
        for (String line : command.getCommandSpec().usageMessage().footer()) {
            assertTrue(!line.startsWith(" ") || line.length() < 80, line);
        }
    }

    /** Picocli formats what it prints, and warns there where a percent sign stands alone. */
    @Test
    void noHelpWarnsOnStandardError() {
        ByteArrayOutputStream warnings = new ByteArrayOutputStream();
        PrintStream usual = System.err;
        System.setErr(new PrintStream(warnings, true, StandardCharsets.UTF_8));
        try {
            commands(Retort.commandLine()).forEach(CommandLine::getUsageMessage);
        } finally {
            System.setErr(usual);
        }
        assertEquals("", warnings.toString(StandardCharsets.UTF_8));
        assertEquals(0, run("distill", "design", "--help"));
        assertTrue(out.toString().contains("The most that 95 % of the requests"), out.toString());
    }

    private static List<CommandLine> commands(CommandLine root) {
        List<CommandLine> commands = new ArrayList<>(List.of(root));
        root.getSubcommands().values().forEach(command -> commands.addAll(commands(command)));
        return commands;
    }
}
