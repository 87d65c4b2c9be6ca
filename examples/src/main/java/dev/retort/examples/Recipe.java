package dev.retort.examples;

import ai.djl.nn.Block;

import dev.retort.distill.Networks;
import dev.retort.distill.data.DataSplit;
import dev.retort.distill.data.Digits;
import dev.retort.distill.data.FashionMnist;
import dev.retort.distill.train.TrainingPlan;

import picocli.CommandLine;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Supplier;

/** A data set with networks and training plans that suit it. */
enum Recipe {
    /** 64 pixels, an MLP of 256 hidden units into one of 16. */
    DIGITS("digits", 5, 1) {
        @Override
        DataSplit load(Optional<Path> folder) {
            if (folder.isPresent()) {
                throw new IllegalArgumentException(
                        "expected no --data with digits, which ship with Retort, found "
                                + folder.get());
            }
            return Digits.load();
        }

        @Override
        Supplier<Block> teacher() {
            return () -> Networks.mlp(new int[] {256}, 10);
        }

        @Override
        Supplier<Block> student() {
            return () -> Networks.mlp(new int[] {16}, 10);
        }

        @Override
        TrainingPlan teacherPlan() {
            return TrainingPlan.of(40, 32, 3e-3f);
        }

        @Override
        TrainingPlan studentPlan() {
            return TrainingPlan.of(80, 32, 1e-2f);
        }
    },

    /** 28x28 pixels, a convolutional network into one of 106,000 parameters. */
    FASHION_MNIST("fashion-mnist", 1, Runtime.getRuntime().availableProcessors()) {
        @Override
        DataSplit load(Optional<Path> folder) {
            return FashionMnist.load(folder);
        }

        @Override
        Supplier<Block> teacher() {
            return () -> Networks.convolutional(32, 64, 256, 10);
        }

        @Override
        Supplier<Block> student() {
            return () -> Networks.convolutional(16, 32, 64, 10);
        }

        @Override
        TrainingPlan teacherPlan() {
            return TrainingPlan.of(8, 128, 5e-3f);
        }

        @Override
        TrainingPlan studentPlan() {
            return TrainingPlan.of(8, 128, 5e-3f);
        }
    };

    private final String label;
    private final int defaultSeeds;
    private final int defaultThreads;

    Recipe(String label, int defaultSeeds, int defaultThreads) {
        this.label = label;
        this.defaultSeeds = defaultSeeds;
        this.defaultThreads = defaultThreads;
    }

    /** The number of seeds that takes about a minute or, for images, no less than one. */
    int defaultSeeds() {
        return defaultSeeds;
    }

    /**
     * Threads of an operation. Matrices as small as those of the digits gain nothing from a second
     * thread, and wait for it whenever another process holds its core.
     */
    int defaultThreads() {
        return defaultThreads;
    }

    abstract DataSplit load(Optional<Path> folder);

    abstract Supplier<Block> teacher();

    abstract Supplier<Block> student();

    abstract TrainingPlan teacherPlan();

    abstract TrainingPlan studentPlan();

    /** The name a user types. */
    @Override
    public String toString() {
        return label;
    }

    /** Reads the name a user types. */
    static final class Converter implements CommandLine.ITypeConverter<Recipe> {
        @Override
        public Recipe convert(String value) {
            for (Recipe recipe : values()) {
                if (recipe.label.equals(value)) {
                    return recipe;
                }
            }
            throw new CommandLine.TypeConversionException(
                    "expected digits or fashion-mnist, found " + value);
        }
    }

    /** The names for the help text. */
    static final class Names extends ArrayList<String> {
        private static final long serialVersionUID = 1L;

        Names() {
            for (Recipe recipe : values()) {
                add(recipe.label);
            }
        }
    }
}
