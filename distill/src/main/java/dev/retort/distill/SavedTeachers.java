package dev.retort.distill;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;

import dev.retort.distill.data.LabelledData;
import dev.retort.distill.teacher.ModelTeacher;
import dev.retort.distill.teacher.TeacherException;
import dev.retort.distill.teacher.TeacherOutput;

import java.io.IOException;
import java.util.List;

/** Reads teachers that were trained before, and makes sure that they fit the data. */
public final class SavedTeachers {
    private SavedTeachers() {}

    /**
     * Reads a teacher.
     *
     * @param saved which one
     * @param network a block of the structure that was saved, not initialised
     * @param data what it is to be asked about
     * @return a model that gives a logit for each class of the data, owned by the caller
     * @throws IOException if the file is missing or cannot be read
     * @throws TeacherException if it is of another network, cannot take the samples, or has other
     *     classes than the data and the label map does not say which
     */
    public static Model read(TeacherOrigin.Saved saved, Block network, LabelledData data)
            throws IOException {
        // Not closed: what it holds is the model.
        ModelTeacher teacher = ModelTeacher.saved(saved.file(), network, TeacherOutput.LOGITS);
        Model model = teacher.model();
        try {
            int classes = classes(teacher, data.sampleShape());
            requireMap(saved, classes, data.classes());
            if (!saved.labelMap().isEmpty()) {
                Block mapped = mapped(model.getBlock(), saved.labelMap());
                // Its parameters are there already; it is told the shape of its input alone.
                mapped.initialize(
                        model.getNDManager(),
                        DataType.FLOAT32,
                        new Shape(1).addAll(data.sampleShape()));
                model.setBlock(mapped);
            }
            return model;
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
    }

    private static int classes(ModelTeacher teacher, Shape sample) {
        try (NDManager scope = teacher.model().getNDManager().newSubManager()) {
            NDArray zeros = scope.zeros(new Shape(1).addAll(sample));
            Shape logits = teacher.outputs(new NDList(zeros), new long[] {0}, scope).getShape();
            return Math.toIntExact(logits.get(logits.dimension() - 1));
        }
    }

    private static void requireMap(TeacherOrigin.Saved saved, int teachers, int classes) {
        List<Integer> map = saved.labelMap();
        if (map.isEmpty() && teachers != classes) {
            throw new TeacherException(
                    ("expected a teacher with the %d classes of the data, found %d in %s: a label map says"
                                    + " for each class of the data which one of the teacher it is")
                            .formatted(classes, teachers, saved.file()));
        }
        if (!map.isEmpty() && map.size() != classes) {
            throw new TeacherException(
                    "expected a class of the teacher for each of the %d classes in the label map, found %d"
                            .formatted(classes, map.size()));
        }
        for (int teacherClass : map) {
            if (teacherClass >= teachers) {
                throw new TeacherException(
                        "expected classes of the teacher from 0 to %d in the label map, found %d"
                                .formatted(teachers - 1, teacherClass));
            }
        }
    }

    private static Block mapped(Block network, List<Integer> labelMap) {
        long[] columns = labelMap.stream().mapToLong(Integer::longValue).toArray();
        return new SequentialBlock()
                .add(network)
                .add(new LambdaBlock(logits -> select(logits, columns), "labelMap" + labelMap));
    }

    private static NDList select(NDList logits, long[] columns) {
        NDArray all = logits.singletonOrThrow();
        NDArray chosen = all.getManager().create(columns);
        return new NDList(all.get(new NDIndex(":, {}", chosen)));
    }
}
