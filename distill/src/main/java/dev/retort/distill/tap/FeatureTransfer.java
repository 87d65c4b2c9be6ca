package dev.retort.distill.tap;

import ai.djl.Model;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Parameter;
import ai.djl.nn.ParameterList;
import ai.djl.util.Pair;

import dev.retort.distill.loss.FeatureLoss;
import dev.retort.distill.loss.LossTerm;
import dev.retort.distill.loss.Schedule;
import dev.retort.distill.loss.feature.FeatureLossKind;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.TeacherOutput;
import dev.retort.distill.train.BatchSource;
import dev.retort.distill.train.Minibatch;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * One training of a student by hints from layers of its teacher. Features are compared as they are
 * where a loss can do so; else they are {@linkplain Hint pooled} first. Where channels or widths
 * differ, a projector is made from the student's features to the teacher's; it is trained with the
 * student, lives here, and is no part of the student that is saved.
 *
 * <p>The teacher is asked in each step, in evaluation mode and without recording: features of all
 * samples are too many to store. It may run on another engine.
 *
 * <p>Owns the projectors. Confined to one thread.
 */
public final class FeatureTransfer implements AutoCloseable {
    private final NDManager manager;
    private final Model trained;
    private final Model tappedTeacher;
    private final ModelTeacher teacher;
    private final List<LossTerm> terms = new ArrayList<>();
    private final int hints;

    /**
     * Makes the projectors, whose initial values are drawn from the engine's random generator.
     *
     * @param student the student, its block initialised; borrowed
     * @param teacher the teacher, its block initialised; borrowed
     * @param hints what is told, at least one
     * @param sampleShape the shape of one sample, without the batch axis
     * @throws IllegalArgumentException if a tap is missing, or two shapes cannot be compared by the
     *     loss
     */
    public FeatureTransfer(Model student, Model teacher, List<Hint> hints, Shape sampleShape) {
        if (hints.isEmpty()) {
            throw new IllegalArgumentException("expected at least 1 hint, found 0");
        }
        this.hints = hints.size();
        manager = student.getNDManager().newSubManager();
        manager.setName("feature transfer");
        try {
            List<Tap> ofStudent = Taps.of(student, sampleShape);
            List<Tap> ofTeacher = Taps.of(teacher, sampleShape);
            List<String> studentPaths = new ArrayList<>();
            List<String> teacherPaths = new ArrayList<>();
            ParameterList beside = new ParameterList();
            for (int place = 0; place < hints.size(); place++) {
                Hint hint = hints.get(place);
                Tap own = tap(student, ofStudent, hint.student().orElse(null));
                Tap other = tap(teacher, ofTeacher, hint.teacher().orElse(null));
                FeatureLoss loss = loss(hint.kind(), own, other);
                studentPaths.add(own.path());
                teacherPaths.add(other.path());
                String name =
                        "%s of %s from %s".formatted(hint.kind().label(), own.path(), other.path());
                if (terms.stream().anyMatch(term -> term.name().equals(name))) {
                    throw new IllegalArgumentException(
                            "expected hints that differ, found " + name + " twice");
                }
                terms.add(
                        LossTerm.of(
                                name,
                                loss,
                                place,
                                Schedule.constant(hint.weight().orElse(loss.usualWeight()))));
                for (Pair<String, Parameter> pair : loss.parameters()) {
                    beside.add(place + "_" + pair.getKey(), pair.getValue());
                }
            }
            trained =
                    Model.newInstance(
                            student.getName() + " with taps", student.getNDManager().getDevice());
            trained.setBlock(new TappedBlock(student.getBlock(), studentPaths, beside));
            tappedTeacher =
                    Model.newInstance(
                            teacher.getName(),
                            teacher.getNDManager().getDevice(),
                            teacher.getNDManager().getEngine().getEngineName());
            tappedTeacher.setBlock(new TappedBlock(teacher.getBlock(), teacherPaths));
            this.teacher = ModelTeacher.of(tappedTeacher, TeacherOutput.LOGITS);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private static Tap tap(Model model, List<Tap> taps, @Nullable String path) {
        return path == null ? Taps.penultimate(model.getBlock(), taps) : Taps.find(taps, path);
    }

    private FeatureLoss loss(FeatureLossKind kind, Tap student, Tap teacher) {
        Shape own = student.shape();
        Shape other = teacher.shape();
        if (own.dimension() < 2
                || own.dimension() > 4
                || other.dimension() < 2
                || other.dimension() > 4) {
            throw new IllegalArgumentException(
                    "expected features of 2 to 4 axes, found %s and %s"
                            .formatted(student, teacher));
        }
        if (kind.features() == FeatureLossKind.Features.MAPS
                && (own.dimension() != 4 || other.dimension() != 4)) {
            throw new IllegalArgumentException(
                    "expected maps of shape (batch, channels, height, width) for %s, found %s and %s"
                            .formatted(kind.label(), student, teacher));
        }
        Pooling ofStudent = AlignedLoss.pooling(kind, own, other);
        Pooling ofTeacher = AlignedLoss.pooling(kind, other, own);
        FeatureLoss loss =
                kind.create(
                        manager,
                        DataType.FLOAT32,
                        ofStudent.shape(oneSample(own)),
                        ofTeacher.shape(oneSample(other)));
        return new AlignedLoss(ofStudent, ofTeacher, loss);
    }

    private static Shape oneSample(Shape features) {
        return new Shape(1).addAll(features.slice(1));
    }

    /**
     * What a {@link dev.retort.distill.train.TrainingLoop} trains: the student's own parameters,
     * and the projectors'. Its snapshots can be put back into this model's block, not into the
     * student's, which is changed with it.
     *
     * @return a model that gives logits and features, owned by this object
     */
    public Model trained() {
        return trained;
    }

    /**
     * The hints as terms of a {@link dev.retort.distill.loss.CombinedLoss}.
     *
     * @return the terms, in the order of the hints
     */
    public List<LossTerm> terms() {
        return List.copyOf(terms);
    }

    /**
     * A source that puts the teacher's features behind its logits, and these behind the classes.
     *
     * @param source the mini-batches, with the classes as their first label array, and as their
     *     second the teacher's logits where they are known; where not, it is asked for them
     * @return the source, for this training
     */
    public BatchSource guided(BatchSource source) {
        return BatchSource.mapped(source, (batch, _, owner) -> guided(batch, owner));
    }

    private Minibatch guided(Minibatch batch, NDManager owner) {
        NDList labels = new NDList(batch.labels());
        NDList given = teacher.outputs(batch.data(), owner, 1 + hints);
        if (labels.size() == 1) {
            labels.add(given.head());
        } else {
            given.head().close();
        }
        labels.addAll(given.subNDList(1));
        return batch.with(batch.data(), labels);
    }

    /** Frees the projectors. The student and the teacher stay as they are. */
    @Override
    public void close() {
        trained.close();
        tappedTeacher.close();
        manager.close();
    }
}
