package dev.retort.experiment.store;

import dev.retort.experiment.state.LabState;

import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** What the writing thread is asked for. */
sealed interface Job {
    /** Ends it exceptionally. */
    void fail(RuntimeException error);

    /** To record a batch, if the condition does not throw. */
    record Append(Batch batch, Consumer<LabState> condition, CompletableFuture<Receipt> done)
            implements Job {
        @Override
        public void fail(RuntimeException error) {
            done.completeExceptionally(error);
        }
    }

    /** To read something with the connection. */
    record Ask<T>(Question<T> question, CompletableFuture<T> done) implements Job {
        void answer(StoreWriter writer) throws SQLException {
            done.complete(question.answer(writer));
        }

        @Override
        public void fail(RuntimeException error) {
            done.completeExceptionally(error);
        }
    }

    /** To end. */
    record Close() implements Job {
        @Override
        public void fail(RuntimeException error) {}
    }

    /** What can be asked. */
    interface Question<T> {
        T answer(StoreWriter writer) throws SQLException;
    }
}
