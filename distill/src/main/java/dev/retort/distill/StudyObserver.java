package dev.retort.distill;

import dev.retort.distill.cache.CacheFolder;
import dev.retort.distill.train.TrainingObserver;

import java.io.IOException;

/** Is told how a study gets on, on the thread that runs it. */
public interface StudyObserver {
    /** An observer that ignores everything. */
    StudyObserver NONE = (_, _) -> TrainingObserver.NONE;

    /**
     * A training begins.
     *
     * @param seed its seed
     * @param role the part its model plays
     * @return the observer of this training
     */
    TrainingObserver trainingBegins(long seed, Role role);

    /**
     * What the teacher says of the training samples was read from a cache, or stored there.
     *
     * @param seed the seed
     * @param outputs the cache, open, and how it compares with the teacher; borrowed
     */
    default void softLabelsOpened(long seed, CacheFolder.Opened outputs) {}

    /**
     * A model of the first seed cannot be saved. The others were, or were tried as well. An
     * observer that returns has the study go on, whose result needs no file.
     *
     * @param role which one
     * @param failure names the file and why
     * @throws IOException to end the study, which this does unless it is overridden; what is thrown
     *     for a later model is suppressed in the first
     */
    default void modelNotSaved(Role role, IOException failure) throws IOException {
        throw failure;
    }
}
