package dev.retort.experiment.schedule;

import dev.retort.experiment.Checkpoint;
import dev.retort.experiment.worker.Assignment;
import dev.retort.experiment.worker.AttemptResult;
import dev.retort.experiment.worker.EpochReport;
import dev.retort.experiment.worker.Use;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.CompletableFuture;

/** How attempts are set to work. */
interface Launcher {
    /** Sets one to work; returns at once. If it throws anything, nothing is at work. */
    Launched launch(Assignment assignment, Listener listener);

    /** An attempt at work. Safe for use by several threads. */
    interface Launched {
        /** Asks the task to stop at a checkpoint. */
        void stop();

        /** Ends it at once; the listener is told. */
        void kill();
    }

    /** Told what an attempt does, by any thread. */
    interface Listener {
        /**
         * It is at work.
         *
         * @param pid its process, or {@code null} if it is that of the scheduler
         * @param process what tells its process from a later one of that number, or {@code null}
         */
        void started(@Nullable Long pid, @Nullable String process);

        /** Its task gave its first sign of work done; said once, if it gives any. */
        void stepped();

        /** What it has done and held so far; said now and then. */
        void used(Use use);

        /** It saved a state; the result completes once that is recorded. */
        CompletableFuture<?> saved(Checkpoint checkpoint);

        /**
         * It said how good it is so far; the result completes once that is recorded and, if it is
         * to stop, after it was asked to.
         */
        CompletableFuture<?> reported(EpochReport report);

        /** It ended; called once, after all else. */
        void ended(AttemptResult result);
    }
}
