package dev.retort.planning.table;

import java.util.List;
import java.util.Optional;

/**
 * What a column holds, and by which names it is known. Case, blanks, underscores, hyphens and
 * brackets of a name do not matter; after a name a unit may follow, such as {@code loss_bits}.
 *
 * @param what what it holds, for messages
 * @param names the names, the usual one first
 * @param units the units that may follow a name
 */
public record Column(String what, List<String> names, List<String> units) {
    private static final List<String> SCALES =
            List.of(
                    "k",
                    "m",
                    "b",
                    "t",
                    "thousand",
                    "million",
                    "millions",
                    "billion",
                    "billions",
                    "trillion",
                    "trillions");

    /** The parameters N of a model. */
    public static final Column PARAMETERS =
            new Column(
                    "the parameters N",
                    List.of(
                            "N",
                            "params",
                            "parameters",
                            "n_params",
                            "num_params",
                            "n_parameters",
                            "num_parameters",
                            "model_size",
                            "size",
                            "model_parameters",
                            "non_embedding_params",
                            "non_embedding_parameters",
                            "number_of_parameters",
                            "total_params",
                            "total_parameters"),
                    SCALES);

    /** The tokens D of a training. */
    public static final Column TOKENS =
            new Column(
                    "the tokens D",
                    List.of(
                            "D",
                            "tokens",
                            "n_tokens",
                            "num_tokens",
                            "training_tokens",
                            "train_tokens",
                            "data",
                            "dataset_size",
                            "data_size",
                            "training_data",
                            "number_of_tokens",
                            "token_count",
                            "tokens_seen"),
                    SCALES);

    /** The loss. */
    public static final Column LOSS =
            new Column(
                    "the loss",
                    List.of(
                            "loss",
                            "L",
                            "final_loss",
                            "val_loss",
                            "validation_loss",
                            "test_loss",
                            "eval_loss",
                            "train_loss",
                            "training_loss",
                            "cross_entropy"),
                    List.of("nats", "bits", "nat", "bit", "nats per token", "bits per token"));

    /** The FLOPs of a training. */
    public static final Column FLOPS =
            new Column(
                    "the FLOPs",
                    List.of(
                            "flops",
                            "C",
                            "flop",
                            "compute",
                            "training_flops",
                            "training_flop",
                            "train_flops",
                            "total_flops"),
                    List.of());

    /** The tokens at which the learning-rate schedule ends. */
    public static final Column SCHEDULE =
            new Column(
                    "the tokens at the end of the learning-rate schedule",
                    List.of(
                            "schedule_tokens",
                            "schedule",
                            "lr_schedule_tokens",
                            "lr_horizon",
                            "horizon",
                            "decay_tokens"),
                    SCALES);

    /** The run that a point is of. */
    public static final Column RUN =
            new Column("the run", List.of("run", "run_id", "run_name"), List.of());

    /** The unique tokens. */
    public static final Column UNIQUE =
            new Column(
                    "the unique tokens",
                    List.of("unique_tokens", "unique", "U", "n_unique", "data_budget"),
                    SCALES);

    /** The problem of a sample. */
    public static final Column PROBLEM =
            new Column(
                    "the problem",
                    List.of("problem", "task", "problem_id", "task_id", "question"),
                    List.of());

    /** Whether a sample is right. */
    public static final Column CORRECT =
            new Column(
                    "whether the sample is right",
                    List.of("correct", "is_correct", "passed", "pass", "success", "right"),
                    List.of());

    /** The number of right samples. */
    public static final Column COUNT_CORRECT =
            new Column(
                    "the number of right samples",
                    List.of("c", "num_correct", "n_correct", "correct_count", "successes"),
                    List.of());

    /** The number of samples. */
    public static final Column COUNT_SAMPLES =
            new Column(
                    "the number of samples",
                    List.of("n", "num_samples", "n_samples", "samples", "attempts", "trials"),
                    List.of());

    /** The score of a verifier. */
    public static final Column SCORE =
            new Column(
                    "the score of the verifier",
                    List.of("score", "reward", "verifier", "verifier_score", "reward_score"),
                    List.of());

    /** The answer for a vote. */
    public static final Column ANSWER =
            new Column("the answer", List.of("answer", "final_answer", "prediction"), List.of());

    /** The tokens of a sample. */
    public static final Column SAMPLE_TOKENS =
            new Column(
                    "the tokens of the sample",
                    List.of("tokens", "output_tokens", "completion_tokens", "n_tokens"),
                    List.of());

    /** Copies the lists. */
    public Column {
        names = List.copyOf(names);
        units = List.copyOf(units);
    }

    /**
     * The column under one other name, which the user gave.
     *
     * @param name the name
     * @return the changed column
     */
    public Column called(String name) {
        return new Column(what, List.of(name), units);
    }

    /** The unit that follows a name, empty text for none; nothing if the column is another. */
    Optional<String> unitOf(String head) {
        String plain = CsvTable.plain(head);
        for (String name : names) {
            String known = CsvTable.plain(name);
            if (plain.equals(known)) {
                return Optional.of("");
            }
            if (plain.startsWith(known + " ")) {
                String unit = plain.substring(known.length() + 1);
                if (units.contains(unit)) {
                    return Optional.of(unit);
                }
            }
        }
        return Optional.empty();
    }
}
