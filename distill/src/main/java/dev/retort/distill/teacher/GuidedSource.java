package dev.retort.distill.teacher;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Minibatch;

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

    private final BatchSource guided;
    private final Teacher teacher;

    /**
     * Creates a source for one training.
     *
     * @param source the mini-batches, each with the classes as its first label array
     * @param teacher the teacher; borrowed
     */
    public GuidedSource(BatchSource source, Teacher teacher) {
        guided = BatchSource.mapped(requireNonNull(source, "source is null"), new Guidance());
        this.teacher = requireNonNull(teacher, "teacher is null");
    }

    @Override
    public boolean isRepeatable() {
        return guided.isRepeatable();
    }

    @Override
    public long batches() {
        return guided.batches();
    }

    @Override
    public Pass pass(NDManager manager, int epoch) {
        return guided.pass(manager, epoch);
    }

    /** Asks the teacher, which follows the student where it is its average. */
    private final class Guidance implements Mapping {
        private boolean stepped;

        @Override
        public Minibatch apply(Minibatch batch, int epoch, NDManager owner) {
            // A training that was resumed has steps behind it.
            if ((stepped || epoch > 1) && teacher instanceof MovingAverageTeacher average) {
                average.update();
            }
            stepped = true;
            return guided(batch, owner);
        }

        @Override
        public void skipped() {
            stepped = true;
        }

        @Override
        public boolean isRepeatable() {
            return !(teacher instanceof MovingAverageTeacher);
        }
    }

    private Minibatch guided(Minibatch batch, NDManager owner) {
        NDArray logits = teacher.logits(batch.data(), UNKNOWN, owner);
        NDList labels = new NDList(batch.labels().head(), logits);
        labels.addAll(batch.labels().subNDList(1));
        return batch.with(batch.data(), labels);
    }
}
