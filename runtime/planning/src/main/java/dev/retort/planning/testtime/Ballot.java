package dev.retort.planning.testtime;

import dev.retort.planning.PlanningException;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How often each answer of a problem was given, the right ones and the wrong ones. */
final class Ballot {
    private final int[] right;
    private final int[] wrong;
    private final int samples;

    private Ballot(int[] right, int[] wrong, int samples) {
        this.right = right;
        this.wrong = wrong;
        this.samples = samples;
    }

    /** What is known of an answer. */
    private record Given(boolean correct, int times) {}

    static Ballot of(String problem, List<Sample> samples) {
        Map<String, Given> answers = new LinkedHashMap<>();
        for (Sample sample : samples) {
            String answer = sample.answer().orElseThrow();
            Given known = answers.get(answer);
            if (known != null && known.correct() != sample.correct()) {
                throw new PlanningException(
                        "expected an answer that is either right or wrong, found '%s' as both for problem %s"
                                .formatted(answer, problem));
            }
            int times = known == null ? 0 : known.times();
            answers.put(answer, new Given(sample.correct(), times + 1));
        }
        return new Ballot(times(answers, true), times(answers, false), samples.size());
    }

    private static int[] times(Map<String, Given> answers, boolean correct) {
        return answers.values().stream()
                .filter(given -> given.correct() == correct)
                .mapToInt(Given::times)
                .toArray();
    }

    /** How often each right answer was given; not to be changed. */
    int[] right() {
        return right;
    }

    /** How often each wrong answer was given; not to be changed. */
    int[] wrong() {
        return wrong;
    }

    /** How many samples there are. */
    int samples() {
        return samples;
    }
}
