package dev.retort.planning.table;

import java.util.List;
import java.util.Set;

/** The columns of a file of samples. */
public final class SampleColumns {
    /** The problem of a sample. */
    public static final Column PROBLEM =
            Column.text(
                    "problem",
                    "the problem",
                    List.of(
                            List.of("problem_id", "task_id", "question_id", "instance_id"),
                            List.of("problem"),
                            List.of("question"),
                            List.of("id"),
                            List.of("task"),
                            List.of("index")));

    /** Whether a sample is right; the number of right samples where a file has counts. */
    public static final Column CORRECT =
            Column.text(
                    "correct",
                    "whether the sample is right",
                    List.of(
                            List.of(
                                    "correct",
                                    "is_correct",
                                    "passed",
                                    "pass",
                                    "success",
                                    "right",
                                    "solved",
                                    "is_solved",
                                    "resolved")));

    /** The score of a verifier. */
    public static final Column SCORE =
            Column.numbers(
                    "score",
                    "the score of the verifier",
                    List.of(
                            List.of(
                                    "score",
                                    "reward",
                                    "verifier",
                                    "verifier_score",
                                    "reward_score")));

    /** The answer for a vote. */
    public static final Column ANSWER =
            Column.text(
                    "answer",
                    "the answer",
                    List.of(List.of("answer", "final_answer", "prediction")));

    /** The tokens of a sample. */
    public static final Column TOKENS =
            Column.numbers(
                    "tokens",
                    "the tokens of the sample",
                    List.of(
                            List.of("output_tokens", "completion_tokens", "generated_tokens"),
                            List.of("tokens", "n_tokens", "num_tokens")));

    /** The number of samples. */
    public static final Column COUNT_SAMPLES =
            Column.numbers(
                    "n",
                    "the number of samples",
                    List.of(
                            List.of(
                                    "n",
                                    "num_samples",
                                    "n_samples",
                                    "samples",
                                    "attempts",
                                    "trials",
                                    "total",
                                    "n_total",
                                    "num_total")));

    /** The number of right samples. */
    public static final Column COUNT_CORRECT =
            Column.numbers(
                    "c",
                    "the number of right samples",
                    List.of(
                            List.of(
                                    "c",
                                    "num_correct",
                                    "n_correct",
                                    "correct_count",
                                    "successes",
                                    "num_solved",
                                    "n_solved")));

    /** All of them. */
    public static final List<Column> ALL =
            List.of(PROBLEM, CORRECT, SCORE, ANSWER, TOKENS, COUNT_SAMPLES, COUNT_CORRECT);

    /** Names of a problem that may as well be those of a sample or of a set of problems. */
    private static final Set<String> VAGUE = Set.of("id", "task", "index");

    private SampleColumns() {}

    static boolean isVague(String head) {
        return VAGUE.contains(Column.plain(head));
    }
}
