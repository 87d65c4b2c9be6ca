package dev.retort.examples;

/** What a command can make of a student. */
enum ExportKind {
    /** ONNX with 32-bit weights. */
    ONNX,
    /** ONNX with 8-bit weights. */
    INT8,
    /** Student and teacher as ONNX, with the threshold below which the teacher is asked. */
    CASCADE
}
