/**
 * Students in the form in which they are used: ONNX files with 32-bit or 8-bit weights, TorchScript
 * where the model came from there, and cascades that ask the teacher where the student is unsure.
 * Each file is read back and compared with the model before it is called an export.
 *
 * <p>ONNX is written by the few lines of {@code ProtoBytes}: the format is protocol buffers, of
 * which a writer needs numbers and lengths alone, and generated classes with their runtime would be
 * many times as large as all operators that are written here. ONNX Runtime reads every file again.
 */
@NullMarked
package dev.retort.distill.export;

import org.jspecify.annotations.NullMarked;
