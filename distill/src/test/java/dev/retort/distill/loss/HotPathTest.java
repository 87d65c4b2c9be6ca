package dev.retort.distill.loss;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.InvokeInstruction;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the compiled losses call on arrays: nothing that reads from the device, no Java numbers.
 * What a call does inside the engine is not seen here, such as the copy of a constant to a device.
 */
class HotPathTest {
    private static final String ARRAY = NDArray.class.getName().replace('.', '/');

    @Test
    void noLossReadsFromTheDevice() throws Exception {
        // What a breakdown is read by, when the loss is read.
        assertEquals(
                List.of("CombinedLoss$Sums.read: toDoubleArray"),
                calls(
                        call ->
                                call.name().stringValue().matches("to\\w*Array|toByteBuffer")
                                        || call.name()
                                                .stringValue()
                                                .matches("get(Float|Double|Long|Int|Boolean|Byte)")
                                        || call.name()
                                                .stringValue()
                                                .matches("contentEquals|allClose|nonzero|unique")));
    }

    @Test
    void javaNumbersMeetIntegersAlone() throws Exception {
        // DJL frees a number before the backward pass reads it; integers have none.
        List<String> found =
                calls(call -> call.type().stringValue().startsWith("(Ljava/lang/Number;"));
        assertEquals(
                List.of(
                        "CrossEntropy.compute: gte",
                        "CrossEntropy.compute: maximum",
                        "CrossEntropy.compute: maximum",
                        "DecoupledDistillation.compute: gte",
                        "LogitLoss.labelled: gte",
                        "LogitLoss.labelled: maximum",
                        "VirtualTeacher.compute: gte",
                        "VirtualTeacher.compute: maximum",
                        "VirtualTeacher.compute: maximum"),
                found);
    }

    @Test
    void whatElseIsDifferentiatedMeetsNoJavaNumber() throws Exception {
        Path folder = folder();
        List<Path> classes =
                List.of(
                        folder.resolve("train/StepRunner.class"),
                        folder.resolve("transfer/LoraLinear.class"),
                        folder.resolve("sequence/AttentionKernel.class"));
        // A mask, and a merge with gradients off.
        assertEquals(
                List.of("AttentionKernel.hidden: mul", "LoraLinear.addToWeight: mul"),
                calls(
                        classes,
                        call -> call.type().stringValue().startsWith("(Ljava/lang/Number;")));
    }

    private static Path folder() throws URISyntaxException {
        URI place = LogitLoss.class.getProtectionDomain().getCodeSource().getLocation().toURI();
        return Path.of(place).resolve("dev/retort/distill");
    }

    private static List<String> calls(Predicate<InvokeInstruction> which)
            throws IOException, URISyntaxException {
        List<Path> classes;
        try (Stream<Path> files = Files.walk(folder().resolve("loss"))) {
            classes = files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
        }
        assertTrue(classes.size() > 30, classes.toString());
        return calls(classes, which);
    }

    private static List<String> calls(List<Path> classes, Predicate<InvokeInstruction> which)
            throws IOException {
        List<String> found = new ArrayList<>();
        for (Path file : classes) {
            ClassModel model = ClassFile.of().parse(file);
            for (MethodModel method : model.methods()) {
                for (CodeElement element :
                        method.code().map(CodeModel::elementList).orElse(List.of())) {
                    if (element instanceof InvokeInstruction call
                            && call.owner().asInternalName().equals(ARRAY)
                            && which.test(call)) {
                        found.add(
                                "%s.%s: %s"
                                        .formatted(
                                                file.getFileName().toString().replace(".class", ""),
                                                method.methodName().stringValue(),
                                                call.name().stringValue()));
                    }
                }
            }
        }
        Collections.sort(found);
        return found;
    }
}
