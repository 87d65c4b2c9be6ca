package dev.retort.planning.table;

import java.util.List;

/** The columns of a file of runs. */
public final class RunColumns {
    /** The parameters N of a model. */
    public static final Column PARAMETERS =
            Column.numbers(
                            "N",
                            "the parameters N",
                            List.of(
                                    List.of(
                                            "N",
                                            "params",
                                            "parameters",
                                            "n_params",
                                            "nparams",
                                            "num_params",
                                            "n_parameters",
                                            "num_parameters",
                                            "number_of_params",
                                            "number_of_parameters",
                                            "param_count",
                                            "params_count",
                                            "parameter_count",
                                            "model_params",
                                            "model_parameters",
                                            "total_params",
                                            "total_parameters",
                                            "trainable_params",
                                            "trainable_parameters",
                                            "non_embedding_params",
                                            "non_embedding_parameters",
                                            "n_params_noembed",
                                            "params_noembed"),
                                    List.of("model_size", "size")))
                    .in(Scales.COUNTS.keySet())
                    .before(
                            "n",
                            "params",
                            "param",
                            "parameters",
                            "parameter",
                            "in",
                            "total",
                            "trainable",
                            "non embedding");

    /** The tokens D of a training. */
    public static final Column TOKENS =
            Column.numbers(
                            "D",
                            "the tokens D",
                            List.of(
                                    List.of(
                                            "D",
                                            "tokens",
                                            "n_tokens",
                                            "ntokens",
                                            "num_tokens",
                                            "number_of_tokens",
                                            "token_count",
                                            "total_tokens",
                                            "train_tokens",
                                            "training_tokens",
                                            "n_train_tokens",
                                            "n_training_tokens",
                                            "num_train_tokens",
                                            "num_training_tokens",
                                            "number_of_training_tokens",
                                            "total_training_tokens",
                                            "tokens_seen",
                                            "tokens_trained",
                                            "tokens_processed"),
                                    List.of(
                                            "dataset_size",
                                            "training_dataset_size",
                                            "training_set_size",
                                            "data_size",
                                            "training_data_size",
                                            "dataset_tokens"),
                                    List.of("training_data", "data", "datapoints")))
                    .in(Scales.COUNTS.keySet())
                    .before("d", "tokens", "token", "datapoints", "datapoint", "in", "total");

    /** The loss. */
    public static final Column LOSS =
            Column.numbers(
                            "loss",
                            "the loss",
                            List.of(
                                    List.of(
                                            "val_loss",
                                            "valid_loss",
                                            "validation_loss",
                                            "final_val_loss",
                                            "final_validation_loss",
                                            "dev_loss",
                                            "held_out_loss",
                                            "heldout_loss",
                                            "loss_val",
                                            "loss_validation",
                                            "val_cross_entropy",
                                            "validation_cross_entropy",
                                            "val_nll",
                                            "c4_val_loss",
                                            "c4_validation_loss"),
                                    List.of(
                                            "test_loss",
                                            "final_test_loss",
                                            "loss_test",
                                            "eval_loss",
                                            "final_eval_loss",
                                            "evaluation_loss",
                                            "loss_eval"),
                                    List.of(
                                            "loss",
                                            "final_loss",
                                            "loss_final",
                                            "mean_loss",
                                            "loss_mean",
                                            "average_loss",
                                            "avg_loss",
                                            "cross_entropy",
                                            "cross_entropy_loss",
                                            "ce_loss",
                                            "lm_loss",
                                            "language_modeling_loss",
                                            "nll",
                                            "nll_loss",
                                            "negative_log_likelihood",
                                            "xent",
                                            "xent_loss",
                                            "c4_loss",
                                            "L(N,D)"),
                                    List.of(
                                            "train_loss",
                                            "training_loss",
                                            "final_train_loss",
                                            "final_training_loss",
                                            "loss_train"),
                                    List.of("L"),
                                    List.of(
                                            "val_ppl",
                                            "val_perplexity",
                                            "validation_perplexity",
                                            "test_ppl",
                                            "test_perplexity",
                                            "eval_ppl",
                                            "eval_perplexity"),
                                    List.of("ppl", "perplexity"),
                                    List.of("train_ppl", "train_perplexity"),
                                    List.of(
                                            "bpb",
                                            "bits_per_byte",
                                            "val_bpb",
                                            "val_bits_per_byte",
                                            "test_bpb",
                                            "bpc",
                                            "bits_per_character")))
                    .in(LossScale.units())
                    .before("l", "n d", "per token", "token", "in");

    /** The FLOPs of a training. */
    public static final Column FLOPS =
            Column.numbers(
                            "flops",
                            "the FLOPs",
                            List.of(
                                    List.of(
                                            "flops",
                                            "flop",
                                            "compute",
                                            "n_flops",
                                            "num_flops",
                                            "flop_count",
                                            "total_flops",
                                            "total_flop",
                                            "total_compute",
                                            "train_flops",
                                            "train_flop",
                                            "train_compute",
                                            "training_flops",
                                            "training_flop",
                                            "training_compute",
                                            "exaflop",
                                            "exaflops",
                                            "zettaflop",
                                            "zettaflops",
                                            "PF-days",
                                            "petaflop/s-days",
                                            "pflop/s-days"),
                                    List.of("C", "compute_budget", "flop_budget", "flops_budget")))
                    .in(Scales.FLOPS.keySet())
                    .before("c", "flops", "flop", "in", "total");

    /** The tokens at which the learning-rate schedule ends. */
    public static final Column SCHEDULE =
            Column.numbers(
                            "schedule_tokens",
                            "the tokens at the end of the learning-rate schedule",
                            List.of(
                                    List.of(
                                            "schedule_tokens",
                                            "lr_schedule_tokens",
                                            "lr_horizon_tokens",
                                            "horizon_tokens",
                                            "decay_tokens")))
                    .in(Scales.COUNTS.keySet());

    /** The run that a point is of. */
    public static final Column RUN =
            Column.text("run", "the run", List.of(List.of("run", "run_id", "run_name")));

    /** The unique tokens. */
    public static final Column UNIQUE =
            Column.numbers(
                            "unique_tokens",
                            "the unique tokens",
                            List.of(
                                    List.of(
                                            "unique_tokens",
                                            "n_unique_tokens",
                                            "num_unique_tokens",
                                            "n_unique"),
                                    List.of("unique", "U", "data_budget")))
                    .in(Scales.COUNTS.keySet())
                    .before("u", "tokens", "in");

    /** All of them. */
    public static final List<Column> ALL =
            List.of(PARAMETERS, TOKENS, LOSS, FLOPS, SCHEDULE, RUN, UNIQUE);

    private RunColumns() {}
}
