package dev.retort.distill;

import dev.retort.distill.checkpoint.CheckpointFolder;
import dev.retort.distill.train.TrainingProgress;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How far a study is whose trainings save their state.
 *
 * @param seeds for each seed, in order, how far its trainings are; those that have saved nothing
 *     are left out
 */
public record StudyProgress(List<Map<Role, TrainingProgress>> seeds) {
    /** Copies the list. */
    public StudyProgress {
        seeds = seeds.stream().map(Map::copyOf).toList();
    }

    /**
     * Of a study that begins.
     *
     * @param seeds how many seeds
     * @return that nothing is done
     */
    public static StudyProgress none(int seeds) {
        return new StudyProgress(Collections.nCopies(seeds, Map.of()));
    }

    /**
     * Looks at the checkpoints of a study, whatever they are of.
     *
     * @param folder the folder of {@link StudyCheckpoints}, which need not be there
     * @param firstSeed the first seed; the others follow it by one
     * @param seeds how many seeds
     * @return what they say
     * @throws IOException if they cannot be read, or all of a training are damaged
     */
    public static StudyProgress of(Path folder, long firstSeed, int seeds) throws IOException {
        List<Map<Role, TrainingProgress>> found = new ArrayList<>();
        for (int i = 0; i < seeds; i++) {
            Map<Role, TrainingProgress> trainings = new EnumMap<>(Role.class);
            for (Role role : Role.values()) {
                Path training = StudyCheckpoints.folder(folder, firstSeed + i, role);
                TrainingProgress progress = TrainingProgress.of(new CheckpointFolder(training, 1));
                if (!progress.equals(TrainingProgress.NONE)) {
                    trainings.put(role, progress);
                }
            }
            found.add(trainings);
        }
        return new StudyProgress(found);
    }

    /**
     * Whether a training has saved anything.
     *
     * @return true if one has
     */
    public boolean hasBegun() {
        return seeds.stream().anyMatch(trainings -> !trainings.isEmpty());
    }
}
