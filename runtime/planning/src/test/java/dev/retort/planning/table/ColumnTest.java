package dev.retort.planning.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class ColumnTest {
    private static final List<Column> MEASURES =
            List.of(
                    RunColumns.PARAMETERS,
                    RunColumns.TOKENS,
                    RunColumns.LOSS,
                    RunColumns.FLOPS,
                    RunColumns.SCHEDULE,
                    RunColumns.UNIQUE);

    private static List<String> meaning(String head) {
        return MEASURES.stream()
                .filter(column -> column.match(head).isPresent())
                .map(column -> column.key() + ":" + column.match(head).orElseThrow().unit())
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nparams | N:",
                "nParams | N:",
                "NParams | N:",
                "numParameters | N:",
                "n_params_noembed | N:",
                "Params (non-embedding) | N:",
                "param_count | N:",
                "Parameter count | N:",
                "model_params | N:",
                "Model size (params) | N:",
                "Parameters (N) | N:",
                "N (params) | N:",
                "trainable_params | N:",
                "params_bn | N:bn",
                "params_1e6 | N:1e6",
                "Parameters (x10^9) | N:x10 9",
                "paramsB | N:b",
                "Parameters in billions | N:billions",
                "total_tokens | D:",
                "num_training_tokens | D:",
                "n_train_tokens | D:",
                "D (tokens) | D:",
                "D (B tokens) | D:b",
                "Dataset size (tokens) | D:",
                "Training dataset size (datapoints) | D:",
                "tokens_trained | D:",
                "tokensProcessed | D:",
                "Loss (nats/token) | loss:nats token",
                "loss per token | loss:",
                "final_val_loss | loss:",
                "cross-entropy loss | loss:",
                "ce_loss | loss:",
                "lm_loss | loss:",
                "nll | loss:",
                "xent | loss:",
                "c4_loss | loss:",
                "mean_loss | loss:",
                "L(N,D) | loss:",
                "valLoss | loss:",
                "lossBits | loss:bits",
                "Perplexity | loss:perplexity",
                "test_ppl | loss:ppl",
                "bits per byte | loss:bits per byte",
                "Training compute (FLOP) | flops:",
                "training_compute | flops:",
                "train_compute | flops:",
                "Compute (FLOPs) | flops:",
                "C (FLOPs) | flops:",
                "trainFLOPs | flops:",
                "flops_e18 | flops:e18",
                "exaFLOPs | flops:exaflops",
                "Compute (exaflops) | flops:exaflops",
                "Compute (PF-days) | flops:pf days",
                "PFLOP/s-days | flops:pflop s days",
                "decay_tokens | schedule_tokens:",
                "unique_tokens_b | unique_tokens:b"
            })
    void namesAreUnderstood(String head, String meaning) {
        assertEquals(List.of(meaning), meaning(head));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tokens_per_param",
                "tokens/param",
                "params_per_token",
                "FLOPs/token",
                "flops_per_token",
                "FLOPs/s",
                "tflops",
                "log10(params)",
                "log_loss",
                "loss_std",
                "d_model",
                "n_layers",
                "n_heads",
                "batch_tokens",
                "model_size_gb",
                "schedule",
                "horizon",
                ""
            })
    void otherNamesAreNot(String head) {
        assertEquals(List.of(), meaning(head));
    }
}
