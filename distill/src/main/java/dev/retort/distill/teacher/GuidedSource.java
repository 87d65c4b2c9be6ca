package dev.retort.distill.teacher;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Minibatch;

import org.jspecify.annotations.Nullable;

/**
 * A source that asks a teacher about each mini-batch and puts its logits behind the first label
 * array, the classes, where {@link dev.retort.distill.loss.CombinedLoss} looks for them. For
 * teachers that cannot be asked beforehand: a moving average of the student, or any teacher where
 * samples are augmented at random. In the account of a training the teacher's passes are input.
 *
 * <p>A {@link MovingAverageTeacher} is updated before each mini-batch but the first one, which is
 * after each step but the last; call {@link MovingAverageTeacher#update} once after the training.
 *
 * <p>The positions of samples are not known here: a {@link TableTeacher}, also in an ensemble, ends
 * the first step with a {@link TeacherException}.
 */
public final class GuidedSource implements BatchSource {
    private static final long[] UNKNOWN = {};

    private final BatchSource source;
    private final Teacher teacher;
    private boolean stepped;

    /**
     * Creates a source for one training.
     *
     * @param source the mini-batches, each with the classes as its first label array
     * @param teacher the teacher; borrowed
     */
    public GuidedSource(BatchSource source, Teacher teacher) {
        this.source = requireNonNull(source, "source is null");
        this.teacher = requireNonNull(teacher, "teacher is null");
    }

    @Override
    public long batches() {
        return source.batches();
    }

    @Override
    public Pass pass(NDManager manager, int epoch) {
        Pass pass = source.pass(manager, epoch);
        return new Pass() {
            @Override
            public @Nullable Minibatch next(NDManager stepManager) {
                Minibatch batch = pass.next(stepManager);
                return batch == null ? null : guided(batch, stepManager);
            }

            @Override
            public void close() {
                pass.close();
            }
        };
    }

    private Minibatch guided(Minibatch batch, NDManager owner) {
        if (stepped && teacher instanceof MovingAverageTeacher average) {
            average.update();
        }
        stepped = true;
        NDArray logits = teacher.logits(batch.data(), UNKNOWN, owner);
        NDList labels = new NDList(batch.labels().head(), logits);
        labels.addAll(batch.labels().subNDList(1));
        return new Minibatch(batch.data(), labels, batch.size());
    }
}
